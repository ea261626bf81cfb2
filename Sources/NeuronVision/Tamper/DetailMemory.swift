import NeuronCore

/// How much fine detail each cell of a scene usually shows, as a part of its brightness.
///
/// A lens out of focus, or one that is smeared, takes fine detail everywhere and leaves the coarse structure in place.
/// Fog and a cloudy sky take both alike, so detail is expected in proportion to the coarse contrast.
struct DetailMemory: Sendable {
    /// What a look at a picture found, in cells.
    struct Score: Sendable {
        /// Cells that usually have detail, and in which it could be seen in this light.
        var expected = 0
        /// Of these, the ones that have lost most of it.
        var soft = 0

        /// The soft part of the detailed scene, in 1/1000.
        var share: Int { expected == 0 ? 0 : soft * 1000 / expected }
    }

    /// Mean detail of each cell above the noise, in 1/256 of its brightness above black.
    private var usual: [Int32]
    private var looks: Int64 = 0
    /// Cells per amount of detail, in steps of ``bin``.
    private var histogram = [Int32](repeating: 0, count: 256)
    /// What noise alone adds to a cell's detail: that of the plainest tenth of the cells.
    private var noise: Int32 = 0

    private static let bin: Int32 = 8
    /// A level and a half from sample to sample.
    private static let leastDetail = CellStructure.pairs * 3 / 2
    /// Detail below this part of what was expected, in 1/256, is lost.
    private static let lost: Int32 = 140
    private static let constant = TimeSpan.seconds(120)
    /// What passes by shows more detail than the ground behind it: less is learnt faster than more, and a look counts as at
    /// most one and a half times what is usual.
    private static let fallingTimes: Int32 = 4
    private static let unboundedLooks = 4

    init(cells: Int) { usual = Array(repeating: 0, count: cells) }

    /// Forgets everything.
    mutating func forget() {
        for index in usual.indices { usual[index] = 0 }
        looks = 0
    }

    /// Measures the noise of a picture; before the two functions below.
    mutating func measureNoise(_ cells: CellStructure) {
        for index in histogram.indices { histogram[index] = 0 }
        for cell in cells.counted {
            histogram[Int(min(Int32(cells.detail[Int(cell)]) / Self.bin, 255))] += 1
        }
        var (seen, bin) = (Int32(0), 0)
        while bin < 255, (seen + histogram[bin]) * 10 < Int32(cells.counted.count) {
            seen += histogram[bin]
            bin += 1
        }
        noise = Int32(bin) * Self.bin
    }

    /// Compares a picture with what is remembered.
    ///
    /// - Parameters:
    ///   - cells: the picture, of which the noise was measured.
    ///   - contrast: how strong coarse edges are, in 1/256 of what is usual.
    /// - Returns: how much of the detail is lost.
    func compare(_ cells: CellStructure, contrast: Int) -> Score {
        var score = Score()
        for (index, cell) in cells.counted.enumerated() {
            let bright = Brightness.aboveBlack(cells.sums[Int(cell)], samples: CellStructure.samples)
            let expected = usual[index] * (bright / 16) / 16 * Int32(contrast) / 256
            guard expected >= Self.leastDetail else { continue }
            score.expected += 1
            if (Int32(cells.detail[Int(cell)]) - noise) * 256 < expected * Self.lost { score.soft += 1 }
        }
        return score
    }

    /// Moves what is remembered towards a picture.
    mutating func learn(_ cells: CellStructure, step: TimeSpan) {
        looks += 1
        let rate = Int32(max(4096 / looks, min(step.nanoseconds * 4096 / Self.constant.nanoseconds, 2048), 1))
        let fallingRate = min(rate * Self.fallingTimes, 4096)
        for (index, cell) in cells.counted.enumerated() {
            let bright = Brightness.aboveBlack(cells.sums[Int(cell)], samples: CellStructure.samples)
            let detail = max(Int32(cells.detail[Int(cell)]) - noise, 0)
            let expected = usual[index] * (bright / 16) / 16
            // What a brighter picture would show stays as it is.
            guard expected >= Self.leastDetail || usual[index] * 16 < Self.leastDetail else { continue }
            let bound = looks <= Self.unboundedLooks ? 65_535 : usual[index] * 3 / 2 + 64
            let seen = min(detail * 256 / bright, bound, 65_535)
            let isFalling = seen < usual[index]
            usual[index] += ((seen - usual[index]) * (isFalling ? fallingRate : rate) + 2048) >> 12
        }
    }
}
