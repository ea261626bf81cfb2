import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import Synchronization

/// One live camera: its reader's queue, its pipeline, its link, and what they tell.
///
/// Three threads meet here: the reader brings packets and failures, a worker decodes, the supervisor lets time pass. One lock
/// orders what they find, so that events leave in the order in which they happened.
final class LiveCamera: DecodeWork {
    let plan: CameraPlan
    let queue = PacketQueue()
    let isScheduled = Atomic<Bool>(false)
    private let state: Mutex<State>
    private let composer: AlertComposer
    private let channel: AlertChannel
    private let clock: any NeuronClock
    private let logger: Logger
    /// Set by a worker when the stream cannot be decoded; taken by the reader, which opens it anew.
    private let decodeFailure = Mutex<MediaError?>(nil)

    private struct State: ~Copyable {
        var pipeline: CameraPipeline
        var link: CameraLink
        /// A clip that has ended is not missed.
        var hasEnded = false
    }

    init(_ plan: CameraPlan, channel: AlertChannel, clock: any NeuronClock, logger: Logger) {
        self.plan = plan
        self.channel = channel
        self.clock = clock
        self.logger = logger
        composer = AlertComposer(identity: plan.identity)
        let now = CameraLink.Instant(monotonic: clock.monotonicNow(), wall: clock.wallNow())
        state = Mutex(
            State(
                pipeline: CameraPipeline(plan, clock: .arrival(ArrivalClock()), meter: clock),
                link: CameraLink(holdOff: plan.camera.lostAfter, start: now)
            )
        )
    }

    // MARK: The worker's side

    var hasWork: Bool { !queue.isEmpty }

    func work() {
        for item in queue.takeAll() {
            do {
                try state.withLock { state throws(MediaError) in try process(item, &state) }
            } catch {
                decodeFailure.withLock { $0 = error }
            }
        }
    }

    private func process(_ item: StreamItem, _ state: inout State) throws(MediaError) {
        switch item {
        case .opened(let parameters): try state.pipeline.open(parameters)
        case .packet(let packet, let arrival):
            let isAlive = try state.pipeline.process(packet, arrival: arrival) { channel.send($0.draft) }
            if isAlive, let transition = state.link.picture(at: now) { tell(transition, &state) }
        case .ended:
            state.hasEnded = true
            defer { endMotion(because: .sourceEnded, &state) }
            try state.pipeline.drain(arrival: clock.wallNow()) { channel.send($0.draft) }
        }
    }

    // MARK: The reader's side

    /// What made the stream undecodable, once.
    func takeDecodeFailure() -> MediaError? { decodeFailure.withLock { $0.take() } }

    /// An attempt to open or read failed.
    func failed(_ error: MediaError) {
        state.withLock { state in
            if let transition = state.link.failed("\(error.code)", at: now) { tell(transition, &state) }
        }
    }

    // MARK: The supervisor's side

    /// Lets time pass: a camera that went silent is found here, whatever its reader is waiting for.
    func tick() {
        state.withLock { state in
            guard !state.hasEnded else { return }
            if let transition = state.link.tick(at: now) { tell(transition, &state) }
        }
    }

    /// Ends everything that is open; the reader and the workers have stopped.
    func close(because reason: EndReason) {
        state.withLock { state in
            endMotion(because: reason, &state)
            if let transition = state.link.end(at: now, because: reason) { tell(transition, &state) }
        }
    }

    var isLost: Bool { state.withLock { $0.link.isLost } }

    /// What the pipeline has done so far.
    var statistics: PipelineStatistics {
        var statistics = state.withLock { $0.pipeline.statistics }
        statistics.dropped = queue.dropped
        return statistics
    }

    // MARK: Under the lock

    private var now: CameraLink.Instant {
        CameraLink.Instant(monotonic: clock.monotonicNow(), wall: clock.wallNow())
    }

    private func tell(_ transition: CameraTransition, _ state: inout State) {
        switch transition {
        case .lost(let facts):
            logger.error("camera lost", metadata: ["reason": "\(facts.reason)", "down_s": "\(facts.downTime.seconds)"])
            endMotion(because: .cameraLost, &state)
        case .recovered(let facts):
            logger.notice("camera recovered", metadata: ["down_s": "\(facts.downTime.seconds)"])
        case .abandoned: break
        }
        channel.send(composer.compose(transition))
    }

    private func endMotion(because reason: EndReason, _ state: inout State) {
        state.pipeline.finish(because: reason, at: clock.wallNow()) { channel.send($0.draft) }
    }
}
