import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronMedia
import Synchronization

/// The thread that reads a camera's big stream for evidence while its small one is watched; nothing of it is decoded.
///
/// Its failures are no loss of the camera: alerts go on, and say that they have no clip. It is tried again for ever.
final class MainStreamReader: Sendable {
    private let camera: CameraConfiguration
    private let queue: PacketQueue
    private let credentials: CredentialReader
    private let clock: any NeuronClock
    private let logger: Logger
    private let stopSignal = StopSignal()
    private let current = Mutex<Session>(Session(interrupt: nil, isStopped: false))
    private let thread = Mutex<DedicatedThread?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    private struct Session {
        var interrupt: SourceInterrupt?
        var isStopped: Bool
    }

    /// Where the stream lies on its one time line, session after session.
    private struct Timeline {
        var session = 0
        var last: MediaTime?
        var lastArrival: MonotonicTime?

        /// A stream that was away goes on as much later as it was away.
        func resumed(at now: MonotonicTime) -> MediaTime {
            guard let last, let lastArrival else { return .zero }
            return last + max(.milliseconds(40), now - lastArrival)
        }
    }

    /// Makes a reader of a camera; nil where its only stream is the one that is watched.
    init?(_ camera: LiveCamera, credentials: CredentialReader, clock: any NeuronClock, logger: Logger) {
        guard let queue = camera.mainStream else { return nil }
        self.camera = camera.plan.camera
        self.queue = queue
        self.credentials = credentials
        self.clock = clock
        self.logger = logger
    }

    /// Starts the thread, which begins after a time.
    func start(after delay: TimeSpan) {
        let started = DedicatedThread(name: "main-\(camera.id)") {
            if !self.stopSignal.wait(for: delay) { self.run() }
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
    func join(until deadline: DispatchTime) -> Bool {
        guard ended.wait(timeout: deadline) == .success else { return false }
        thread.withLock { $0.take() }?.join()
        return true
    }

    private func run() {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        var timeline = Timeline()
        while let interrupt = beginSession() {
            let start = clock.monotonicNow()
            let error = read(interrupt, &timeline)
            guard !current.withLock(\.isStopped) else { return }
            let delivered = timeline.lastArrival.map { $0 - start } ?? .zero
            let wait = backoff.next(delivered: delivered, using: &random)
            logger.warning(
                "no clips of this camera: \(error.message) Trying again in \(wait.milliseconds / 100 * 100) ms."
            )
            if stopSignal.wait(for: wait) { return }
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

    private func read(_ interrupt: SourceInterrupt, _ timeline: inout Timeline) -> MediaError {
        do throws(MediaError) {
            var source = try MediaSource(
                opening: try address(),
                options: SourceOptions(
                    transport: camera.transport == .udp ? .udp : .tcp,
                    openTimeout: camera.openTimeout,
                    readTimeout: camera.readTimeout,
                    firstTime: timeline.resumed(at: clock.monotonicNow())
                ),
                interrupt: interrupt
            )
            logger.info("main stream open", metadata: ["video": "\(source.facts.codecName) \(source.facts.size)"])
            timeline.session += 1
            queue.open(source.decoderParameters, session: timeline.session)
            while let packet = try source.nextPacket() {
                timeline.last = packet.facts.time
                timeline.lastArrival = clock.monotonicNow()
                _ = queue.append(packet, arrival: .now(on: clock))
            }
            return .endOfMainStream(camera.source)
        } catch {
            return error
        }
    }

    private func address() throws(MediaError) -> SourceAddress {
        guard let reference = camera.credentials else { return camera.source }
        do {
            return try credentials.read(reference).credential.applied(to: camera.source)
        } catch {
            throw MediaError(
                code: .authenticationFailed,
                message: "Could not log in to \(camera.source): \(error)"
            )
        }
    }
}

extension MediaError {
    fileprivate static func endOfMainStream(_ source: SourceAddress) -> MediaError {
        MediaError(code: .endedUnexpectedly, message: "The stream of \(source) ended.")
    }
}
