import NeuronCore

/// Civil time as it was when the outbox was opened, carried on by the monotonic clock.
///
/// What must not come early or never because somebody set the clock is reckoned in it: due times and expiry. Over a restart
/// it follows the wall clock; due times that a step back has put far away are brought near at the opening.
struct SteadyClock: Sendable {
    private let clock: any NeuronClock
    private let wallAtStart: WallTime
    private let start: MonotonicTime

    init(_ clock: any NeuronClock) {
        self.clock = clock
        wallAtStart = clock.wallNow()
        start = clock.monotonicNow()
    }

    func now() -> WallTime { wallAtStart + (clock.monotonicNow() - start) }
}
