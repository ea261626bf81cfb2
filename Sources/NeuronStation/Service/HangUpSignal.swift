import Dispatch
import Glibc
import Synchronization

/// SIGHUP, by which a daemon is asked to read its configuration again.
final class HangUpSignal: Sendable {
    /// An element for one or more signals since the last one.
    let signals: AsyncStream<Void>
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// Begins to listen; before that the signal should be ignored, for it would end the process.
    init() {
        let (signals, announcer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.signals = signals
        sources.withLock { sources in
            let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
            source.setEventHandler { announcer.yield() }
            source.resume()
            sources.append(source)
        }
    }
}
