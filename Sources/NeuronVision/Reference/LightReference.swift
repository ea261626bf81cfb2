/// The specification of the light's kernel, cell by cell.
extension KernelReference {
    /// A cell or several of them, added up.
    private struct LightSum {
        var now = 0
        var background = 0
        var samples = 0
        var all = 0

        static func + (a: LightSum, b: LightSum) -> LightSum {
            var sum = a
            sum.now += b.now
            sum.background += b.background
            sum.samples += b.samples
            sum.all += b.all
            return sum
        }

        /// The gain, between an eighth and four.
        ///
        /// In the dark a ratio is mostly noise, hence four levels more; and less than a thousandth is nothing.
        var gain: Int16 {
            let (now, background) = (now + 4 * samples, background + 4 * samples)
            guard abs(now - background) * 1024 > background, background > 0 else { return 8192 }
            return Int16(min(max(now * 8192 / background, 1024), 32_767))
        }
    }

    /// Cells on each side of a neighbourhood's middle.
    private static let lightReach = 2

    /// The gain of each cell's neighbourhood, and of each of its columns; leaves out what the gains do not explain.
    package static func light(
        now: [UInt16],
        background: [UInt16],
        samples: [UInt8],
        leftOut: inout [UInt8],
        columns: Int,
        cells gains: inout [Int16],
        rows: inout [Int16]
    ) -> Int {
        func cell(_ index: Int, isCounted: Bool) -> LightSum {
            let all = Int(samples[index])
            guard isCounted else { return LightSum(all: all) }
            return LightSum(now: Int(now[index]), background: Int(background[index]), samples: all, all: all)
        }
        let counted = now.indices.map { cell($0, isCounted: leftOut[$0] == 0) }
        let whole = counted.reduce(LightSum(), +)
        let everything = now.indices.map { cell($0, isCounted: true) }.reduce(LightSum(), +)
        let fallback = whole.samples * 8 < everything.samples ? everything.gain : whole.gain
        let deviation = counted.reduce(0) { $0 + abs($1.now - $1.background) }
        for index in counted.indices {
            let sum = neighbourhood(of: index, in: counted, columns: columns)
            gains[index] = sum.samples * 3 < sum.all ? fallback : sum.gain
        }
        for (index, cell) in counted.enumerated() {
            let predicted = (cell.background * Int(gains[index])) >> 13
            if abs(cell.now - predicted) > 2 * cell.samples + (predicted >> 5) { leftOut[index] = 1 }
        }
        let explained = now.indices.map { cell($0, isCounted: leftOut[$0] == 0) }
        for index in explained.indices {
            let sum = neighbourhood(of: index, in: explained, columns: columns)
            if sum.samples * 3 >= sum.all { gains[index] = sum.gain }
            for column in index * cellSize..<(index + 1) * cellSize { rows[column] = gains[index] }
        }
        return deviation * 1000 / max(whole.background, 1)
    }

    private static func neighbourhood(of index: Int, in cells: [LightSum], columns: Int) -> LightSum {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        var sum = LightSum()
        for y in max(row - lightReach, 0)...min(row + lightReach, cells.count / columns - 1) {
            for x in max(column - lightReach, 0)...min(column + lightReach, columns - 1) {
                sum = sum + cells[y * columns + x]
            }
        }
        return sum
    }
}
