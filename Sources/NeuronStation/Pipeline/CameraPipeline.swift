import NeuronConfiguration
package import NeuronCore
package import NeuronIncidents
package import NeuronMedia
import NeuronSampling

/// The path of one camera from packet to alert event: sample, decode, look, tell.
///
/// The same for a live camera and for a replay; only the clock and whoever brings the packets differ. Used by one thread at
/// a time. It holds a C decoder and so is never copied.
package struct CameraPipeline: ~Copyable {
    package private(set) var statistics = PipelineStatistics()
    private let mode: SamplingMode
    private let decoderChoice: DecoderChoice
    /// Whether pictures are looked at; nothing is decoded where not.
    let isWatching: Bool
    private let meter: any NeuronClock
    private var policy: SamplingPolicy
    private var decoder: VideoDecoder?
    private(set) var stage: MotionStage
    private var clock: PictureClock
    /// What can still be decoded; empty where nothing is ever left out.
    private var ring = PacketRing(maxBytes: 0)
    private var lastLook: MediaTime?
    /// Whether packets were left out since the last look or catch-up.
    private var isLeaving = false
    /// Whether what was decoded since the last picture has given none.
    private var isFruitless = false
    /// The packet with which the last picture came out, or the stream's first.
    private var lastSign: MediaTime?
    /// What becomes of the latest trial.
    private var verdict = TrialVerdict.keep
    /// The latest picture in which something moved.
    private var lastMotion: MediaTime?
    private var coverage: CoverageMeter
    private let masks: PrivacyMasks
    /// Nil where nobody wants pictures of alerts, which costs nothing then.
    private var pictures: AlertPictures?
    /// What pictures of alerts have cost so far.
    package var pictureStatistics: AlertPictures.Statistics {
        switch pictures {
        case nil: AlertPictures.Statistics()
        case let pictures?: pictures.statistics
        }
    }
    private let witness: (any PictureWitness)?
    /// Whether somebody is watching what the detector says; nothing is kept for nobody.
    package var keepsSight = false {
        didSet { if !keepsSight { lastSight = nil } }
    }
    /// What was made of the picture that was looked at last.
    package private(set) var lastSight: PictureSight?
    private let tuning: TuningRecord?

    /// Makes the pipeline of one camera.
    ///
    /// - Parameters:
    ///   - plan: what it does.
    ///   - clock: how picture times become civil times.
    ///   - meter: measures what a stage costs; nothing else is read from it.
    ///   - witness: is shown each picture that was looked at; nil for none, which costs nothing.
    ///   - tuning: keeps what was measured against the gates; nil for nobody.
    package init(
        _ plan: CameraPlan,
        clock: PictureClock,
        meter: any NeuronClock,
        witness: (any PictureWitness)? = nil,
        tuning: TuningRecord? = nil
    ) {
        mode = plan.sampling
        decoderChoice = DecoderChoice(plan.camera.decoder)
        policy = SamplingPolicy(mode: plan.sampling, auditSeed: StableHash.of(plan.camera.id.rawValue.utf8))
        stage = MotionStage(plan)
        coverage = CoverageMeter(maxBlind: plan.camera.maxBlind)
        isWatching = plan.needsPictures
        masks = plan.camera.privacyMasks
        if let settings = plan.pictures { pictures = AlertPictures(settings) }
        self.clock = clock
        self.meter = meter
        self.witness = witness
        self.tuning = tuning
    }

    /// Whether every picture is decoded now, rather than keyframes.
    var isAwake: Bool { isWatching && !policy.isDozing && !policy.hasKeyframesOnly }

    /// Whether it looks at keyframes only, since the box does not keep up.
    var isDegraded: Bool { policy.isDegraded }

    /// Whether a fall-back would give anything back.
    var canDegrade: Bool { isWatching && policy.canDegrade }

    /// Whether packets have been left out since the last look that are still to be had, and not decoded in vain before.
    var hasLeftOut: Bool { policy.isDozing && isLeaving }

    /// The light that the camera sees in; nil before it was judged.
    var light: Daylight? { stage.judgedLight }

    /// Begins a stream; what was left inside the decoder of the one before is forgotten.
    ///
    /// - Parameter parameters: the stream's, as its source has them.
    /// - Throws: `MediaError` where no decoder takes them.
    package mutating func open(_ parameters: DecoderParameters) throws(MediaError) {
        decoder = nil
        policy.restart()
        if case .adaptive(_, let ringBytes) = mode { ring = PacketRing(maxBytes: ringBytes) }
        (lastLook, lastSign, lastMotion) = (nil, nil, nil)
        (isLeaving, isFruitless) = (false, false)
        clock.begin()
        coverage.interrupt()
        stage.settle()
        var decoder = try VideoDecoder(for: parameters, by: decoderChoice, masks: masks)
        statistics.note(decoder.report)
        // What is left out at first would be missed by what may have to be decoded in its order behind it.
        if policy.hasKeyframesOnly { decoder.flush() }
        self.decoder = consume decoder
    }

    /// Takes the stream's next packet.
    ///
    /// - Parameters:
    ///   - packet: in decoding order.
    ///   - arrival: when it arrived; a replay may give anything.
    ///   - tell: called for each event found, in order.
    /// - Returns: whether the camera proved to be alive: a picture came out, or none was asked for since one did lately.
    /// - Throws: `MediaError` where the stream cannot be decoded any more and must be opened anew.
    package mutating func process(
        _ packet: CompressedPacket,
        arrival: CameraLink.Instant,
        _ tell: (Finding) -> Void
    ) throws(MediaError) -> Bool {
        statistics.packets += 1
        if packet.hasJumped { clock.begin() }
        clock.note(arrival, sent: packet.senderTime, of: packet.presentationTime)
        guard isWatching else {
            statistics.leftOut += 1
            return true
        }
        if policy.needsRing { ring.append(packet) }
        let before = statistics.decoded
        let sign = lastSign ?? packet.facts.time
        lastSign = sign
        let decision = policy.decide(packet.facts)
        if stage.hasKeyframesOnly != policy.hasKeyframesOnly { stage.hasKeyframesOnly = policy.hasKeyframesOnly }
        coverage.note(packet.facts, isDecoded: decision != .leave, isDegraded: policy.isDegraded)
        defer { statistics.coverage = coverage.coverage }
        switch decision {
        case .leave:
            statistics.leftOut += 1
            statistics.lastPicture = max(statistics.lastPicture, packet.presentationTime)
            isLeaving = true
            return packet.facts.time - sign <= (isFruitless ? Self.longestDoubt : Self.longestSilence)
        case .decode: try decode(.inOrder(packet), .look, tell)
        case .decodeAlone: try lookAlone(packet, tell)
        case .tryAlone: try tryAlone(packet, tell)
        case .catchUp:
            statistics.wakes += 1
            try catchUp(tell)
        case .checkGuess:
            statistics.sizeWakes += 1
            try catchUp(tell)
        }
        isFruitless = statistics.decoded == before
        guard !isFruitless else { return false }
        lastSign = packet.facts.time
        return true
    }

    /// A stream whose packets are left out for longer proves nothing: more than `maxBlind` and the wait for a keyframe can be.
    private static let longestSilence = TimeSpan.seconds(70)
    /// The same where what was decoded last has given no picture.
    private static let longestDoubt = TimeSpan.seconds(10)

    /// Looks at keyframes only, since the box does not keep up.
    package mutating func degrade() {
        policy.degrade()
        stage.hasKeyframesOnly = policy.hasKeyframesOnly
        if policy.hasKeyframesOnly { decoder?.flush() }
    }

    /// Looks at what it is configured to again, from the next keyframe on.
    package mutating func restore() { policy.restore() }

    /// Looks at what is still inside the decoder: a clip has come to its end, which says nothing of what it shows.
    ///
    /// - Parameter tell: called for each event found, in order.
    /// - Throws: `MediaError` as ``process(_:arrival:_:)`` does.
    package mutating func drain(_ tell: (Finding) -> Void) throws(MediaError) {
        defer { statistics.coverage = coverage.coverage }
        try decode(.rest, .look, tell)
    }

    /// Looks at what was left out since the last look, where the stream is silent and may go on; as ``drain(_:)`` otherwise.
    package mutating func lull(_ tell: (Finding) -> Void) throws(MediaError) {
        guard hasLeftOut else { return }
        defer { statistics.coverage = coverage.coverage }
        statistics.wakes += 1
        try lookBack(tell)
    }

    /// Does the same where the stream goes on, if at all, with another packet than the one that follows: nothing behind this
    /// may refer to what was before.
    ///
    /// - Parameters:
    ///   - time: up to here packets were left out before they came here, since the box does not keep up; nil where none were.
    ///   - tell: called for each event found, in order.
    /// - Throws: `MediaError` as ``process(_:arrival:_:)`` does.
    package mutating func skip(until time: MediaTime?, _ tell: (Finding) -> Void) throws(MediaError) {
        guard isWatching else { return }
        defer {
            ring.removeAll()
            policy.noteGap()
            if let time { coverage.skip(until: time) }
            statistics.coverage = coverage.coverage
        }
        if hasLeftOut {
            statistics.wakes += 1
            try catchUp(tell)
        }
        try drain(tell)
    }

    /// Ends every open incident.
    package mutating func finish(because reason: EndReason, at now: WallTime, _ tell: (Finding) -> Void) {
        for draft in stage.finish(because: reason) { report(draft, foundAt: max(now, draft.time), tell) }
    }

    /// Looks at a keyframe by itself.
    private mutating func lookAlone(_ packet: CompressedPacket, _ tell: (Finding) -> Void) throws(MediaError) {
        guard try isEmpty(packet, decodedFor: .look, tell) else { return }
        policy.noteEmptyKeyframe()
        // What it begins is shown by the pictures that follow.
        try decode(.inOrder(packet), .look, tell)
    }

    /// Decodes a keyframe by itself; true where nothing is wrong with it, and no picture came of it.
    private mutating func isEmpty(
        _ packet: CompressedPacket,
        decodedFor purpose: Purpose,
        _ tell: (Finding) -> Void
    ) throws(MediaError) -> Bool {
        let (decoded, damaged) = (statistics.decoded, statistics.damaged)
        try decode(.alone(packet), purpose, tell)
        return !packet.isDamaged && statistics.decoded == decoded && statistics.damaged == damaged
    }

    /// Looks at a keyframe by itself, and does what the policy makes of that.
    private mutating func tryAlone(_ packet: CompressedPacket, _ tell: (Finding) -> Void) throws(MediaError) {
        verdict = .keep
        if try isEmpty(packet, decodedFor: .trial, tell) {
            policy.noteEmptyKeyframe()
            statistics.wakes += 1
            return try catchUp(tell)
        }
        if verdict == .audit { return try audit(tell) }
        guard !policy.isDozing else { return }
        if verdict == .wake {
            statistics.wakes += 1
            return try catchUp(tell)
        }
        // The pictures that follow refer to this one, which has been looked at.
        if !packet.facts.isIntraOnly { try decode(.inOrder(packet), .look, tell) }
    }

    /// Decodes what the ring holds since the last look, and learns whether dozing was right.
    private mutating func audit(_ tell: (Finding) -> Void) throws(MediaError) {
        let motionBefore = lastMotion
        try lookBack(tell)
        coverage.audit(found: lastMotion != motionBefore)
    }

    /// Decodes what the ring holds since the last look, whether or not the camera dozes on.
    private mutating func lookBack(_ tell: (Finding) -> Void) throws(MediaError) {
        try catchUp(tell)
        guard policy.isDozing else { return }
        try decode(.rest, .look, tell)
        // What moves at the very end has ended the doze behind the decoder's back: it must be led up to what follows.
        if !policy.isDozing { try catchUp(tell) }
    }

    /// Decodes what the ring holds since the last look.
    private mutating func catchUp(_ tell: (Finding) -> Void) throws(MediaError) {
        stage.forgetTrial()
        decoder?.flush()
        isLeaving = false
        let since = lastLook ?? .zero
        let packets = ring.gop(since: since)
        if let first = packets.first { coverage.catchUp(from: max(first.facts.time, since)) }
        for packet in packets { try decode(.inOrder(packet), .look, tell) }
    }

    /// Runs the decoder, and the detector on each picture that comes out, and takes the time of both.
    private mutating func decode(
        _ step: DecodeStep,
        _ purpose: Purpose,
        _ tell: (Finding) -> Void
    ) throws(MediaError) {
        // Taken out while it runs: the pictures that come out of it change everything else here.
        guard var decoder = decoder.take() else { return }
        let start = meter.monotonicNow()
        let detectBefore = statistics.detectTime
        let faultsBefore = decoder.statistics.faults
        let kindBefore = decoder.report.used
        var failure: MediaError?
        do throws(MediaError) {
            switch step {
            case .inOrder(let packet): try decoder.decode(packet) { frame in see(frame, purpose, tell) }
            case .alone(let packet): try decoder.decodeAlone(packet) { frame in see(frame, purpose, tell) }
            case .rest: try decoder.finish { frame in see(frame, purpose, tell) }
            }
        } catch {
            failure = error
        }
        if step.isPacket { statistics.sent += 1 }
        let elapsed = meter.monotonicNow() - start
        statistics.decodeTime = statistics.decodeTime + elapsed - (statistics.detectTime - detectBefore)
        statistics.damaged += decoder.statistics.faults - faultsBefore
        if decoder.report.used != kindBefore { statistics.note(decoder.report) }
        self.decoder = consume decoder
        if let failure { throw failure }
    }

    /// A picture has come out of the decoder.
    private mutating func see(_ frame: borrowing DecodedFrame, _ purpose: Purpose, _ tell: (Finding) -> Void) {
        statistics.decoded += 1
        statistics.lastPicture = max(statistics.lastPicture, frame.time)
        // In a group that is decoded for what follows, some have been looked at before.
        if let lastLook, policy.needsRing, frame.time <= lastLook { return }
        guard policy.wantsLook(at: frame.time) else { return }
        let start = meter.monotonicNow()
        look(at: frame, purpose, tell)
        statistics.detectTime = statistics.detectTime + (meter.monotonicNow() - start)
        statistics.detected += 1
    }

    private mutating func look(at frame: borrowing DecodedFrame, _ purpose: Purpose, _ tell: (Finding) -> Void) {
        if purpose == .trial {
            verdict = policy.judge(stage.tryLook(at: frame))
            guard verdict == .keep else { return }
        }
        let now = clock.moment(of: frame.time)
        let isTrial = purpose == .trial
        let (drafts, seen) = isTrial ? stage.keepTrial(of: frame, at: now) : stage.look(at: frame, now)
        lastLook = frame.time
        isLeaving = false
        // What can still be needed is a group or two; what a camera may keep would fill up within the minute.
        if policy.needsRing { ring.forget(before: frame.time) }
        statistics.doubts = stage.doubts
        if let seen {
            policy.note(stage.word(on: seen))
            if seen.suppression != nil { statistics.suppressed += 1 }
            if seen.zones.contains(where: \.isMoving) { lastMotion = frame.time }
            if seen.suppression != .settling { coverage.look(at: seen.time) }
            tuning?.note(seen, in: stage.judgedLight ?? .day, at: now.wall)
            show(frame, seen)
        }
        guard !drafts.isEmpty else { return }
        // What is caught up with is found when the picture that woke the camera has come, and not when it was taken.
        let foundAt = clock.moment(of: max(frame.time, statistics.lastPicture)).wall
        for draft in drafts { report(draft, foundAt: foundAt, tell) }
    }

    /// Shows a picture to whoever wants to see what was made of it.
    private mutating func show(_ frame: borrowing DecodedFrame, _ seen: MotionObservation) {
        guard witness != nil || keepsSight || wantsSubjects else { return }
        let sight = stage.sight(of: seen, inspecting: witness?.isInspecting ?? false)
        witness?.see(frame, sight)
        pictures?.see(frame, sight)
        if keepsSight { lastSight = sight }
    }

    /// Whether there is, or was lately, something that pictures are kept of.
    private var wantsSubjects: Bool {
        switch pictures {
        case nil: false
        case let pictures?: stage.hasSubjects || !pictures.isEmpty
        }
    }

    private mutating func report(_ draft: AlertDraft, foundAt: WallTime, _ tell: (Finding) -> Void) {
        statistics.alerts += 1
        var finding = Finding(draft: draft, foundAt: foundAt)
        finding.picture = pictures?.picture(for: draft.alertID)
        finding.messagePicture = pictures?.message(for: draft.alertID)
        tell(finding)
        if draft.phase == .closes || draft.phase == .single { pictures?.forget(draft.alertID) }
    }

    /// The packets from the latest keyframe on, as far as they are kept to be decoded again; none where nothing is left out.
    package var recentPackets: [CompressedPacket] { ring.gop(since: MediaTime(nanoseconds: .max)) }

    /// The civil time of a moment of the stream, as alerts have it.
    package func wallTime(of media: MediaTime) -> WallTime { clock.moment(of: media).wall }
}
