package import NeuronCore

/// Finds out that the daemon itself was held up: suspended, stopped by a signal, or starved of its processor.
///
/// Whoever measures silence by the clock would then take everybody else for dead. A pure state machine: it counts only the time
/// that passed while its own turns came in time.
package struct StallGuard: Sendable {
    /// How often it is asked.
    private let period: TimeSpan
    /// A turn that comes later than this was held up.
    private let tolerance: TimeSpan
    private var last: MonotonicTime?

    /// All time that was lost so far.
    package private(set) var lost = TimeSpan.zero

    /// Makes a guard that is asked once a period; it takes a turn for held up that is a second and four periods late.
    package init(period: TimeSpan) {
        self.period = period
        tolerance = .seconds(1) + period * 4
    }

    /// Takes a turn.
    ///
    /// - Parameter now: the monotonic clock.
    /// - Returns: how long the turn was held up; nil where it came in time.
    package mutating func turn(at now: MonotonicTime) -> TimeSpan? {
        defer { last = now }
        guard let last, now - last > tolerance else { return nil }
        let late = now - last - period
        lost = lost + late
        return late
    }

    /// A time by which nobody was held up: the clock without what was lost.
    package func counted(_ now: MonotonicTime) -> MonotonicTime {
        MonotonicTime(nanoseconds: now.nanoseconds - lost.nanoseconds)
    }
}
