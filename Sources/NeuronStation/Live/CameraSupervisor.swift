import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronSampling
import ServiceLifecycle
import Synchronization

/// Runs all cameras: a reader each, the decode workers for all, and the tick that finds a silent one.
///
/// The cameras may change while it runs; those that stay notice nothing of it.
final class CameraSupervisor: Service {
    /// The cameras that run.
    let fleet: CameraFleet
    /// Has an element when the first readers were started.
    let started: AsyncStream<Void>

    private let plans: [CameraPlan]
    private let channel: AlertChannel
    private let clock: any NeuronClock
    private let logger: Logger
    private let workers: Int
    private let views: LiveViews?
    private let speaker: PictureSpeaker?
    private let disarmed: DisarmedSources?
    private let board: StationBoard
    private let credentials = CredentialReader(environment: ProcessEnvironment.current)
    private let hasBegun = Mutex(false)
    private let announcer: AsyncStream<Void>.Continuation

    /// What a stop waits for readers; FFmpeg's own waits end within a second.
    private static let patience = DispatchTimeInterval.seconds(4)
    /// What workers get for the last packets that the readers brought.
    private static let lastTurns = DispatchTimeInterval.milliseconds(500)
    /// What it waits for workers after that, and then for the camera that one of them has in hand.
    private static let workerPatience = DispatchTimeInterval.seconds(2)
    private static let cameraPatience = TimeSpan.seconds(1)
    private static let period = TimeSpan.milliseconds(250)

    init(
        _ plans: [CameraPlan],
        workers: Int,
        channel: AlertChannel,
        views: LiveViews? = nil,
        speaker: PictureSpeaker? = nil,
        disarmed: DisarmedSources? = nil,
        board: StationBoard = StationBoard(),
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.views = views
        self.speaker = speaker
        self.disarmed = disarmed
        self.plans = plans
        self.board = board
        self.workers = workers
        self.channel = channel
        self.clock = clock
        self.logger = logger
        fleet = CameraFleet(pool: DecodePool(workers: workers))
        (started, announcer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func run() async throws {
        begin()
        await cancelWhenGracefulShutdown { await self.watch() }
        announcer.finish()
        await stop()
        channel.finish()
    }

    // MARK: Changing cameras

    /// Stops cameras, and starts others in their place or beside those that stay.
    ///
    /// - Parameters:
    ///   - leaving: those that stop; whatever is open of them ends because of the configuration.
    ///   - coming: those that start, after the others have stopped: a camera may be in both.
    func change(leaving: Set<SensorID>, coming: [CameraPlan]) async {
        begin()
        let members = fleet.remove(leaving)
        await retire(members, because: .configuration)
        let staying = Set(coming.map(\.camera.id))
        for member in members where !staying.contains(member.camera.id) { board.remove(member.camera.id) }
        start(coming)
    }

    /// Shows the cameras in an order from now on.
    func arrange(as order: [SensorID]) { board.arrange(as: order) }

    /// Starts the first cameras, once; whoever comes second returns when all of them are there.
    private func begin() {
        hasBegun.withLock { hasBegun in
            guard !hasBegun else { return }
            hasBegun = true
            start(plans)
            announcer.yield()
        }
    }

    private func start(_ plans: [CameraPlan]) {
        let now = CameraLink.Instant.now(on: clock)
        for (index, plan) in plans.enumerated() {
            let (delay, logger) = (startDelay(of: index), cameraLogger(plan))
            let start = CameraLink.Instant(monotonic: now.monotonic + delay, wall: now.wall + delay)
            let camera = LiveCamera(
                plan,
                channel: channel,
                clock: clock,
                logger: logger,
                start: start,
                view: views?.add(plan),
                speaker: speaker,
                disarmed: disarmed,
                tuning: board.isShown ? TuningRecord(plan) : nil
            )
            let reader = CameraReader(camera, pool: fleet.pool, credentials: credentials, clock: clock, logger: logger)
            fleet.add(camera, reader)
            board.add(camera)
            reader.start(after: delay)
        }
    }

    /// When a camera's reader begins: one after the other, so that many cameras don't learn their scenes at the same time.
    ///
    /// A camera is decoded whole for its first six seconds, 150 pictures at 1 to 3 ms. Of 64 that began together 60 fell back.
    private func startDelay(of index: Int) -> TimeSpan {
        TimeSpan(nanoseconds: Self.startWork.nanoseconds * Int64(index) / Int64(max(1, workers)))
    }

    /// What a camera's start may cost a worker.
    private static let startWork = TimeSpan.milliseconds(750)

    private func cameraLogger(_ plan: CameraPlan) -> Logger {
        var logger = logger
        logger[metadataKey: "camera"] = "\(plan.camera.id)"
        return logger
    }

    // MARK: Watching

    /// Ticks four times a second on a thread of its own: a tick waits for a camera's lock, and a full channel holds that.
    private func watch() async {
        let stopSignal = StopSignal()
        await withTaskCancellationHandler {
            await onOwnThread(named: "supervisor") {
                var overload = OverloadWatch([], workers: self.workers, clock: self.clock, logger: self.logger)
                var stalls = StallGuard(period: Self.period)
                while !stopSignal.wait(for: Self.period) { self.tick(&overload, &stalls) }
            }
        } onCancel: {
            stopSignal.stop()
        }
    }

    /// Lets time pass for all cameras.
    func tick(_ overload: inout OverloadWatch, _ stalls: inout StallGuard) {
        let cameras = fleet.members.map(\.camera)
        let heldUp = stalls.turn(at: clock.monotonicNow())
        for camera in cameras {
            camera.tick(excusing: heldUp)
            if camera.hasWork { fleet.pool.submit(camera) }
        }
        overload.take(cameras)
        overload.step()
        fleet.supervisorTurns.wrappingAdd(1, ordering: .relaxed)
    }

    // MARK: Stopping

    /// Readers first, so that nothing more comes in; then the workers; then what is open is closed.
    private func stop() async {
        let (pool, views, logger) = (fleet.pool, views, logger)
        await retire(fleet.members, because: .shutdown) {
            let deadline = DispatchTime.now() + Self.workerPatience
            let stuck = pool.stop(until: deadline)
            if stuck > 0 { logger.warning("decode workers hang and were left behind", metadata: ["count": "\(stuck)"]) }
            views?.stop(until: deadline)
        }
    }

    private func retire(
        _ members: [CameraFleet.Member],
        because reason: EndReason,
        afterReaders: @escaping @Sendable () -> Void = {}
    ) async {
        for member in members { member.reader.stop() }
        await onOwnThread(named: "stopper") {
            let deadline = DispatchTime.now() + Self.patience
            let stuck = members.count { !$0.reader.join(until: deadline) }
            if stuck > 0 {
                self.logger.warning("readers that the system holds were left behind", metadata: ["count": "\(stuck)"])
            }
            self.awaitLastTurns(of: members.map(\.camera))
            afterReaders()
            self.close(members.map(\.camera), because: reason)
        }
    }

    /// Who came into the picture just before a stop is still looked at, as far as that takes no time to speak of.
    private func awaitLastTurns(of cameras: [LiveCamera]) {
        let deadline = DispatchTime.now() + Self.lastTurns
        while DispatchTime.now() < deadline, cameras.contains(where: \.workerTurns.hasWork) {
            pause(for: .milliseconds(5))
        }
    }

    private func close(_ cameras: [LiveCamera], because reason: EndReason) {
        let left = Self.close(cameras, because: reason, within: Self.cameraPatience, on: clock)
        for camera in left {
            cameraLogger(camera.plan).error("its decoder does not come back: the camera was left behind as it is")
        }
        for camera in cameras where !left.contains(where: { $0 === camera }) { report(camera) }
    }

    /// Closes cameras, and has all of them wait for their files together: with twenty of them one after the other would take longer than
    /// a stop may.
    ///
    /// - Returns: those that a worker has in hand and does not give back.
    static func close(
        _ cameras: [LiveCamera],
        because reason: EndReason,
        within patience: TimeSpan,
        on clock: any NeuronClock
    ) -> [LiveCamera] {
        let deadline = clock.monotonicNow() + patience
        let left = cameras.filter { !$0.close(because: reason, until: deadline) }
        let filesBy = clock.monotonicNow() + EvidencePlan.clipWait
        for camera in cameras where !left.contains(where: { $0 === camera }) { camera.awaitEvidence(until: filesBy) }
        return left
    }

    private func report(_ camera: LiveCamera) {
        let statistics = camera.statistics
        cameraLogger(camera.plan).info(
            "camera stopped",
            metadata: [
                "packets": "\(statistics.packets)", "decoded": "\(statistics.decoded)",
                "detected": "\(statistics.detected)",
                "dropped": "\(statistics.dropped)", "degraded_s": "\(statistics.coverage.degraded.seconds)",
                "damaged": "\(statistics.damaged)",
                "alerts": "\(statistics.alerts)",
            ]
        )
    }
}
