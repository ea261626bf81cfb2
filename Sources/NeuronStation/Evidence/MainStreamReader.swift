import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronMedia

/// The thread that reads a camera's big stream for evidence while its small one is watched; nothing of it is decoded.
///
/// Its failures are no loss of the camera: alerts go on, and say that they have no clip. It is tried again for ever.
final class MainStreamReader: Sendable {
    private let camera: CameraConfiguration
    private let queue: PacketQueue
    private let credentials: CredentialReader
    private let clock: any NeuronClock
    private let logger: Logger
    private let thread: StreamThread

    /// Makes a reader of a camera; nil where its only stream is the one that is watched.
    init?(_ camera: LiveCamera, credentials: CredentialReader, clock: any NeuronClock, logger: Logger) {
        guard let queue = camera.mainStream else { return nil }
        self.camera = camera.plan.camera
        self.queue = queue
        self.credentials = credentials
        self.clock = clock
        self.logger = logger
        thread = StreamThread(name: "main-\(camera.plan.camera.id)", clock: clock)
    }

    /// Starts the thread, which begins after a time.
    func start(after delay: TimeSpan) {
        thread.start {
            if !self.thread.rest(for: delay) { self.run() }
        }
    }

    /// Makes the thread end soon, whatever it is waiting for.
    func stop() { thread.stop() }

    /// Waits for the thread's end; false where it is still busy at the deadline.
    func join(until deadline: DispatchTime) -> Bool { thread.join(until: deadline) }

    private func run() {
        var timeline = StreamTimeline()
        thread.keepOpen(resting: thread.rest) { interrupt in
            .failed(read(interrupt, &timeline), lastArrival: timeline.lastArrival)
        } failed: { error, wait in
            logger.warning("no clips of this camera: \(error.message) Trying again in \(wait.logged).")
        }
    }

    private func read(_ interrupt: SourceInterrupt, _ timeline: inout StreamTimeline) -> MediaError {
        do throws(MediaError) {
            var source = try MediaSource(
                opening: try credentials.address(of: camera.source, camera.credentials).address,
                options: SourceOptions(
                    transport: camera.transport == .udp ? .udp : .tcp,
                    openTimeout: camera.openTimeout,
                    readTimeout: camera.readTimeout
                ),
                interrupt: interrupt,
                firstTime: { [timeline, clock = clock] in timeline.resumed(at: clock.monotonicNow()) }
            )
            logger.info("main stream open", metadata: ["video": "\(source.facts.codecName) \(source.facts.size)"])
            timeline.session += 1
            queue.open(source.decoderParameters, session: timeline.session)
            while let packet = try source.nextPacket() {
                timeline.note(packet, at: clock.monotonicNow(), interval: source.facts.nominalFrameInterval)
                if queue.append(packet, arrival: .now(on: clock)) == .beganToDrop {
                    logger.warning(
                        "the box does not keep up: packets are left out of clips",
                        metadata: ["left_out": "\(queue.dropped)"]
                    )
                }
            }
            return .endOfMainStream(camera.source)
        } catch {
            return error
        }
    }
}

extension MediaError {
    fileprivate static func endOfMainStream(_ source: SourceAddress) -> MediaError {
        MediaError(code: .endedUnexpectedly, message: "The stream of \(source) ended.")
    }
}
