/// How much of the picture, masked samples left out, differs in one way or another.
struct PictureShares: Sendable {
    /// Samples of each cell that no mask burns.
    let cellSamples: [UInt8]
    /// The sum of ``cellSamples``.
    let sampleCount: Int

    /// With fewer differing samples a cell is not worth counting.
    private static let fewestDiffering = 8

    init(mask: Plane<UInt8>?, geometry: AnalysisGeometry) {
        cellSamples = PictureShares.samplesPerCell(mask: mask, geometry: geometry)
        sampleCount = cellSamples.reduce(0) { $0 + Int($1) }
    }

    /// The cells in which more than a few samples differ under the estimated light, in 1/1000 of the picture.
    func unexplained(_ counts: [UInt8]) -> Int {
        var share = 0
        for index in counts.indices where counts[index] >= PictureShares.fewestDiffering {
            share += Int(cellSamples[index])
        }
        return share * 1000 / max(sampleCount, 1)
    }

    /// The cells that are brighter or darker than their background by an eighth and by 4 levels, in 1/1000 of the
    /// picture.
    func brightness(now: [UInt16], background: [UInt16]) -> Int {
        var share = 0
        for index in now.indices {
            let (now, was, count) = (Int(now[index]), Int(background[index]), Int(cellSamples[index]))
            if abs(now - was) > max(was / 8, 4 * count) { share += count }
        }
        return share * 1000 / max(sampleCount, 1)
    }

    private static func samplesPerCell(mask: Plane<UInt8>?, geometry: AnalysisGeometry) -> [UInt8] {
        var samples = [UInt8](repeating: 0, count: geometry.cellCount)
        for y in 0..<geometry.height {
            for x in 0..<geometry.width where mask.map({ $0.samples[y * $0.stride + x] != 0 }) ?? true {
                samples[y / 8 * geometry.cellColumns + x / 8] += 1
            }
        }
        return samples
    }
}
