package import NeuronCore
import Synchronization

/// The means to get a source out of a blocking call: a stop from any thread, and a deadline per call.
///
/// FFmpeg asks ``shouldReturn`` about ten times a second while it waits. Whether a call ended because of us is decided
/// by these flags alone: FFmpeg answers an interrupt with whatever code the interrupted layer has at hand.
package final class SourceInterrupt: Sendable {
    private let isStoppedFlag = Atomic<Bool>(false)
    private let hasTimedOutFlag = Atomic<Bool>(false)
    /// Monotonic nanoseconds; 0 for none.
    private let deadline = Atomic<Int64>(0)
    private let clock: any NeuronClock

    /// Makes an interrupt that reads deadlines from a clock.
    package init(clock: any NeuronClock = SystemClock()) { self.clock = clock }

    /// What a deadline is for.
    package enum Action: Sendable, Hashable {
        case opening
        case reading
    }

    /// Makes the running call and all later ones return soon with `interrupted`; for good, from any thread.
    package func stop() { isStoppedFlag.store(true, ordering: .releasing) }

    package var isStopped: Bool { isStoppedFlag.load(ordering: .acquiring) }

    /// Whether the deadline set last has passed while a call was under way.
    var hasTimedOut: Bool { hasTimedOutFlag.load(ordering: .acquiring) }

    /// Whether a blocking call must give up now; FFmpeg's interrupt callback.
    var shouldReturn: Bool {
        if isStopped || hasTimedOut { return true }
        let limit = deadline.load(ordering: .acquiring)
        guard limit != 0, clock.monotonicNow().nanoseconds >= limit else { return false }
        hasTimedOutFlag.store(true, ordering: .releasing)
        return true
    }

    /// Starts the time of one call.
    func arm(_ limit: TimeSpan) {
        hasTimedOutFlag.store(false, ordering: .releasing)
        deadline.store((clock.monotonicNow() + limit).nanoseconds, ordering: .releasing)
    }

    /// Ends the time of one call; the flag stays as it is.
    func disarm() { deadline.store(0, ordering: .releasing) }
}
