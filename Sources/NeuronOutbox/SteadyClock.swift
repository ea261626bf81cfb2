import NeuronCore

/// The outbox's own time, in which ages and due times are reckoned: about civil time, but nobody can set it.
///
/// While the process runs it follows the monotonic clock. Over a restart it goes on from the latest event's, never back, and
/// by no more than ``longestAbsence``: a clock that was wrong, or that is right at last, must not make events look old.
struct SteadyClock: Sendable {
    private let clock: any NeuronClock
    private let timeAtStart: WallTime
    private let start: MonotonicTime

    /// Time switched off counts for no more than this.
    static let longestAbsence = TimeSpan.seconds(86_400)

    /// Starts the clock; `last` is its latest known time, nil in a new outbox.
    init(_ clock: any NeuronClock, after last: WallTime?) {
        self.clock = clock
        let now = clock.wallNow()
        timeAtStart = last.map { min(max(now, $0), $0 + Self.longestAbsence) } ?? now
        start = clock.monotonicNow()
    }

    func now() -> WallTime { timeAtStart + (clock.monotonicNow() - start) }
}
