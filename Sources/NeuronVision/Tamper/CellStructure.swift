import NeuronCore

/// What the tamper detector reads of a picture: quarters, sum and fine detail of each cell of 8 x 8 samples.
///
/// Cells that the right or bottom edge cuts are left out, and so are those that a mask touches.
struct CellStructure: Sendable {
    let columns: Int
    let rows: Int
    /// The cells that count, as indices into the arrays below.
    let counted: [Int32]
    /// The blocks of 2 x 2 cells that count, as indices of their top left cells.
    let blocks: [Int32]
    /// One bit per counted cell: which of 4 x 4 parts of the picture it lies in.
    private let parts: [UInt16]
    /// Four sums of 16 samples per cell: top left, top right, bottom left, bottom right.
    private(set) var quarters: [UInt16]
    /// The sum of the differences of neighbouring samples of each cell.
    private(set) var detail: [UInt16]
    /// The sum of each cell's samples.
    private(set) var sums: [Int32]

    /// Neighbours in a cell: what ``detail`` adds up.
    static let pairs: Int32 = 112
    static let samples: Int32 = 64

    init(geometry: AnalysisGeometry, masks: [RelativePolygon]) {
        columns = geometry.width / 8
        rows = geometry.height / 8
        let (columns, rows) = (columns, rows)
        let keep = ZoneRaster.keep(masks: masks, geometry: geometry)
        func isWhole(_ row: Int, _ column: Int) -> Bool {
            guard let keep else { return true }
            return (0..<64).allSatisfy { keep.samples[(row * 8 + $0 / 8) * keep.stride + column * 8 + $0 % 8] != 0 }
        }
        var (counted, blocks): ([Int32], [Int32]) = ([], [])
        for row in 0..<rows {
            for column in 0..<columns {
                if isWhole(row, column) { counted.append(Int32(row * columns + column)) }
                guard row % 2 == 0, column % 2 == 0, row + 1 < rows, column + 1 < columns else { continue }
                let cells = [(row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)]
                if cells.allSatisfy(isWhole) { blocks.append(Int32(row * columns + column)) }
            }
        }
        self.counted = counted
        self.blocks = blocks
        parts = counted.map { cell in
            let (row, column) = Int(cell).quotientAndRemainder(dividingBy: columns)
            return 1 << UInt16(row * 4 / rows * 4 + column * 4 / columns)
        }
        quarters = Array(repeating: 0, count: 4 * columns * rows)
        detail = Array(repeating: 0, count: columns * rows)
        sums = Array(repeating: 0, count: columns * rows)
    }

    /// Reads a picture.
    mutating func read(_ picture: Plane<UInt8>, kernels: VisionKernels) {
        kernels.cellStructure(picture, quarters: &quarters, detail: &detail)
        for cell in sums.indices { sums[cell] = quarters(of: cell).wrappedSum() }
    }

    /// The four quarters of a cell.
    @inline(__always)
    func quarters(of cell: Int) -> SIMD4<Int32> {
        let at = cell * 4
        return SIMD4(
            Int32(quarters[at]),
            Int32(quarters[at + 1]),
            Int32(quarters[at + 2]),
            Int32(quarters[at + 3])
        )
    }

    /// The sums of the four cells of a block.
    @inline(__always)
    func cells(ofBlock cell: Int) -> SIMD4<Int32> {
        SIMD4(sums[cell], sums[cell + 1], sums[cell + columns], sums[cell + columns + 1])
    }

    /// How many of the counted cells had other quarters in another picture, and in how many of the 16 parts of the picture they
    /// lie.
    func changedCells(since quarters: [UInt16]) -> (count: Int, parts: Int) {
        var (count, parts) = (0, UInt16(0))
        for (index, cell) in counted.enumerated() {
            let at = Int(cell) * 4
            let isEqual =
                self.quarters[at] == quarters[at] && self.quarters[at + 1] == quarters[at + 1]
                && self.quarters[at + 2] == quarters[at + 2] && self.quarters[at + 3] == quarters[at + 3]
            guard !isEqual else { continue }
            count += 1
            parts |= self.parts[index]
        }
        return (count, parts.nonzeroBitCount)
    }
}

/// Brightness as a sum over samples, above black.
enum Brightness {
    /// Where most streams have black, in levels; the little below it keeps dark cells from dividing by nothing.
    private static let black: Int32 = 12

    /// The brightness of a sum over so many samples, at least one level a sample.
    static func aboveBlack(_ sum: Int32, samples: Int32) -> Int32 { max(sum - black * samples, samples) }
}
