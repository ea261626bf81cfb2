import Dispatch
import NeuronConfiguration
import NeuronCore
import NeuronMedia
import Synchronization

/// A thread that keeps one stream of a camera connected, and whatever it waits for, a stop ends it.
///
/// It touches nothing of any other camera.
final class StreamThread: Sendable {
    private let name: String
    private let clock: any NeuronClock
    private let stopSignal = StopSignal()
    private let current = Mutex<Session>(Session(interrupt: nil, isStopped: false))
    private let thread = Mutex<DedicatedThread?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    private struct Session {
        var interrupt: SourceInterrupt?
        var isStopped: Bool
    }

    /// Makes what ``start(_:)`` runs under a name; see ``DedicatedThread``.
    init(name: String, clock: any NeuronClock) {
        self.name = name
        self.clock = clock
    }

    /// Runs the body on a thread of its own, once.
    func start(_ body: @escaping @Sendable () -> Void) {
        let started = DedicatedThread(name: name) {
            body()
            self.ended.signal()
        }
        thread.withLock { $0 = started }
    }

    /// Makes the thread end soon, whatever it is waiting for.
    func stop() {
        current.withLock { session in
            session.isStopped = true
            session.interrupt?.stop()
        }
        stopSignal.stop()
    }

    /// Waits for the thread's end; false where it is still busy at the deadline.
    ///
    /// A name server that does not answer and a network disk that is gone hold a thread where no interrupt reaches. Such a
    /// thread touches nothing any more when it wakes up, and ends with the process.
    func join(until deadline: DispatchTime) -> Bool {
        guard ended.wait(timeout: deadline) == .success else { return false }
        thread.withLock { $0.take() }?.join()
        return true
    }

    /// How an attempt to open and read the stream went.
    enum Attempt {
        /// There is nothing more to read.
        case over
        case failed(MediaError, lastArrival: MonotonicTime?)
    }

    /// Tries again and again, with a growing pause, until a stop or the stream's own end.
    ///
    /// - Parameters:
    ///   - rest: waits, and is true where a stop ended it.
    ///   - attempt: opens the stream and reads it; the interrupt ends it.
    ///   - failed: is told why, and how long the pause is.
    func keepOpen(
        resting rest: (TimeSpan) -> Bool,
        _ attempt: (SourceInterrupt) -> Attempt,
        failed: (MediaError, TimeSpan) -> Void
    ) {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        while let interrupt = beginSession() {
            let start = clock.monotonicNow()
            guard case .failed(let error, let last) = attempt(interrupt), !isStopped else { return }
            let wait = backoff.next(delivered: last.map { $0 - start } ?? .zero, using: &random)
            failed(error, wait)
            if rest(wait) { return }
        }
    }

    private func beginSession() -> SourceInterrupt? {
        let interrupt = SourceInterrupt(clock: clock)
        return current.withLock { session in
            guard !session.isStopped else { return nil }
            session.interrupt = interrupt
            return interrupt
        }
    }

    private var isStopped: Bool { current.withLock { $0.isStopped } }

    /// Waits; true where a stop ended it.
    func rest(for duration: TimeSpan) -> Bool { stopSignal.wait(for: duration) }
}

extension TimeSpan {
    /// A pause in the words of the log.
    var logged: String { "\(milliseconds / 100 * 100) ms" }
}

extension CredentialReader {
    /// The address of a camera's stream with its user and password in it, and what should be said about their file.
    func address(
        of source: SourceAddress,
        _ reference: CredentialReference?
    ) throws(MediaError) -> (address: SourceAddress, warning: String?) {
        guard let reference else { return (source, nil) }
        do {
            let reading = try read(reference)
            return (reading.credential.applied(to: source), reading.warning)
        } catch {
            throw MediaError(code: .authenticationFailed, message: "Could not log in to \(source): \(error)")
        }
    }
}
