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
    private let decodeFailure = Mutex<DecodeFailure?>(nil)

    private struct DecodeFailure {
        var error: MediaError
        var session: Int
    }

    private struct State: ~Copyable {
        var pipeline: CameraPipeline
        var link: CameraLink
        /// Whether it was a clip that has come to its end: its silence is no loss.
        var isOver = false
        /// The reader's session that the packets belong to.
        var session = 0
        /// Decoders that the log knows of.
        var saidDecoders = 0
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
                pipeline: CameraPipeline(plan, clock: .live, meter: clock),
                link: CameraLink(holdOff: plan.camera.lostAfter, start: now)
            )
        )
    }

    // MARK: The worker's side

    var hasWork: Bool { !queue.isEmpty }

    /// Packets of one turn: half a second of a camera, so that nobody waits long for a worker.
    private static let turn = 16

    func work() {
        for item in queue.take(atMost: Self.turn) {
            state.withLock { state in
                do throws(MediaError) {
                    try process(item, &state)
                } catch {
                    let failure = DecodeFailure(error: error, session: state.session)
                    decodeFailure.withLock { $0 = failure }
                }
                sayDecoders(&state)
            }
        }
    }

    private func process(_ item: StreamItem, _ state: inout State) throws(MediaError) {
        switch item {
        case .opened(let parameters, let session):
            state.session = session
            try state.pipeline.open(parameters)
        case .packet(let packet, let arrival):
            let isAlive = try state.pipeline.process(packet, arrival: arrival) { channel.send($0.draft) }
            if isAlive, let transition = state.link.picture(at: now) { tell(transition, &state) }
        case .ended:
            defer { end(because: .sourceEnded, &state) }
            state.isOver = true
            try state.pipeline.drain { channel.send($0.draft) }
        }
    }

    // MARK: The reader's side

    /// What made a session's stream undecodable, once; what a worker found in an earlier session is forgotten.
    func takeDecodeFailure(of session: Int) -> MediaError? {
        decodeFailure.withLock { failure in
            guard let found = failure.take(), found.session == session else { return nil }
            return found.error
        }
    }

    /// Packets had to be left out: the camera is alive, and it is the box that does not keep up.
    func droppedPacket() {
        state.withLock { state in
            if let transition = state.link.picture(at: now) { tell(transition, &state) }
        }
    }

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
            guard !state.isOver else { return }
            if let transition = state.link.tick(at: now) { tell(transition, &state) }
        }
    }

    /// Ends everything that is open; the reader and the workers have stopped.
    func close(because reason: EndReason) {
        state.withLock { state in end(because: reason, &state) }
    }

    /// What the pipeline has done so far.
    var statistics: PipelineStatistics {
        var statistics = state.withLock { $0.pipeline.statistics }
        statistics.dropped = queue.dropped
        return statistics
    }

    // MARK: Under the lock

    /// Says which hardware decodes, or why it does not; each once for the camera.
    private func sayDecoders(_ state: inout State) {
        guard state.pipeline.statistics.decoders.count > state.saidDecoders else { return }
        for decoder in state.pipeline.statistics.decoders[state.saidDecoders...] where decoder.wanted != .software {
            let isFault = decoder.hasFallenBack && decoder.wanted != .auto
            logger.log(level: isFault ? .warning : .info, "decoder: \(decoder.text)")
        }
        state.saidDecoders = state.pipeline.statistics.decoders.count
    }

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

    private func end(because reason: EndReason, _ state: inout State) {
        endMotion(because: reason, &state)
        if let transition = state.link.end(at: now, because: reason) { tell(transition, &state) }
    }

    private func endMotion(because reason: EndReason, _ state: inout State) {
        state.pipeline.finish(because: reason, at: clock.wallNow()) { channel.send($0.draft) }
    }
}
