import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import Synchronization

/// The thread that keeps one camera connected: opens it, reads it, and tries again for ever.
///
/// It blocks in FFmpeg, with deadlines, and touches nothing of any other camera.
final class CameraReader: Sendable {
    private let camera: LiveCamera
    private let pool: DecodePool
    private let credentials: CredentialReader
    private let clock: any NeuronClock
    private let logger: Logger
    private let thread: StreamThread
    /// Packets read, attempts made and waits begun or ended; see ``PipelineWatch``.
    private let turns = Atomic<Int>(0)
    private let isResting = Atomic<Bool>(true)
    private let packetsRead = Atomic<Int>(0)
    /// Reads the big stream for evidence; nil where the camera has one stream.
    private let mainStream: MainStreamReader?

    init(
        _ camera: LiveCamera,
        pool: DecodePool,
        credentials: CredentialReader,
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.camera = camera
        mainStream = MainStreamReader(camera, credentials: credentials, clock: clock, logger: logger)
        self.credentials = credentials
        self.pool = pool
        self.clock = clock
        self.logger = logger
        thread = StreamThread(name: "cam-\(camera.plan.camera.id)", clock: clock)
    }

    /// Starts the thread, which begins after a time.
    func start(after delay: TimeSpan) {
        mainStream?.start(after: delay)
        thread.start {
            if !self.rest(for: delay) { self.run() }
            self.isResting.store(true, ordering: .relaxed)
        }
    }

    /// Makes the thread end soon, whatever it is waiting for.
    func stop() {
        mainStream?.stop()
        thread.stop()
    }

    /// Waits for the thread's end; false where it is still busy at the deadline.
    func join(until deadline: DispatchTime) -> Bool {
        let hasMainEnded = mainStream?.join(until: deadline) ?? true
        return thread.join(until: deadline) && hasMainEnded
    }

    private func run() {
        var timeline = StreamTimeline()
        thread.keepOpen(resting: rest) { interrupt in
            if let error = read(interrupt, &timeline) { return .failed(error, lastArrival: timeline.lastArrival) }
            end()
            return .over
        } failed: { error, wait in
            camera.failed(error)
            logger.warning("\(error.message) Trying again in \(wait.logged).")
        }
    }

    private func end() {
        logger.notice("clip ended")
        camera.queue.end()
        pool.submit(camera)
    }

    /// Reads until the source fails; nil when a clip has been played as often as it should.
    private func read(_ interrupt: SourceInterrupt, _ timeline: inout StreamTimeline) -> MediaError? {
        do {
            let start = timeline.packets
            repeat {
                let before = timeline.packets
                try readOnce(interrupt, &timeline, isRepeat: before > start)
                // A clip without a picture would be opened again and again without a pause.
                if timeline.packets == before { return .withoutPicture(camera.plan.camera.watchedSource) }
            } while camera.plan.camera.loop
            return nil
        } catch {
            return camera.takeDecodeFailure(of: timeline.session) ?? error
        }
    }

    private func readOnce(
        _ interrupt: SourceInterrupt,
        _ timeline: inout StreamTimeline,
        isRepeat: Bool
    ) throws(MediaError) {
        let configuration = camera.plan.camera
        let isClip = configuration.watchedSource.kind == .clip
        let (address, warning) = try credentials.address(of: configuration.watchedSource, configuration.credentials)
        if let warning { logger.warning("\(warning)") }
        var source = try MediaSource(
            opening: address,
            options: SourceOptions(
                transport: configuration.transport == .udp ? .udp : .tcp,
                openTimeout: configuration.openTimeout,
                readTimeout: configuration.readTimeout,
                capture: CaptureWish(configuration.v4l2)
            ),
            interrupt: interrupt,
            firstTime: { [timeline, clock = clock] in
                isClip ? timeline.next : timeline.resumed(at: clock.monotonicNow())
            }
        )
        // A clip that begins again is no news, and a short one would fill the log.
        logger.log(
            level: isRepeat ? .debug : .info,
            "camera open",
            metadata: ["video": "\(source.facts.text)"]
        )
        for remark in source.facts.remarks { logger.warning("\(remark)") }
        camera.opened(source.facts)
        timeline.session += 1
        camera.queue.open(source.decoderParameters, session: timeline.session)
        var rate = FrameRateMeter(declared: source.facts.averageFrameRate?.value)
        // However a camera ends: what it was not awake for is looked at now, and not when it is back.
        defer {
            if !isClip { camera.queue.breakOff() }
            pool.submit(camera)
        }
        while let packet = try source.nextPacket({ waitForKeyframe(&timeline) }) {
            if isClip, waitsForNothing(until: packet.facts.time, &timeline) {
                throw .stoppedClip(configuration.watchedSource)
            }
            let arrival = CameraLink.Instant.now(on: clock)
            timeline.note(packet, at: arrival.monotonic, interval: source.facts.nominalFrameInterval)
            if let reading = rate.note(arrival.monotonic) { camera.measured(reading) }
            turns.wrappingAdd(1, ordering: .relaxed)
            packetsRead.wrappingAdd(1, ordering: .relaxed)
            note(camera.queue.append(packet, arrival: arrival))
            pool.submit(camera)
            if let failure = camera.takeDecodeFailure(of: timeline.session) { throw failure }
        }
    }

    /// Lag never grows in silence: packets are left out up to a keyframe, and it is said.
    private func note(_ admission: PacketQueue.Admission) {
        guard admission != .taken else { return }
        if admission == .beganToDrop {
            logger.warning(
                "the box does not keep up: pictures are left out",
                metadata: ["left_out": "\(camera.queue.dropped)"]
            )
        }
        camera.leftOutPacket()
    }

    /// A camera that is joined behind a keyframe is there, although nothing can be shown before the next.
    private func waitForKeyframe(_ timeline: inout StreamTimeline) {
        turns.wrappingAdd(1, ordering: .relaxed)
        if timeline.wait(at: clock.monotonicNow()) { camera.leftOutPacket() }
    }

    /// Holds a clip's packet back until its time has come; true when the wait was ended by a stop.
    private func waitsForNothing(until time: MediaTime, _ timeline: inout StreamTimeline) -> Bool {
        let ahead = timeline.ahead(time, at: clock.monotonicNow())
        return ahead > .zero && rest(for: ahead)
    }

    /// Waits on purpose; true where a stop ended it.
    private func rest(for duration: TimeSpan) -> Bool {
        isResting.store(true, ordering: .relaxed)
        defer {
            isResting.store(false, ordering: .relaxed)
            turns.wrappingAdd(1, ordering: .relaxed)
        }
        return thread.rest(for: duration)
    }

    /// Packets that it has read in all; waits for nobody.
    var packets: Int { packetsRead.load(ordering: .relaxed) }

    /// How often it has got on, and whether it waits on purpose; waits for nobody.
    var progress: (turns: Int, isResting: Bool) {
        (turns.load(ordering: .relaxed), isResting.load(ordering: .relaxed))
    }
}

extension MediaError {
    fileprivate static func stoppedClip(_ source: SourceAddress) -> MediaError {
        MediaError(code: .interrupted, message: "Stopped playing \(source), as asked.")
    }
}
