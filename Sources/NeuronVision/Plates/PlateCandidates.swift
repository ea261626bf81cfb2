/// The best finds of a picture, each plate once.
struct PlateCandidates: Sendable {
    /// One cell of a head.
    private struct Candidate: Sendable {
        var logit: Int16
        var box: PlateBox
    }

    /// A picture of noise fires everywhere: what is worse than this many is never looked at.
    private static let mostCandidates = 256

    private var sorted: [Candidate] = []
    private(set) var plates: [PlateBox] = []

    init() {
        sorted.reserveCapacity(PlateCandidates.mostCandidates + 1)
        plates.reserveCapacity(PlateCandidates.mostCandidates)
    }

    mutating func clear() {
        sorted.removeAll(keepingCapacity: true)
        plates.removeAll(keepingCapacity: true)
    }

    /// Takes a cell: objectness, dx, dy, and the logarithms of width and height, all in 1/128.
    mutating func add(_ values: [5 of Int16], head: PlateNet.Head, row: Int, column: Int) {
        let logit = values[0]
        if sorted.count == PlateCandidates.mostCandidates, let worst = sorted.last, worst.logit >= logit { return }
        let unit = Double(PlateMath.unit)
        let x = (Double(column) + 0.5 + Double(values[1]) / unit) * Double(head.stride)
        let y = (Double(row) + 0.5 + Double(values[2]) / unit) * Double(head.stride)
        let width = Double(head.priorWidth) / unit * PlateMath.power(Int(values[3]))
        let height = Double(head.priorHeight) / unit * PlateMath.power(Int(values[4]))
        let box = PlateBox(
            left: x - width / 2,
            top: y - height / 2,
            right: x + width / 2,
            bottom: y + height / 2,
            score: PlateMath.logistic(Int(logit))
        )
        // Behind all that are as good: the order of the cells decides between equals.
        var place = sorted.count
        while place > 0, sorted[place - 1].logit < logit { place -= 1 }
        sorted.insert(Candidate(logit: logit, box: box), at: place)
        if sorted.count > PlateCandidates.mostCandidates { sorted.removeLast() }
    }

    /// Leaves of each plate the best box, best plates first.
    mutating func choose(most: Int) {
        for candidate in sorted where plates.count < most {
            if !plates.contains(where: { $0.isSamePlate(as: candidate.box) }) { plates.append(candidate.box) }
        }
    }

    /// Puts every box where it lies in the searched picture.
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
    }
}
