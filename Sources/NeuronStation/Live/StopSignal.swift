package import NeuronCore

/// A wait that another thread can end, and that lasts as long as it says whatever becomes of the clock on the wall.
package final class StopSignal: Sendable {
    private let semaphore = MonotonicSemaphore()

    package init() {}

    /// Ends the waits under way and every later one.
    package func stop() { semaphore.signal() }

    /// Waits; returns true when it was stopped.
    package func wait(for duration: TimeSpan) -> Bool {
        guard semaphore.wait(for: duration) else { return false }
        // Whoever leaves lets the next one out.
        semaphore.signal()
        return true
    }
}
