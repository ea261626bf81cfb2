/// The best finds of a picture, each plate once.
struct PlateCandidates: Sendable {
    /// One cell of a head: what the net says there.
    private struct Candidate: Sendable {
        var head: Int
        var row: Int
        var column: Int
        var values: [5 of Int16]

        var logit: Int16 { values[0] }
    }

    /// A picture of noise fires everywhere: what is worse than this many is never looked at.
    private static let mostCandidates = 256

    private var sorted: [Candidate] = []
    private var boxes: [PlateBox] = []
    private(set) var plates: [PlateBox] = []

    init() {
        sorted.reserveCapacity(PlateCandidates.mostCandidates + 1)
        boxes.reserveCapacity(PlateCandidates.mostCandidates)
        plates.reserveCapacity(PlateCandidates.mostCandidates)
    }

    mutating func clear() {
        sorted.removeAll(keepingCapacity: true)
        plates.removeAll(keepingCapacity: true)
    }

    /// Takes a cell: objectness, dx, dy, and the logarithms of width and height, all in 1/128.
    mutating func add(_ values: [5 of Int16], head: Int, row: Int, column: Int) {
        let logit = values[0]
        if sorted.count == PlateCandidates.mostCandidates {
            guard let worst = sorted.last, worst.logit < logit else { return }
            sorted.removeLast()
        }
        // Behind all that are as good: the order of the cells decides between equals.
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].logit < logit { high = middle } else { low = middle + 1 }
        }
        sorted.insert(Candidate(head: head, row: row, column: column, values: values), at: low)
    }

    /// Leaves of each plate the best box, best plates first, and lets its neighbours say where exactly it lies.
    mutating func choose(most: Int, heads: [PlateNet.Head]) {
        boxes.removeAll(keepingCapacity: true)
        for candidate in sorted { boxes.append(PlateCandidates.box(of: candidate, heads[candidate.head])) }
        for box in boxes where plates.count < most {
            if !plates.contains(where: { $0.isSamePlate(as: box) }) { plates.append(box) }
        }
        // Only now, as it is the boxes of single cells that decide which finds are of one plate.
        for index in plates.indices { plates[index] = mean(around: plates[index]) }
    }

    /// The mean of all boxes that tell of the same plate with at least half its score, weighted by their scores.
    private func mean(around best: PlateBox) -> PlateBox {
        var mean = PlateBox(left: 0, top: 0, right: 0, bottom: 0, score: best.score)
        var weight = 0.0
        for box in boxes where box.score * 2 >= best.score && box.overlap(with: best) > 0.5 {
            weight += box.score
            mean.left += box.left * box.score
            mean.top += box.top * box.score
            mean.right += box.right * box.score
            mean.bottom += box.bottom * box.score
        }
        guard weight > 0 else { return best }
        mean.left /= weight
        mean.top /= weight
        mean.right /= weight
        mean.bottom /= weight
        return mean
    }

    private static func box(of candidate: Candidate, _ head: PlateNet.Head) -> PlateBox {
        let unit = Double(PlateMath.unit)
        let x = (Double(candidate.column) + 0.5 + Double(candidate.values[1]) / unit) * Double(head.stride)
        let y = (Double(candidate.row) + 0.5 + Double(candidate.values[2]) / unit) * Double(head.stride)
        let width = Double(head.priorWidth) / unit * PlateMath.power(Int(candidate.values[3]))
        let height = Double(head.priorHeight) / unit * PlateMath.power(Int(candidate.values[4]))
        return PlateBox(
            left: x - width / 2,
            top: y - height / 2,
            right: x + width / 2,
            bottom: y + height / 2,
            score: PlateMath.logistic(Int(candidate.logit))
        )
    }

    /// Puts every box where it lies in the searched picture, and drops what lies in the padding around it.
    mutating func move(scaleX: Double, scaleY: Double, x: Double, y: Double, width: Double, height: Double) {
        for index in plates.indices {
            plates[index] = plates[index].moved(
                scaleX: scaleX,
                scaleY: scaleY,
                x: x,
                y: y,
                width: width,
                height: height
            )
        }
        plates.removeAll { $0.width <= 0 || $0.height <= 0 }
    }
}
