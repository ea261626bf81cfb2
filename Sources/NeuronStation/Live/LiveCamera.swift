import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import Synchronization

/// One live camera: its reader's queue, its pipeline, its link, and what they tell.
///
/// Three threads meet here: the reader brings packets and failures, a worker decodes, the supervisor lets time pass. One lock
/// orders what they find, so that events leave in the order in which they happened.
final class LiveCamera: DecodeWork {
    let plan: CameraPlan
    let queue: PacketQueue
    /// The packets of the big stream, read for evidence while the small one is watched; nil without that.
    let mainStream: PacketQueue?
    let isScheduled = Atomic<Bool>(false)
    private let state: Mutex<State>
    let composer: AlertComposer
    let channel: AlertChannel
    /// What people see of it while they watch; nil where nobody can.
    let view: CameraView?
    /// Says pictures of its alerts; nil where nobody is told.
    private let speaker: PictureSpeaker?
    /// Cameras of which nothing is shown; nil where none can be disarmed.
    private let disarmed: DisarmedSources?
    /// Whether there is something to fall back from.
    let canDegrade: Atomic<Bool>
    let clock: any NeuronClock
    let logger: Logger
    /// What workers have spent on it so far, in nanoseconds.
    let workSpent = Atomic<Int64>(0)
    /// When the packet arrived that a worker has in its hands, in nanoseconds of the monotonic clock.
    let inHand = Atomic<Int64>(LiveCamera.nothingInHand)
    static let nothingInHand = Int64.max
    /// Set by a worker when the stream cannot be decoded; taken by the reader, which opens it anew.
    private let decodeFailure = Mutex<DecodeFailure?>(nil)
    /// Set by the reader where a packet came and was left out; taken by the tick.
    private let hasProvedAlive = Atomic<Bool>(false)
    /// What it was like lately, for whoever wants to know without waiting for a decode.
    let bulletin = Mutex(CameraBulletin())
    /// What was measured against the gates lately; nil where nobody can look.
    let tuning: TuningRecord?
    let description: CameraDescription
    /// Items that workers have dealt with; see ``PipelineWatch``.
    private let itemsDone = Atomic<Int>(0)
    private let bringsPictures = Atomic<Bool>(false)
    /// Set when it is closed, for a worker that had it then.
    private let closing = Mutex<EndReason?>(nil)

    private struct DecodeFailure {
        var error: MediaError
        var session: Int
    }

    private struct State: ~Copyable {
        var pipeline: CameraPipeline
        var link: CameraLink
        var overload = CameraOverload()
        /// Alerts that the desk tells nobody of.
        var muted = MutedAlerts()
        /// Holds events back until their files are there; nil where nothing is kept.
        var evidence: EvidenceStage?
        var record: CoverageRecord
        /// Whether it was a clip that has come to its end: its silence is no loss.
        var isOver = false
        /// Whether it was taken away: whatever still comes of it is nobody's.
        var isRetired = false
        /// The reader's session that the packets belong to.
        var session = 0
        /// When the latest packet that a worker has had arrived.
        var lastArrival: MonotonicTime?
        /// Decoders that the log knows of.
        var saidDecoders = 0
    }

    /// Makes a camera that nothing has been read from; `start` is when its reader begins.
    init(
        _ plan: CameraPlan,
        channel: AlertChannel,
        clock: any NeuronClock,
        logger: Logger,
        start: CameraLink.Instant? = nil,
        view: CameraView? = nil,
        speaker: PictureSpeaker? = nil,
        disarmed: DisarmedSources? = nil,
        witness: sending (any PictureWitness)? = nil,
        tuning: TuningRecord? = nil
    ) {
        self.plan = plan
        self.channel = channel
        self.clock = clock
        self.logger = logger
        self.view = view
        self.speaker = speaker
        self.disarmed = disarmed
        queue = PacketQueue(maxBytes: plan.packetShares.watchedQueue)
        mainStream = plan.keepsMainStream ? PacketQueue(maxBytes: plan.packetShares.mainQueue) : nil
        composer = AlertComposer(identity: plan.identity)
        self.tuning = tuning
        description = CameraDescription(plan.camera)
        let pipeline = CameraPipeline(plan, clock: .live, meter: clock, witness: witness, tuning: tuning)
        canDegrade = Atomic(pipeline.canDegrade)
        state = Mutex(
            State(
                pipeline: pipeline,
                link: CameraLink(holdOff: plan.camera.lostAfter, start: start ?? .now(on: clock)),
                evidence: plan.evidence.map { EvidenceStage($0, camera: plan.camera.id, clock: .live) },
                record: CoverageRecord(since: .now(on: clock))
            )
        )
    }

    // MARK: The worker's side

    var hasWork: Bool { !queue.isEmpty }

    /// Packets of one turn: half a second of a camera, so that nobody waits long for a worker.
    private static let turn = 16

    func work() {
        let start = clock.monotonicNow()
        defer {
            inHand.store(Self.nothingInHand, ordering: .releasing)
            workSpent.wrappingAdd((clock.monotonicNow() - start).nanoseconds, ordering: .relaxed)
        }
        for item in queue.take(atMost: Self.turn) {
            if case .packet(_, let arrival) = item { inHand.store(arrival.monotonic.nanoseconds, ordering: .releasing) }
            state.withLock { state in
                do throws(MediaError) {
                    try process(item, &state)
                } catch {
                    let failure = DecodeFailure(error: error, session: state.session)
                    decodeFailure.withLock { $0 = failure }
                }
                sayDecoders(&state)
                // Nobody waits any more: the one who closed it has not got it in time.
                if let reason = closing.withLock(\.self), retire(because: reason, &state) { tellWaiting(&state) }
            }
            itemsDone.wrappingAdd(1, ordering: .relaxed)
        }
        state.withLock { publish($0) }
    }

    private func process(_ item: StreamItem, _ state: inout State) throws(MediaError) {
        guard !state.isRetired else { return }
        switch item {
        case .opened(let parameters, let session):
            state.session = session
            if mainStream == nil { state.evidence?.open(parameters) } else { state.evidence?.watch(parameters) }
            view?.open(parameters)
            try state.pipeline.open(parameters)
        case .packet(let packet, let arrival):
            state.lastArrival = arrival.monotonic
            state.evidence?.take(mainStream)
            if mainStream == nil { state.evidence?.append(packet, arrival: arrival) }
            state.pipeline.keepsSight = view?.isWanted ?? false
            var found: [CameraPipeline.Finding] = []
            defer {
                tell(found, &state)
                show(packet, state)
            }
            let isAlive = try state.pipeline.process(packet, arrival: arrival) { found.append($0) }
            guard isAlive else { return }
            bringsPictures.store(true, ordering: .relaxed)
            if let transition = state.link.picture(at: now) { tell(transition, &state) }
        case .gap(let end):
            var found: [CameraPipeline.Finding] = []
            defer { tell(found, &state) }
            try state.pipeline.skip(until: end) { found.append($0) }
        case .lull:
            var found: [CameraPipeline.Finding] = []
            defer { tell(found, &state) }
            try state.pipeline.lull { found.append($0) }
        case .ended:
            defer { end(because: .sourceEnded, &state) }
            state.isOver = true
            bringsPictures.store(false, ordering: .relaxed)
            var found: [CameraPipeline.Finding] = []
            defer { tell(found, &state) }
            try state.pipeline.drain { found.append($0) }
        }
    }

    /// Hands on what viewers need, if there are any.
    private func show(_ packet: CompressedPacket, _ state: borrowing State) {
        guard let view, view.isWanted || packet.facts.isKeyframe else { return }
        let now = ViewPacket(packet: packet, takenAt: state.pipeline.wallTime(of: packet.presentationTime))
        if view.wantsToBegin { view.begin(with: state.pipeline.recentPackets, endingWith: now) } else { view.take(now) }
        if let sight = state.pipeline.lastSight { view.note(sight) }
    }

    // MARK: The reader's side

    /// What made a session's stream undecodable, once; what a worker found in an earlier session is forgotten.
    func takeDecodeFailure(of session: Int) -> MediaError? {
        decodeFailure.withLock { failure in
            guard let found = failure.take(), found.session == session else { return nil }
            return found.error
        }
    }

    /// A packet came that no worker gets, for want of room or of a keyframe to begin with: the camera is alive.
    ///
    /// The next ``tick(excusing:)`` takes it in: a reader that waited for a decode would stop reading just then.
    func leftOutPacket() { hasProvedAlive.store(true, ordering: .relaxed) }

    /// An attempt to open or read failed.
    ///
    /// Whether that is a loss is found at the next ``tick(excusing:)``, which knows of time in which the daemon was held up.
    func failed(_ error: MediaError) {
        bulletin.withLock { $0.noteFailure() }
        state.withLock { state in
            state.link.note(failure: "\(error.code)")
            publish(state)
        }
    }

    // MARK: The supervisor's side

    /// Lets time pass: a camera that went silent is found here, whatever its reader is waiting for.
    ///
    /// - Parameter heldUp: how long the daemon itself was held up before this tick; it is nobody's silence.
    func tick(excusing heldUp: TimeSpan? = nil) {
        view?.tick()
        state.withLock { state in
            state.evidence?.take(mainStream)
            tell([], &state)
            guard !state.isOver else { return }
            if let heldUp { state.link.excuse(heldUp, at: now) }
            if hasProvedAlive.exchange(false, ordering: .relaxed), let transition = state.link.picture(at: now) {
                tell(transition, &state)
            }
            if let transition = state.link.tick(at: now) { tell(transition, &state) }
            if state.pipeline.hasLeftOut, let last = state.lastArrival, now.monotonic - last >= plan.camera.maxBlind {
                queue.lull()
            }
            publish(state)
            if now.monotonic - state.record.since.monotonic >= plan.coverageEvery { tellCoverage(&state) }
        }
    }

    /// Looks at keyframes only: the box does not keep up, and its oldest packet had waited for a lag.
    func degrade(lag: TimeSpan) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.pipeline.degrade()
            if let transition = state.overload.degrade(lag: lag, priority: plan.camera.priority, at: now) {
                tell(transition)
            }
        }
    }

    /// Looks at what it is configured to again.
    func restore() {
        state.withLock { state in
            state.pipeline.restore()
            if let transition = state.overload.restore(at: now) { tell(transition) }
        }
    }

    /// Ends everything that is open; the reader has stopped, and what a worker still finds is thrown away.
    ///
    /// - Returns: false where a worker has it in hand at the deadline. That worker ends it, if it ever comes back.
    func close(because reason: EndReason, until deadline: MonotonicTime) -> Bool {
        view?.close()
        bringsPictures.store(false, ordering: .relaxed)
        closing.withLock { $0 = reason }
        // What nobody will decode any more is not kept for as long as somebody knows this camera.
        for queue in [queue, mainStream].compactMap(\.self) { _ = queue.take(atMost: .max) }
        while state.withLockIfAvailable({ _ = retire(because: reason, &$0) }) == nil {
            guard clock.monotonicNow() < deadline else { return false }
            pause(for: .milliseconds(5))
        }
        return true
    }

    /// Lets the last words wait for their files, but not for a disk that hangs; comes after ``close(because:until:)``.
    func awaitEvidence(until deadline: MonotonicTime) {
        state.withLock { state in
            let desk = plan.evidence?.desk
            while state.evidence?.isWaiting == true, clock.monotonicNow() < deadline, desk?.isStalled == false {
                tell([], &state)
                if state.evidence?.isWaiting == true { pause(for: .milliseconds(5)) }
            }
            tellWaiting(&state)
        }
    }

    /// Whether its pictures come; a camera that went silent is up until that is a loss.
    var isUp: Bool { bringsPictures.load(ordering: .relaxed) }

    /// How many items workers have dealt with, and whether one has or should have it in hand; waits for nobody.
    var workerTurns: (done: Int, hasWork: Bool) {
        (itemsDone.load(ordering: .relaxed), isScheduled.load(ordering: .relaxed) || hasWork)
    }

    /// What the pipeline has done so far.
    var statistics: PipelineStatistics {
        var statistics = state.withLock { $0.pipeline.statistics }
        statistics.dropped = queue.dropped
        return statistics
    }

    // MARK: Under the lock

    /// Lets others see how it fares; they must not wait for a decode.
    private func publish(_ state: borrowing State) {
        canDegrade.store(state.pipeline.canDegrade, ordering: .relaxed)
        bulletin.withLock { bulletin in
            bulletin.statistics = state.pipeline.statistics
            bulletin.lostBecause = state.link.lostBecause
            bulletin.lastPictureAt = state.link.lastPictureAt
            bulletin.isOver = state.isOver
            bulletin.isDegraded = state.pipeline.isDegraded
            bulletin.isAwake = state.pipeline.isAwake
            bulletin.light = state.pipeline.light
        }
    }

    private var now: CameraLink.Instant { .now(on: clock) }

    /// Says which hardware decodes, or why it does not; each once for the camera.
    private func sayDecoders(_ state: inout State) {
        guard state.pipeline.statistics.decoders.count > state.saidDecoders else { return }
        for decoder in state.pipeline.statistics.decoders[state.saidDecoders...] where decoder.wanted != .software {
            let isFault = decoder.hasFallenBack && decoder.wanted != .auto
            logger.log(level: isFault ? .warning : .info, "decoder: \(decoder.text)")
        }
        state.saidDecoders = state.pipeline.statistics.decoders.count
    }

    private func tell(_ transition: CameraTransition, _ state: inout State) {
        switch transition {
        case .lost(let facts):
            bringsPictures.store(false, ordering: .relaxed)
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
        if let transition = state.overload.end(at: now, because: reason) { tell(transition) }
        if let transition = state.link.end(at: now, because: reason) { tell(transition, &state) }
        if reason == .sourceEnded || !state.isOver { tellCoverage(&state) }
    }

    /// A camera whose pictures nobody looks at has no coverage to tell.
    private func tellCoverage(_ state: inout State) {
        guard state.pipeline.isWatching else { return }
        let facts = state.record.next(of: state.pipeline.statistics.coverage, dropped: queue.dropped, at: now)
        channel.send(composer.compose(facts))
    }

    private func endMotion(because reason: EndReason, _ state: inout State) {
        var found: [CameraPipeline.Finding] = []
        state.pipeline.finish(because: reason, at: clock.wallNow()) { found.append($0) }
        tell(found, &state)
        state.evidence?.endClips()
    }

    /// Sends what was found on its way, and what waited for its files until now.
    private func tell(_ found: [CameraPipeline.Finding], _ state: inout State) {
        let now = clock.monotonicNow()
        for finding in found {
            let draft = finding.draft
            // No event will name its pictures, and whoever disarmed the camera wants none.
            let isMuted = state.muted.mutes(draft, isDisarmed: disarmed?.contains(draft.source) ?? false)
            if !isMuted { speaker?.note(finding, of: plan.camera) }
            if isMuted || state.evidence == nil { channel.send(draft) } else { state.evidence?.take(finding, at: now) }
        }
        state.muted.settle(found.lazy.map(\.draft))
        state.evidence?.release(at: now) { channel.send($0.draft) }
    }

    /// False where it was taken away before.
    private func retire(because reason: EndReason, _ state: inout State) -> Bool {
        guard !state.isRetired else { return false }
        end(because: reason, &state)
        (state.isRetired, state.isOver) = (true, true)
        return true
    }

    /// Sends what waits for its files without them.
    private func tellWaiting(_ state: inout State) {
        state.evidence?.release(at: clock.monotonicNow() + .seconds(3600)) { channel.send($0.draft) }
        // A reader that hangs may keep this camera for long; not its ring.
        state.evidence = nil
    }
}
