import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first one asks for the end, a second one ends the process at once with 128 and its number.
package final class StopSignals: Sendable {
    private let state = Mutex<Int32?>(nil)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// The signal that came; nil for none.
    package var caught: Int32? { state.withLock(\.self) }

    /// Begins to listen.
    ///
    /// - Parameter stop: called once, on a thread of the system's.
    package init(_ stop: @escaping @Sendable () -> Void) {
        for number in [SIGINT, SIGTERM] {
            sources.withLock { sources in
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { [weak self] in self?.note(number, stop) }
                source.resume()
                sources.append(source)
            }
        }
    }

    private func note(_ number: Int32, _ stop: () -> Void) {
        let isFirst = state.withLock { state in
            defer { state = state ?? number }
            return state == nil
        }
        guard isFirst else { _exit(128 + number) }
        stop()
    }
}
