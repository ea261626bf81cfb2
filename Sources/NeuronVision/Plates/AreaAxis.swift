/// One axis of a resampling by areas: which source samples make up each output sample, and with which weight.
///
/// An output sample covers `sourceSize / size` of the source. Weights are rounded so that each output's add up to exactly
/// 1: a flat picture stays flat, and where two samples make one it is their mean.
struct AreaAxis: Sendable, Hashable {
    static let unit = 16_384

    private(set) var sourceSize = 0
    private(set) var size = 0
    /// Weights of an output sample.
    private(set) var taps = 1
    private(set) var starts: [Int32] = []
    private(set) var counts: [Int32] = []
    private(set) var weights: [Int16] = []

    /// Plans the way from one size to another, no larger and no less than a 64th of it.
    mutating func plan(from sourceSize: Int, to size: Int) {
        guard sourceSize != self.sourceSize || size != self.size else { return }
        self.sourceSize = sourceSize
        self.size = size
        taps = (sourceSize + size - 1) / size + 1
        starts.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        for index in 0..<size { append(index) }
    }

    /// In units of 1/size source samples, the output sample lies from `index * sourceSize` on.
    private mutating func append(_ index: Int) {
        let (begin, end) = (index * sourceSize, (index + 1) * sourceSize)
        let (first, last) = (begin / size, (end + size - 1) / size)
        starts.append(Int32(first))
        counts.append(Int32(last - first))
        var before = 0
        for sample in first..<first + taps {
            // Rounding the running sum keeps the total exact.
            let covered = min(max((sample + 1) * size - begin, 0), sourceSize)
            let sum = (covered * AreaAxis.unit + sourceSize / 2) / sourceSize
            weights.append(Int16(sum - before))
            before = sum
        }
    }
}
