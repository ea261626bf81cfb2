import NeuronCore
import Synchronization

/// A clock that a test moves.
final class HandClock: NeuronClock {
    private let now = Mutex(MonotonicTime(nanoseconds: 1_000_000_000))

    func advance(by span: TimeSpan) { now.withLock { $0 = $0 + span } }
    func wallNow() -> WallTime { WallTime(nanoseconds: monotonicNow().nanoseconds) }
    func monotonicNow() -> MonotonicTime { now.withLock { $0 } }
}
