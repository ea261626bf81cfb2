package import NeuronCore

/// Judges by real progress alone whether the pipeline gets on; systemd's watchdog is fed by its word.
///
/// What ought to move and does not for a while stands still: a worker that has packets, the outbox that was asked, the supervisor's
/// tick, the readers all together. A camera that is silent is no standstill: its reader goes on trying, and its loss is an alert.
/// Pure: turns are counted elsewhere, and time in which this watch itself was held up does not count.
package struct PipelineWatch: Sendable {
    /// What was counted of the whole station.
    package struct Reading: Sendable, Hashable {
        package var cameras: [Camera] = []
        /// Turns that workers have ended, of all cameras.
        package var poolTurns = 0
        /// Turns of the supervisor, which finds silent cameras.
        package var supervisorTurns = 0
        /// Answers of the outbox's writer; it is asked all the time.
        package var outboxAnswers = 0
        /// Whether alerts wait for a disk that refuses them: whoever has more to tell waits with them, and no restart would help.
        package var isHeldByDisk = false

        package init() {}
    }

    /// What was counted of one camera.
    package struct Camera: Sendable, Hashable {
        /// Never used twice, so that a camera that was restarted begins anew.
        package var number: Int
        package var name: String
        /// Packets read, attempts made and waits begun or ended.
        package var readerTurns: Int
        /// Whether the reader waits on purpose: for its next attempt, for a clip's time, or for ever after a clip's end.
        package var isReaderResting: Bool
        /// How long its reader may wait for a camera.
        package var readerPatience: TimeSpan
        /// Items that a worker has dealt with.
        package var workerTurns: Int
        /// Whether a worker has it in hand, or packets wait for one.
        package var hasWork: Bool

        package init(
            number: Int,
            name: String,
            readerTurns: Int = 0,
            isReaderResting: Bool = false,
            readerPatience: TimeSpan = .seconds(20),
            workerTurns: Int = 0,
            hasWork: Bool = false
        ) {
            self.number = number
            self.name = name
            self.readerTurns = readerTurns
            self.isReaderResting = isReaderResting
            self.readerPatience = readerPatience
            self.workerTurns = workerTurns
            self.hasWork = hasWork
        }
    }

    /// Something that ought to move and does not.
    package enum Standstill: Sendable, Hashable, CustomStringConvertible {
        /// A worker does not come back from this camera, or never comes to it.
        case worker(camera: String)
        /// No camera's reader gets on.
        case readers
        case supervisor
        case outbox

        package var description: String {
            switch self {
            case .worker(let camera): "the pictures of '\(camera)' are not decoded"
            case .readers: "no camera's reader gets on"
            case .supervisor: "nobody looks for silent cameras"
            case .outbox: "the outbox does not answer"
            }
        }
    }

    private enum Part: Hashable, Sendable {
        case worker(Int)
        case reader(Int)
        case supervisor
        case outbox
    }

    private struct Trace: Sendable {
        var turns: Int
        var since: MonotonicTime
        var poolTurns: Int
    }

    private let limit: TimeSpan
    private var clock: StallGuard
    private var traces: [Part: Trace] = [:]

    /// Makes a watch.
    ///
    /// - Parameters:
    ///   - limit: for how long something may stand still.
    ///   - period: how often ``step(_:at:)`` is called.
    package init(limit: TimeSpan, period: TimeSpan) {
        self.limit = limit
        clock = StallGuard(period: period)
    }

    /// What came of one look.
    package struct Verdict: Sendable, Hashable {
        /// Empty where everything gets on.
        package var standstills: [Standstill] = []
        /// How long the watch itself was held up before this look; nil where it came in time.
        package var heldUp: TimeSpan?

        package var isProgress: Bool { standstills.isEmpty }
    }

    /// Takes what was counted now.
    package mutating func step(_ reading: Reading, at now: MonotonicTime) -> Verdict {
        var verdict = Verdict()
        verdict.heldUp = clock.turn(at: now)
        let time = clock.counted(now)
        forgetOthers(than: reading.cameras)
        verdict.standstills += workers(reading, time)
        if readersStand(reading.cameras, time) { verdict.standstills.append(.readers) }
        let isSupervisorFree = !reading.isHeldByDisk
        if age(.supervisor, reading.supervisorTurns, time, isExpected: isSupervisorFree) >= limit {
            verdict.standstills.append(.supervisor)
        }
        if age(.outbox, reading.outboxAnswers, time) >= limit { verdict.standstills.append(.outbox) }
        return verdict
    }

    private mutating func workers(_ reading: Reading, _ time: MonotonicTime) -> [Standstill] {
        reading.cameras.compactMap { camera in
            let part = Part.worker(camera.number)
            let isExpected = camera.hasWork && !reading.isHeldByDisk
            let age = age(part, camera.workerTurns, time, isExpected: isExpected, poolTurns: reading.poolTurns)
            guard age >= limit, let trace = traces[part] else { return nil }
            // With many cameras on a slow box a camera's turn may be long in coming; twice round it must have come.
            let others = reading.poolTurns - trace.poolTurns
            let isWaitingItsTurn = others > 0 && others <= 2 * reading.cameras.count
            return isWaitingItsTurn ? nil : .worker(camera: camera.name)
        }
    }

    /// One reader that a name server or a dead network disk holds is a lost camera; all of them together are our own fault.
    private mutating func readersStand(_ cameras: [Camera], _ time: MonotonicTime) -> Bool {
        var (active, standing) = (0, 0)
        for camera in cameras {
            let isExpected = !camera.isReaderResting
            let age = age(.reader(camera.number), camera.readerTurns, time, isExpected: isExpected)
            active += isExpected ? 1 : 0
            standing += age >= camera.readerPatience + limit ? 1 : 0
        }
        return active > 0 && standing == active
    }

    /// For how long a part has not moved though it should have.
    private mutating func age(
        _ part: Part,
        _ turns: Int,
        _ time: MonotonicTime,
        isExpected: Bool = true,
        poolTurns: Int = 0
    ) -> TimeSpan {
        if isExpected, let trace = traces[part], trace.turns == turns { return time - trace.since }
        traces[part] = Trace(turns: turns, since: time, poolTurns: poolTurns)
        return .zero
    }

    private mutating func forgetOthers(than cameras: [Camera]) {
        let numbers = Set(cameras.map(\.number))
        traces = traces.filter { part, _ in
            switch part {
            case .worker(let number), .reader(let number): numbers.contains(number)
            case .supervisor, .outbox: true
            }
        }
    }
}
