import Dispatch
package import NeuronCore

/// A wait that another thread can end.
package final class StopSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    /// Ends the wait under way and every later one.
    package func stop() { semaphore.signal() }

    /// Waits; returns true when it was stopped.
    package func wait(for duration: TimeSpan) -> Bool {
        let nanoseconds = Int(clamping: max(0, duration.nanoseconds))
        guard semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success else { return false }
        // Whoever waits next is to return at once too.
        semaphore.signal()
        return true
    }
}
