import NeuronCore

/// Takes the edges of light for what they are.
///
/// Where a lamp's light ends, the estimated gain changes over some cells while the light itself changes at once, so both
/// sides of the edge differ from their prediction. Such a sample is explained by the gain of one of the neighbourhoods
/// beyond the edge. Where the light is even, all gains are equal, and nothing that moves can be explained away.
struct LightEdges {
    /// What the samples were compared with.
    struct Comparison {
        var picture: Plane<UInt8>
        var model: BackgroundModel
        var gain: GainField
        /// In 1/32 levels.
        var floor: Int16
        /// In 1/1024.
        var factor: Int16
    }

    /// Cells from a window's centre to the next window that shares little with it.
    private static let reach = 3
    /// Gains closer than this are the same light, in 1/8192.
    private static let leastDifference: Int16 = 256

    /// Clears the marks of the samples that a neighbouring gain explains, and counts again.
    ///
    /// - Parameters:
    ///   - bits: the differing samples.
    ///   - counts: their number in each cell.
    ///   - comparison: what they were found with.
    ///   - geometry: the detector's geometry.
    static func clear(
        _ bits: inout Plane<UInt8>,
        counts: inout [UInt8],
        comparison: borrowing Comparison,
        geometry: AnalysisGeometry
    ) {
        let fired = counts.reduce(0) { $1 >= BlobFinder.fewestPerCell ? $0 + 1 : $0 }
        // When a quarter of the picture differs, it's the light gate's turn.
        guard fired > 0, fired * 4 < geometry.cellCount else { return }
        for cell in counts.indices where counts[cell] >= BlobFinder.fewestPerCell {
            let (row, column) = cell.quotientAndRemainder(dividingBy: geometry.cellColumns)
            let own = comparison.gain.gain(row: row, column: column)
            let others: [4 of Int16] = [
                comparison.gain.gain(row: max(row - reach, 0), column: column),
                comparison.gain.gain(row: min(row + reach, geometry.cellRows - 1), column: column),
                comparison.gain.gain(row: row, column: max(column - reach, 0)),
                comparison.gain.gain(row: row, column: min(column + reach, geometry.lastCellColumn)),
            ]
            for other in others.indices where abs(Int(others[other]) - Int(own)) > leastDifference {
                clear(&bits, row: row, column: column, under: others[other], comparison, geometry, &counts[cell])
            }
        }
    }

    private static func clear(
        _ bits: inout Plane<UInt8>,
        row: Int,
        column: Int,
        under gain: Int16,
        _ comparison: borrowing Comparison,
        _ geometry: AnalysisGeometry,
        _ count: inout UInt8
    ) {
        for y in row * 8..<min(row * 8 + 8, geometry.height) {
            var left = bits.samples[y * bits.stride + column]
            while left != 0 {
                let bit = left.trailingZeroBitCount
                left &= left - 1
                guard comparison.explains(y * geometry.stride + column * 8 + bit, under: gain) else { continue }
                bits.samples[y * bits.stride + column] &= ~(1 << UInt8(bit))
                count -= 1
            }
        }
    }
}

extension LightEdges.Comparison {
    /// Whether a sample is within its limit under a gain.
    fileprivate func explains(_ index: Int, under gain: Int16) -> Bool {
        let difference = KernelReference.difference(
            picture.samples[index],
            background: model.background.samples[index],
            gain: gain
        )
        let variance = model.variance.samples[index]
        return !KernelReference.isBeyond(difference, variance: variance, floor: floor, factor: factor)
    }
}
