package import NeuronConfiguration
package import NeuronCore
package import NeuronEvidence
package import NeuronIncidents
package import NeuronMedia

/// Recorded clips of one camera, to be played one after the other on one time line.
package struct ReplayJob: Sendable {
    package var clips: [SourceAddress]
    package var camera: CameraConfiguration
    package var box: BoxID
    /// What its alerts say of their deadlines.
    package var policy: EscalationPolicy
    /// Packets that the camera may keep: what is left out must be to be had.
    package var packetBytes: Int

    /// Makes a job of at least one clip.
    package init(
        clips: [SourceAddress],
        camera: CameraConfiguration,
        box: BoxID,
        policy: EscalationPolicy = .standard,
        packetBytes: Int = CameraPlan.usualPacketBytes
    ) {
        self.clips = clips
        self.camera = camera
        self.box = box
        self.policy = policy
        self.packetBytes = packetBytes
    }

    /// How a replay runs; none of it changes an alert but `start`.
    package struct Options: Sendable {
        /// The civil time of each job's first picture.
        package var start: WallTime
        /// Whether pictures come at the speed at which they were taken, or as fast as the box can.
        package var isRealTime: Bool
        /// Where pictures and clips of alerts go; nil for nowhere.
        package var evidence: EvidenceStore?

        /// Makes options.
        package init(start: WallTime, isRealTime: Bool, evidence: EvidenceStore? = nil) {
            self.start = start
            self.isRealTime = isRealTime
            self.evidence = evidence
        }
    }

    /// What became of a job.
    package struct Outcome: Sendable {
        package var statistics = PipelineStatistics()
        /// Media time that was played, over all clips.
        package var played = TimeSpan.zero
        /// One per clip that could not be opened or not be read to its end.
        package var failures: [Failure] = []
    }

    /// Why a clip was not played, or not to its end.
    package struct Failure: Sendable {
        package var clip: SourceAddress
        package var error: MediaError
        /// Whether pictures came before it failed.
        package var hasPlayed: Bool
    }
}

/// Plays one job: the pipeline of a live camera, with media time for a clock and a loop for threads.
struct ReplayRun: ~Copyable {
    private let job: ReplayJob
    private let options: ReplayJob.Options
    private let interrupt: SourceInterrupt
    private let meter: any NeuronClock
    private var pipeline: CameraPipeline
    private var ledger = ReplayLedger()
    private var evidence: EvidenceStage?
    private var outcome = ReplayJob.Outcome()
    private var opened = Opened()
    private let startedAt: MonotonicTime

    /// How far a job is.
    struct Progress: Sendable {
        var reached = MediaTime.zero
        var opened = Opened()
    }

    /// The clips opened so far, and what they declare; nil where one declares nothing.
    struct Opened: Sendable {
        var clips = 0
        var length: TimeSpan? = .zero
    }

    init(
        _ job: ReplayJob,
        options: ReplayJob.Options,
        interrupt: SourceInterrupt,
        meter: any NeuronClock,
        witness: (any PictureWitness)? = nil
    ) {
        self.job = job
        self.options = options
        self.interrupt = interrupt
        self.meter = meter
        let clock = PictureClock.media(start: options.start)
        // A clip is the stream that it is a recording of, and the only one there is.
        var camera = job.camera
        camera.substream = nil
        var plan = CameraPlan(camera, box: job.box, policy: job.policy, packetBytes: job.packetBytes)
        if let store = options.evidence {
            plan.evidence = EvidencePlan(for: plan, by: ImmediateEvidence(EvidenceWorker(store)))
            plan.pictureAlerts(forMessages: false)
        }
        evidence = plan.evidence.map { EvidenceStage($0, camera: camera.id, clock: clock) }
        pipeline = CameraPipeline(plan, clock: clock, meter: meter, witness: witness)
        startedAt = meter.monotonicNow()
    }

    /// Plays all clips.
    ///
    /// - Parameters:
    ///   - line: gets each event's line.
    ///   - progress: gets what has been reached, packet by packet.
    /// - Returns: what became of it.
    consuming func run(line: ([UInt8]) -> Void, progress: (Progress) -> Void) -> ReplayJob.Outcome {
        for clip in job.clips where !interrupt.isStopped {
            let before = pipeline.statistics.decoded
            do {
                try play(clip, line, progress)
            } catch  where error.code != .interrupted {
                let hasPlayed = pipeline.statistics.decoded > before
                outcome.failures.append(ReplayJob.Failure(clip: clip, error: error, hasPlayed: hasPlayed))
            } catch {}
        }
        let end = options.start + (pipeline.statistics.lastPicture - .zero)
        var found: [CameraPipeline.Finding] = []
        pipeline.finish(because: .sourceEnded, at: end) { found.append($0) }
        tell(found, line)
        evidence?.endClips()
        tell([], line)
        outcome.statistics = pipeline.statistics
        outcome.played = pipeline.statistics.lastPicture - .zero
        return outcome
    }

    private mutating func play(
        _ clip: SourceAddress,
        _ line: ([UInt8]) -> Void,
        _ progress: (Progress) -> Void
    ) throws(MediaError) {
        let start =
            pipeline.statistics.decoded == 0 ? MediaTime.zero : pipeline.statistics.lastPicture + .milliseconds(40)
        var source = try MediaSource(
            opening: clip,
            options: SourceOptions(
                openTimeout: job.camera.openTimeout,
                readTimeout: job.camera.readTimeout
            ),
            interrupt: interrupt,
            firstTime: { start }
        )
        evidence?.open(source.decoderParameters)
        try pipeline.open(source.decoderParameters)
        let before = pipeline.statistics
        opened.clips += 1
        let length = source.facts.durationSeconds.flatMap(TimeSpan.init(seconds:))
        opened.length = length.flatMap { length in opened.length.map { $0 + length } }
        var failure: MediaError?
        do throws(MediaError) {
            while let packet = try source.nextPacket() {
                if options.isRealTime { wait(until: packet.facts.time) }
                try process(packet, line)
                progress(Progress(reached: packet.facts.time, opened: opened))
            }
        } catch {
            failure = error
        }
        // A clip that is cut off is played as far as it goes.
        var found: [CameraPipeline.Finding] = []
        defer { tell(found, line) }
        try pipeline.drain { found.append($0) }
        if let failure { throw failure }
        let played = pipeline.statistics
        let isUndecodable = played.sent > before.sent && played.decoded == before.decoded
        if played.packets == before.packets || isUndecodable { throw .withoutPicture(clip) }
    }

    private mutating func process(_ packet: CompressedPacket, _ line: ([UInt8]) -> Void) throws(MediaError) {
        evidence?.append(packet, arrival: .epoch)
        var found: [CameraPipeline.Finding] = []
        defer { tell(found, line) }
        _ = try pipeline.process(packet, arrival: .epoch) { found.append($0) }
    }

    /// Hands out what was found, and what waited for its clip until now.
    private mutating func tell(_ found: [CameraPipeline.Finding], _ line: ([UInt8]) -> Void) {
        guard evidence != nil else { return found.forEach { line(ledger.record($0)) } }
        // No time passes here: what is written is written before this goes on.
        let now = MonotonicTime(nanoseconds: 0)
        for finding in found { evidence?.take(finding, at: now) }
        evidence?.release(at: now) { line(ledger.record($0)) }
    }

    /// In short steps: a clip may be still for hours, and a stop is to end the wait.
    private func wait(until time: MediaTime) {
        while !interrupt.isStopped {
            let ahead = (time - .zero) - (meter.monotonicNow() - startedAt)
            guard ahead > .zero else { return }
            pause(for: min(ahead, .milliseconds(100)))
        }
    }
}
