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
    private let isWatching: Bool
    private let meter: any NeuronClock
    private var policy: SamplingPolicy
    private var decoder: VideoDecoder?
    private var stage: MotionStage
    private var clock: PictureClock
    private var arrivals = ArrivalBook()
    private let witness: (any PictureWitness)?

    /// An event and the moment at which it was found.
    package struct Finding: Sendable {
        package var draft: AlertDraft
        package var foundAt: WallTime
    }

    /// Makes the pipeline of one camera.
    ///
    /// - Parameters:
    ///   - plan: what it does.
    ///   - clock: how picture times become civil times.
    ///   - meter: measures what a stage costs; nothing else is read from it.
    ///   - witness: is shown each picture that was looked at; nil for none, which costs nothing.
    package init(
        _ plan: CameraPlan,
        clock: PictureClock,
        meter: any NeuronClock,
        witness: (any PictureWitness)? = nil
    ) {
        mode = plan.sampling
        policy = SamplingPolicy(mode: plan.sampling)
        stage = MotionStage(plan)
        isWatching = plan.camera.motion.isEnabled
        self.clock = clock
        self.meter = meter
        self.witness = witness
    }

    /// Begins a stream; what was left inside the decoder of the one before is forgotten.
    ///
    /// - Parameter parameters: the stream's, as its source has them.
    /// - Throws: `MediaError` where no decoder takes them.
    package mutating func open(_ parameters: DecoderParameters) throws(MediaError) {
        decoder = nil
        policy = SamplingPolicy(mode: mode)
        stage.settle()
        decoder = try VideoDecoder(for: parameters)
    }

    /// Takes the stream's next packet.
    ///
    /// - Parameters:
    ///   - packet: in decoding order.
    ///   - arrival: when it arrived; a replay may give anything.
    ///   - tell: called for each event found, in order.
    /// - Returns: whether the camera proved to be alive: a picture came out, or none was asked for.
    /// - Throws: `MediaError` where the stream cannot be decoded any more and must be opened anew.
    package mutating func process(
        _ packet: CompressedPacket,
        arrival: WallTime,
        _ tell: (Finding) -> Void
    ) throws(MediaError) -> Bool {
        statistics.packets += 1
        let decision = isWatching ? policy.decide(packet.facts) : .leave
        guard decision != .leave else { return true }
        statistics.sent += 1
        arrivals.note(arrival, of: packet.presentationTime)
        let before = statistics.decoded
        try decode(decision == .decodeAlone ? .alone(packet) : .inOrder(packet), arrival, tell)
        return statistics.decoded > before
    }

    /// Looks at what is still inside the decoder: the clip has come to its end.
    ///
    /// - Parameters:
    ///   - arrival: when the last of it arrived; a replay may give anything.
    ///   - tell: called for each event found, in order.
    /// - Throws: `MediaError` as ``process(_:arrival:_:)`` does.
    package mutating func drain(arrival: WallTime, _ tell: (Finding) -> Void) throws(MediaError) {
        try decode(.rest, arrival, tell)
    }

    /// Ends every open incident.
    package mutating func finish(because reason: EndReason, at now: WallTime, _ tell: (Finding) -> Void) {
        for draft in stage.finish(because: reason) { report(draft, foundAt: max(now, draft.time), tell) }
    }

    /// What the decoder is to do.
    private enum DecodeStep {
        case inOrder(CompressedPacket)
        case alone(CompressedPacket)
        /// Give out what is still inside.
        case rest
    }

    /// Runs the decoder, and the detector on each picture that comes out, and takes the time of both.
    private mutating func decode(
        _ step: DecodeStep,
        _ arrival: WallTime,
        _ tell: (Finding) -> Void
    ) throws(MediaError) {
        // Taken out while it runs: the pictures that come out of it change everything else here.
        guard var decoder = decoder.take() else { return }
        let start = meter.monotonicNow()
        let detectBefore = statistics.detectTime
        let faultsBefore = decoder.statistics.faults
        var failure: MediaError?
        do throws(MediaError) {
            switch step {
            case .inOrder(let packet): try decoder.decode(packet) { frame in look(at: frame, arrival, tell) }
            case .alone(let packet): try decoder.decodeAlone(packet) { frame in look(at: frame, arrival, tell) }
            case .rest: try decoder.finish { frame in look(at: frame, arrival, tell) }
            }
        } catch {
            failure = error
        }
        let elapsed = meter.monotonicNow() - start
        statistics.decodeTime = statistics.decodeTime + elapsed - (statistics.detectTime - detectBefore)
        statistics.damaged += decoder.statistics.faults - faultsBefore
        self.decoder = consume decoder
        if let failure { throw failure }
    }

    private mutating func look(at frame: borrowing DecodedFrame, _ arrival: WallTime, _ tell: (Finding) -> Void) {
        statistics.decoded += 1
        statistics.lastPicture = frame.time
        let taken = clock.wallTime(of: frame.time, arrival: arrivals.arrival(of: frame.time) ?? arrival)
        guard policy.wantsLook(at: frame.time) else { return }
        let start = meter.monotonicNow()
        let (drafts, observation) = stage.look(at: frame, taken: taken)
        statistics.detectTime = statistics.detectTime + (meter.monotonicNow() - start)
        statistics.detected += 1
        if observation?.suppression != nil { statistics.suppressed += 1 }
        if let witness, let observation {
            witness.see(frame, stage.sight(of: observation, inspecting: witness.isInspecting))
        }
        for draft in drafts { report(draft, foundAt: taken, tell) }
    }

    private mutating func report(_ draft: AlertDraft, foundAt: WallTime, _ tell: (Finding) -> Void) {
        statistics.alerts += 1
        tell(Finding(draft: draft, foundAt: foundAt))
    }
}
