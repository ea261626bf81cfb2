import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
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
    private let stopSignal = StopSignal()
    private let current = Mutex<Session>(Session(interrupt: nil, isStopped: false))
    private let thread = Mutex<DedicatedThread?>(nil)
    private let ended = DispatchSemaphore(value: 0)
    /// Packets read, attempts made and waits begun or ended; see ``PipelineWatch``.
    private let turns = Atomic<Int>(0)
    private let isResting = Atomic<Bool>(true)
    private let packetsRead = Atomic<Int>(0)
    /// Reads the big stream for evidence; nil where the camera has one stream.
    private let mainStream: MainStreamReader?

    private struct Session {
        var interrupt: SourceInterrupt?
        var isStopped: Bool
    }

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
    }

    /// Starts the thread, which begins after a time.
    func start(after delay: TimeSpan) {
        mainStream?.start(after: delay)
        let started = DedicatedThread(name: "cam-\(camera.plan.camera.id)") {
            if !self.rest(for: delay) { self.run() }
            self.isResting.store(true, ordering: .relaxed)
            self.ended.signal()
        }
        thread.withLock { $0 = started }
    }

    /// Makes the thread end soon, whatever it is waiting for.
    func stop() {
        mainStream?.stop()
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
        let hasMainEnded = mainStream?.join(until: deadline) ?? true
        guard ended.wait(timeout: deadline) == .success else { return false }
        thread.withLock { $0.take() }?.join()
        return hasMainEnded
    }

    private func run() {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        var timeline = ReaderTimeline()
        while let interrupt = beginSession() {
            let start = clock.monotonicNow()
            guard let error = read(interrupt, &timeline) else { return end() }
            guard !isStopped else { return }
            camera.failed(error)
            let delivered = timeline.lastArrival.map { $0 - start } ?? .zero
            let wait = backoff.next(delivered: delivered, using: &random)
            logger.warning("\(error.message) Trying again in \(wait.milliseconds / 100 * 100) ms.")
            if rest(for: wait) { return }
        }
    }

    private func end() {
        logger.notice("clip ended")
        camera.queue.end()
        pool.submit(camera)
    }

    private var isStopped: Bool { current.withLock { $0.isStopped } }

    private func beginSession() -> SourceInterrupt? {
        let interrupt = SourceInterrupt(clock: clock)
        return current.withLock { session in
            guard !session.isStopped else { return nil }
            session.interrupt = interrupt
            return interrupt
        }
    }

    /// Reads until the source fails; nil when a clip has been played as often as it should.
    private func read(_ interrupt: SourceInterrupt, _ timeline: inout ReaderTimeline) -> MediaError? {
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
        _ timeline: inout ReaderTimeline,
        isRepeat: Bool
    ) throws(MediaError) {
        let configuration = camera.plan.camera
        let isClip = configuration.watchedSource.kind == .clip
        var source = try MediaSource(
            opening: try address(of: configuration),
            options: SourceOptions(
                transport: configuration.transport == .udp ? .udp : .tcp,
                openTimeout: configuration.openTimeout,
                readTimeout: configuration.readTimeout,
                firstTime: isClip ? timeline.next : timeline.resumed(at: clock.monotonicNow()),
                capture: CaptureWish(configuration.v4l2)
            ),
            interrupt: interrupt
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
        while let packet = try source.nextPacket() {
            if isClip, waitsForNothing(until: packet.facts.time, &timeline) {
                throw .stoppedClip(configuration.watchedSource)
            }
            timeline.note(packet, at: clock.monotonicNow(), interval: source.facts.nominalFrameInterval)
            turns.wrappingAdd(1, ordering: .relaxed)
            packetsRead.wrappingAdd(1, ordering: .relaxed)
            note(camera.queue.append(packet, arrival: .now(on: clock)))
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
        camera.droppedPacket()
    }

    /// Holds a clip's packet back until its time has come; true when the wait was ended by a stop.
    private func waitsForNothing(until time: MediaTime, _ timeline: inout ReaderTimeline) -> Bool {
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
        return stopSignal.wait(for: duration)
    }

    /// Packets that it has read in all; waits for nobody.
    var packets: Int { packetsRead.load(ordering: .relaxed) }

    /// How often it has got on, and whether it waits on purpose; waits for nobody.
    var progress: (turns: Int, isResting: Bool) {
        (turns.load(ordering: .relaxed), isResting.load(ordering: .relaxed))
    }

    private func address(of configuration: CameraConfiguration) throws(MediaError) -> SourceAddress {
        guard let reference = configuration.credentials else { return configuration.watchedSource }
        do {
            let reading = try credentials.read(reference)
            if let warning = reading.warning { logger.warning("\(warning)") }
            return reading.credential.applied(to: configuration.watchedSource)
        } catch {
            throw .credentials(configuration.watchedSource, reason: "\(error)")
        }
    }
}

/// Where a camera's streams lie on its one time line, session after session.
private struct ReaderTimeline {
    /// Counts the streams that were opened.
    var session = 0
    private(set) var packets = 0
    private(set) var lastArrival: MonotonicTime?
    private var last: MediaTime?
    private var interval = TimeSpan.milliseconds(40)
    /// The instant of media time zero, for a clip that is played at its own speed.
    private var origin: MonotonicTime?

    /// Where a clip goes on that is played again.
    var next: MediaTime { last.map { $0 + interval } ?? .zero }

    /// Where a camera goes on that was away: as much later as it was away.
    func resumed(at now: MonotonicTime) -> MediaTime {
        guard let last, let lastArrival else { return .zero }
        return last + max(interval, now - lastArrival)
    }

    mutating func note(_ packet: CompressedPacket, at now: MonotonicTime, interval: TimeSpan) {
        packets += 1
        lastArrival = now
        last = max(last ?? .zero, packet.presentationTime)
        self.interval = interval
    }

    /// How far a clip's picture is ahead of its time.
    mutating func ahead(_ time: MediaTime, at now: MonotonicTime) -> TimeSpan {
        let origin = origin ?? MonotonicTime(nanoseconds: now.nanoseconds &- time.nanoseconds)
        self.origin = origin
        return (time - .zero) - (now - origin)
    }
}

extension MediaError {
    fileprivate static func stoppedClip(_ source: SourceAddress) -> MediaError {
        MediaError(code: .interrupted, message: "Stopped playing \(source), as asked.")
    }

    fileprivate static func credentials(_ source: SourceAddress, reason: String) -> MediaError {
        MediaError(code: .authenticationFailed, message: "Could not log in to \(source): \(reason)")
    }
}
