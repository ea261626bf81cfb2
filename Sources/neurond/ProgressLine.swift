import NeuronCore
import NeuronStation

/// A line that is drawn anew five times a second until it is stopped, on a terminal only.
final class ProgressLine: Sendable {
    private let stopSignal = StopSignal()
    private let thread: DedicatedThread?

    /// Begins to draw; `text` is asked on a thread of its own.
    init(_ text: @escaping @Sendable () -> String) {
        guard Terminal.isInteractive else {
            thread = nil
            return
        }
        let stopSignal = stopSignal
        thread = DedicatedThread(name: "progress") {
            while !stopSignal.wait(for: .milliseconds(200)) { Terminal.draw(text()) }
            Terminal.draw("")
        }
    }

    func stop() {
        stopSignal.stop()
        thread?.join()
    }
}
