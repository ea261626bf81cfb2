import NeuronCore

/// Remembers which cells fire again and again without anything going through them: leaves, water, a clock.
///
/// A cell's value rises each time that it begins to fire, and falls with time. What passes takes back what it raised, so
/// that a busy road stays as it is.
struct Restlessness: Sendable {
    /// Per cell, 0 to 255.
    private(set) var cells: [UInt8]
    /// Cells that began to fire lately.
    private var livelyCells = 0
    private var restlessCells = 0
    /// Cells that fire now.
    private var firingCells = 0
    private var state: [State]
    private var sinceFall = TimeSpan.zero
    private var wasAnyFired = false

    /// What a cell did in the last frame.
    private enum State: UInt8 {
        case quiet, fired
        /// Fired, and what it raised was taken back.
        case forgiven
    }

    /// With fewer lively cells than this part a young scene is calm, and with more than the others it is lively: always,
    /// and when most of the cells that began to fire stopped again.
    private static let calmPart = 20
    private static let livelyPart = 12
    private static let flickeringPart = 25
    /// A picture is restless nearly everywhere when a third of its cells are.
    private static let everywherePart = 3
    private static let rise: UInt8 = 24
    private static let fallInterval = TimeSpan.milliseconds(400)
    /// From here on a cell is restless: it has begun to fire three times lately.
    private static let limit: UInt8 = 60

    init(geometry: AnalysisGeometry) {
        cells = Array(repeating: 0, count: geometry.cellCount)
        state = Array(repeating: .quiet, count: geometry.cellCount)
    }

    /// Whether a cell has begun to fire several times lately.
    func isRestless(_ cell: Int) -> Bool { cells[cell] >= Restlessness.limit }

    /// Whether few cells began to fire lately.
    var isCalm: Bool { livelyCells * Restlessness.calmPart < cells.count }

    /// Whether much comes and goes: people and cars fire in fewer cells, and most of those go on for a while.
    var isLively: Bool {
        if livelyCells * Restlessness.livelyPart >= cells.count { return true }
        return livelyCells * Restlessness.flickeringPart >= cells.count && livelyCells * 2 >= firingCells * 5
    }

    /// Whether the picture is restless nearly everywhere, as in snow.
    var isEverywhere: Bool { restlessCells * Restlessness.everywherePart >= cells.count }

    /// Forgets everything.
    mutating func clear() {
        for index in cells.indices {
            cells[index] = 0
            state[index] = .quiet
        }
        livelyCells = 0
        restlessCells = 0
        firingCells = 0
        sinceFall = .zero
        wasAnyFired = false
    }

    /// Takes the counts of differing samples of a frame; `isAnyFired` tells whether any cell of them fires.
    mutating func note(_ counts: [UInt8], isAnyFired: Bool, step: TimeSpan) {
        // Where nobody looked for seconds, nobody saw the cells rest.
        let passed = sinceFall.nanoseconds + min(step, Restlessness.fallInterval).nanoseconds
        let interval = Restlessness.fallInterval.nanoseconds
        sinceFall = TimeSpan(nanoseconds: passed % interval)
        let fall = UInt8(clamping: passed / interval)
        guard isAnyFired || wasAnyFired || (fall > 0 && livelyCells > 0) else { return }
        wasAnyFired = isAnyFired
        livelyCells = 0
        restlessCells = 0
        firingCells = 0
        for index in cells.indices {
            cells[index] -= min(cells[index], fall)
            let fires = counts[index] >= BlobFinder.fewestPerCell
            if fires { firingCells += 1 }
            if !fires {
                state[index] = .quiet
            } else if state[index] == .quiet {
                state[index] = .fired
                cells[index] = UInt8(min(Int(cells[index]) + Int(Restlessness.rise), 255))
            }
            if cells[index] > 0 { livelyCells += 1 }
            if isRestless(index) { restlessCells += 1 }
        }
    }

    /// Takes back what a passing thing raised in a cell in which it is.
    mutating func forgive(_ cell: Int) {
        guard state[cell] == .fired else { return }
        state[cell] = .forgiven
        cells[cell] -= min(cells[cell], Restlessness.rise)
    }

    /// Takes back what a passing thing raised in the cells in which it was.
    mutating func forgive(_ box: PixelBox, geometry: AnalysisGeometry) {
        for row in box.top / 8...max(box.bottom - 1, box.top) / 8 {
            for column in box.left / 8...max(box.right - 1, box.left) / 8 {
                let cell = row * geometry.cellColumns + column
                guard state[cell] != .fired else { continue }
                cells[cell] -= min(cells[cell], Restlessness.rise)
            }
        }
    }
}
