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
    private var cells: [Int16]
    /// Not 0 for the cells that tell nothing of the light.
    private var leftOut: [UInt8]
    /// Scratch room of the kernel.
    private var room: [Int32]

    init(geometry: AnalysisGeometry) {
        columns = geometry.cellColumns
        cells = Array(repeating: GainField.one, count: geometry.cellCount)
        rows = Plane(width: geometry.stride, height: geometry.cellRows, stride: geometry.stride)
        leftOut = Array(repeating: 0, count: geometry.cellCount)
        room = VisionKernels.lightRoom(columns: geometry.cellColumns)
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
    ///   - kernels: the instruction set to use.
    mutating func estimate(
        now: [UInt16],
        background: [UInt16],
        samples: [UInt8],
        isObject: [UInt8],
        kernels: VisionKernels
    ) {
        leftOut.replaceSubrange(leftOut.indices, with: isObject)
        unrest = kernels.light(
            now: now,
            background: background,
            samples: samples,
            leftOut: &leftOut,
            columns: columns,
            room: &room,
            cells: &cells,
            rows: &rows.samples
        )
    }

    /// The gain of a cell, in 1/8192.
    func gain(row: Int, column: Int) -> Int16 { cells[row * columns + column] }
}
