import NeuronCore

/// Takes the edges of light for what they are.
///
/// Where a lamp's light ends, the estimated gain changes over some cells while the light itself changes at once, so
/// both sides of the edge differ from their prediction; and where a cloud's shadow reaches the picture's border, it
/// goes on beyond what could be estimated. Such a sample is explained by some gain between those of the neighbourhoods,
/// or a little outside of them. Where the light is even, all gains are equal, and nothing that moves can be explained
/// away.
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
    private static let leastDifference = 256

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
            let range = gains(around: row, column, comparison.gain, geometry)
            guard range.upperBound - range.lowerBound > leastDifference else { continue }
            clear(&bits, row: row, column: column, under: range, comparison, geometry, &counts[cell])
        }
    }

    /// The gains of a cell and of the neighbourhoods around it, half as much again on both sides, and half of what the
    /// light has changed: a headlight's beam is never as even as its neighbourhoods make it.
    private static func gains(
        around row: Int,
        _ column: Int,
        _ gain: GainField,
        _ geometry: AnalysisGeometry
    ) -> ClosedRange<Int> {
        let own = Int(gain.gain(row: row, column: column))
        let above = Int(gain.gain(row: max(row - reach, 0), column: column))
        let below = Int(gain.gain(row: min(row + reach, geometry.cellRows - 1), column: column))
        let before = Int(gain.gain(row: row, column: max(column - reach, 0)))
        let after = Int(gain.gain(row: row, column: min(column + reach, geometry.lastCellColumn)))
        let lowest = min(own, above, below, before, after)
        let highest = max(own, above, below, before, after)
        let margin = (highest - lowest) / 2 + abs(own - Int(GainField.one)) / 2
        return max(lowest - margin, 0)...min(highest + margin, Int(Int16.max))
    }

    private static func clear(
        _ bits: inout Plane<UInt8>,
        row: Int,
        column: Int,
        under gains: ClosedRange<Int>,
        _ comparison: borrowing Comparison,
        _ geometry: AnalysisGeometry,
        _ count: inout UInt8
    ) {
        for y in row * 8..<min(row * 8 + 8, geometry.height) {
            var left = bits.samples[y * bits.stride + column]
            while left != 0 {
                let bit = left.trailingZeroBitCount
                left &= left - 1
                guard comparison.explains(y * geometry.stride + column * 8 + bit, under: gains) else { continue }
                bits.samples[y * bits.stride + column] &= ~(1 << UInt8(bit))
                count -= 1
            }
        }
    }
}

extension LightEdges.Comparison {
    /// Whether a sample is within its limit under one of the gains.
    fileprivate func explains(_ index: Int, under gains: ClosedRange<Int>) -> Bool {
        let (sample, background) = (Int(picture.samples[index]) * 32, Int(model.background.samples[index]))
        let lowest = KernelReference.scaled(background, gains.lowerBound)
        let highest = KernelReference.scaled(background, gains.upperBound)
        let difference = max(lowest - sample, sample - highest, 0)
        let variance = model.variance.samples[index]
        return !KernelReference.isBeyond(difference, variance: variance, floor: floor, factor: factor)
    }
}
