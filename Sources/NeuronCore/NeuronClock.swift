import Glibc

/// A point on the machine's monotonic clock, in nanoseconds; it survives every step of the wall clock.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    /// Makes a time of nanoseconds since an arbitrary start.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func - (a: MonotonicTime, b: MonotonicTime) -> TimeSpan {
        TimeSpan(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
    package static func + (a: MonotonicTime, b: TimeSpan) -> MonotonicTime {
        MonotonicTime(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
}

/// Where time comes from: a parameter of everything that needs it, so that tests and replays bring their own.
package protocol NeuronClock: Sendable {
    /// Civil time; may step.
    func wallNow() -> WallTime
    /// Time that never steps; for deadlines and intervals.
    func monotonicNow() -> MonotonicTime
}

/// The machine's own clocks.
package struct SystemClock: NeuronClock {
    package init() {}

    package func wallNow() -> WallTime { WallTime(nanoseconds: read(CLOCK_REALTIME)) }

    package func monotonicNow() -> MonotonicTime { MonotonicTime(nanoseconds: read(CLOCK_MONOTONIC)) }

    private func read(_ clock: clockid_t) -> Int64 {
        var reading = timespec()
        clock_gettime(clock, &reading)
        return Int64(reading.tv_sec) &* 1_000_000_000 &+ Int64(reading.tv_nsec)
    }
}
