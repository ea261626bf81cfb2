/// How much brighter or darker each neighbourhood is than its background: the light, separated from what it falls on.
///
/// Clouds, exposure steps and mains flicker multiply the picture. The ratio of the sums over 5 x 5 cells (40 x 40
/// samples) estimates that factor; cells in which something was seen before are left out, as long as enough remain.
struct GainField: Sendable {
    /// One row per row of cells, one value per sample, in 1/8192.
    private(set) var rows: Plane<Int16>
    /// Mean deviation of the light from the background's, in 1/1000.
    private(set) var unrest = 0

    static let one: Int16 = 8192

    private let columns: Int
    private let cellRows: Int
    /// Elements from one row's start to the next in ``sums`` and ``across``.
    private let pitch: Int
    private var cells: [Int16]
    /// Per cell: x the picture's sum, y the background's, z samples that count, w samples in all; with a margin of
    /// `reach` zeros on every side.
    private var sums: [SIMD4<Int32>]
    /// ``sums`` added up over the columns in reach.
    private var across: [SIMD4<Int32>]

    /// Added to both sums, per sample: in the dark a ratio is mostly noise.
    private static let pedestal: Int32 = 4
    private static let reach = 2
    /// Levels that a cell's mean may be off before something must be in it; a thirty-second of its brightness comes on
    /// top.
    private static let outlier: Int32 = 2

    init(geometry: AnalysisGeometry) {
        columns = geometry.cellColumns
        cellRows = geometry.cellRows
        pitch = columns + 2 * GainField.reach
        cells = Array(repeating: GainField.one, count: geometry.cellCount)
        rows = Plane(width: geometry.stride, height: geometry.cellRows, stride: geometry.stride)
        sums = Array(
            repeating: .zero,
            count: pitch * (cellRows + 2 * GainField.reach)
        )
        across = sums
        reset()
    }

    /// Takes the light for unchanged.
    mutating func reset() {
        for index in rows.samples.indices { rows.samples[index] = GainField.one }
        for index in cells.indices { cells[index] = GainField.one }
        unrest = 0
    }

    /// Estimates the light from the cells' sums.
    ///
    /// Twice: the first estimate shows which cells have something in them, the second leaves those out as well.
    ///
    /// - Parameters:
    ///   - now: the sum of each cell of the picture.
    ///   - background: the sum of each cell of the background.
    ///   - samples: the number of samples of each cell that count.
    ///   - isObject: 1 for the cells to leave out.
    mutating func estimate(now: [UInt16], background: [UInt16], samples: [UInt8], isObject: [UInt8]) {
        let whole = gather(now: now, background: background, samples: samples, isObject: isObject)
        let fallback = GainField.ratio(whole)
        addAcross(GainField.reach..<sums.count - GainField.reach)
        for row in 0..<cellRows {
            for column in 0..<columns {
                let sum = window(row, column)
                // Fewer than a third of the neighbours left: an object fills them, and only the whole picture can tell.
                cells[row * columns + column] = sum.z * 3 < sum.w ? fallback : GainField.ratio(sum)
            }
        }
        estimateAgain(leaveOutliersOut())
        spreadOut()
    }

    /// Estimates the cells again that have an outlier in reach.
    private mutating func estimateAgain(_ outliers: Extent) {
        guard outliers.top <= outliers.bottom else { return }
        let rows = max(outliers.top - GainField.reach, 0)...min(outliers.bottom + GainField.reach, cellRows - 1)
        let columns = max(outliers.left - GainField.reach, 0)...min(outliers.right + GainField.reach, columns - 1)
        // A row of sums lies a margin lower than its row of cells.
        let start = (outliers.top + GainField.reach) * pitch
        addAcross(start..<min(start + (outliers.bottom - outliers.top + 1) * pitch, sums.count - GainField.reach))
        for row in rows {
            for column in columns {
                let sum = window(row, column)
                if sum.z * 3 >= sum.w { cells[row * self.columns + column] = GainField.ratio(sum) }
            }
        }
    }

    /// A rectangle of cells; nothing while its top is below its bottom.
    private struct Extent {
        var left = Int.max
        var right = Int.min
        var top = Int.max
        var bottom = Int.min
    }

    /// The gain of a cell, in 1/8192.
    func gain(row: Int, column: Int) -> Int16 { cells[row * columns + column] }

    private func window(_ row: Int, _ column: Int) -> SIMD4<Int32> {
        let at = row * pitch + column
        return across[at] &+ across[at + pitch] &+ across[at + 2 * pitch] &+ across[at + 3 * pitch]
            &+ across[at + 4 * pitch]
    }

    /// Takes the cells out of the sums that the first estimate does not explain, and says where they were.
    private mutating func leaveOutliersOut() -> Extent {
        var extent = Extent()
        for row in 0..<cellRows {
            for column in 0..<columns {
                let at = (row + GainField.reach) * pitch + column + GainField.reach
                let sum = sums[at]
                // Sums and gains are never negative, so shifts divide: by 8192, and by 32.
                let predicted = (sum.y &* Int32(cells[row * columns + column])) &>> 13
                guard abs(sum.x &- predicted) > GainField.outlier &* sum.z &+ predicted &>> 5 else { continue }
                sums[at] = SIMD4(0, 0, 0, sum.w)
                extent.left = min(extent.left, column)
                extent.right = max(extent.right, column)
                extent.top = min(extent.top, row)
                extent.bottom = max(extent.bottom, row)
            }
        }
        return extent
    }

    private mutating func gather(
        now: [UInt16],
        background: [UInt16],
        samples: [UInt8],
        isObject: [UInt8]
    ) -> SIMD4<Int32> {
        var (counted, everything, deviation) = (SIMD4<Int32>.zero, SIMD4<Int32>.zero, 0)
        for row in 0..<cellRows {
            for column in 0..<columns {
                let index = row * columns + column
                let count = Int32(samples[index])
                let value = SIMD4(Int32(now[index]), Int32(background[index]), count, count)
                everything &+= value
                let isCounted = isObject[index] == 0
                let kept = isCounted ? value : SIMD4(0, 0, 0, count)
                sums[(row + GainField.reach) * pitch + column + GainField.reach] = kept
                counted &+= kept
                deviation += Int(abs(kept.x - kept.y))
            }
        }
        unrest = deviation * 1000 / max(Int(counted.y), 1)
        return counted.z * 8 < everything.z ? everything : counted
    }

    private mutating func addAcross(_ indices: Range<Int>) {
        for index in indices {
            across[index - GainField.reach] =
                sums[index - 2] &+ sums[index - 1] &+ sums[index] &+ sums[index + 1] &+ sums[index + 2]
        }
    }

    /// The gain of summed cells, between an eighth and four.
    private static func ratio(_ sum: SIMD4<Int32>) -> Int16 {
        let (now, was) = (Int(sum.x + pedestal * sum.z), Int(sum.y + pedestal * sum.z))
        // A division for every cell costs as much as a kernel; a thousandth is far below any limit.
        guard abs(now - was) * 1024 > was, was > 0 else { return one }
        return Int16(min(max(now * Int(one) / was, 1024), 32_767))
    }

    private mutating func spreadOut() {
        for row in 0..<cellRows {
            for column in 0..<columns {
                let gain = cells[row * columns + column]
                let start = row * rows.stride + column * 8
                for index in start..<start + 8 { rows.samples[index] = gain }
            }
        }
    }
}
