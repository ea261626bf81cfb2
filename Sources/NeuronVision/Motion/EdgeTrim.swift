import NeuronCore

/// Takes what is only out of place by a sample for what it is: the picture's own edges under a shaking camera, leaves.
///
/// A sample whose value occurs in the background right beside it need not be anything new. A thing of its own colour
/// has samples that the background beside them does not explain, so where a cell keeps two of them it keeps all its
/// marks: a distant walker consists of few. Where the whole picture shakes, and where it fires again and again, only the
/// unexplained samples count.
struct EdgeTrim: Sendable {
    /// Whether most of what differed in the last picture was its own edges: a camera that shakes.
    private(set) var isShaken = false

    private var marks: Plane<UInt8>
    private var counts: [UInt8]
    private var cells: [Int32] = []
    private let geometry: AnalysisGeometry

    /// Unexplained samples that bring back a cell's other ones.
    private static let fewestUnexplained: UInt8 = 2
    /// Fewer cells than this may be anything.
    private static let fewestShakenCells = 12

    init(geometry: AnalysisGeometry) {
        self.geometry = geometry
        marks = Plane(width: geometry.cellColumns, height: geometry.height, stride: geometry.cellColumns)
        counts = Array(repeating: 0, count: geometry.cellCount)
        cells.reserveCapacity(geometry.cellCount)
    }

    /// Clears what the background beside it explains, and counts again.
    ///
    /// - Parameters:
    ///   - bits: the differing samples.
    ///   - bitCounts: their number in each cell.
    ///   - comparison: what they were found with.
    ///   - restlessness: the cells that fire again and again.
    ///   - kernels: the instruction set to use.
    mutating func clear(
        _ bits: inout Plane<UInt8>,
        counts bitCounts: inout [UInt8],
        comparison: borrowing LightEdges.Comparison,
        restlessness: borrowing Restlessness,
        kernels: VisionKernels
    ) {
        cells.removeAll(keepingCapacity: true)
        for cell in bitCounts.indices where bitCounts[cell] >= BlobFinder.fewestPerCell { cells.append(Int32(cell)) }
        isShaken = false
        guard !cells.isEmpty else { return }
        marks.samples.replaceSubrange(marks.samples.indices, with: bits.samples)
        kernels.trimCells(
            comparison.picture,
            background: comparison.model.background,
            variance: comparison.model.variance,
            gain: comparison.gain.rows,
            floor: comparison.floor,
            factor: comparison.factor,
            cells: cells,
            marks: &marks
        )
        kernels.cellCounts(marks, into: &counts)
        let explained = cells.reduce(0) { counts[Int($1)] < BlobFinder.fewestPerCell ? $0 + 1 : $0 }
        isShaken = cells.count >= EdgeTrim.fewestShakenCells && explained * 3 >= cells.count * 2
        for cell in cells { settle(Int(cell), &bits, &bitCounts, isRestless: restlessness.isRestless(Int(cell))) }
    }

    private func settle(_ cell: Int, _ bits: inout Plane<UInt8>, _ bitCounts: inout [UInt8], isRestless: Bool) {
        guard isShaken || isRestless || counts[cell] < EdgeTrim.fewestUnexplained else { return }
        let (row, column) = cell.quotientAndRemainder(dividingBy: geometry.cellColumns)
        for line in row * 8..<min(row * 8 + 8, geometry.height) {
            let index = line * bits.stride + column
            bits.samples[index] = marks.samples[index]
        }
        bitCounts[cell] = counts[cell]
    }
}
