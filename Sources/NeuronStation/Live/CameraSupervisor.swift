import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronSampling
import ServiceLifecycle

/// Runs all cameras: a reader each, the decode workers for all, and the tick that finds a silent one.
final class CameraSupervisor: Service {
    private let plans: [CameraPlan]
    private let channel: AlertChannel
    private let clock: any NeuronClock
    private let logger: Logger
    private let workers: Int
    private let views: LiveViews?
    private let speaker: PictureSpeaker?
    private let board: StationBoard

    /// What a stop waits for readers; FFmpeg's own waits end within a second.
    private static let patience = DispatchTimeInterval.seconds(4)

    init(
        _ plans: [CameraPlan],
        workers: Int,
        channel: AlertChannel,
        views: LiveViews? = nil,
        speaker: PictureSpeaker? = nil,
        board: StationBoard = StationBoard(),
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.views = views
        self.speaker = speaker
        self.plans = plans
        self.board = board
        self.workers = workers
        self.channel = channel
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        let pool = DecodePool(workers: workers)
        let credentials = CredentialReader(environment: ProcessEnvironment.current)
        let starts = plans.indices.map(startDelay)
        let now = CameraLink.Instant.now(on: clock)
        let cameras = zip(plans, starts).map { plan, delay in
            let start = CameraLink.Instant(monotonic: now.monotonic + delay, wall: now.wall + delay)
            return LiveCamera(
                plan,
                channel: channel,
                clock: clock,
                logger: cameraLogger(plan),
                start: start,
                view: views?.add(plan),
                speaker: speaker
            )
        }
        for camera in cameras { board.add(camera) }
        let readers = zip(plans, cameras).map { plan, camera in
            CameraReader(camera, pool: pool, credentials: credentials, clock: clock, logger: cameraLogger(plan))
        }
        for (reader, delay) in zip(readers, starts) { reader.start(after: delay) }
        let overload = OverloadWatch(cameras, workers: workers, clock: clock, logger: logger)
        await cancelWhenGracefulShutdown { await Self.watch(cameras, overload) }
        await stop(readers, pool, cameras)
        channel.finish()
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

    /// Ticks four times a second on a thread of its own: a tick waits for a camera's lock, and a full channel holds that.
    private static func watch(_ cameras: [LiveCamera], _ overload: OverloadWatch) async {
        let stopSignal = StopSignal()
        await withTaskCancellationHandler {
            await withCheckedContinuation { done in
                _ = DedicatedThread(name: "supervisor") {
                    var overload = overload
                    while !stopSignal.wait(for: .milliseconds(250)) {
                        for camera in cameras { camera.tick() }
                        overload.step()
                    }
                    done.resume()
                }
            }
        } onCancel: {
            stopSignal.stop()
        }
    }

    /// Readers first, so that nothing more comes in; then the workers; then what is open is closed.
    private func stop(_ readers: [CameraReader], _ pool: DecodePool, _ cameras: [LiveCamera]) async {
        for reader in readers { reader.stop() }
        let (logger, views) = (logger, views)
        await withCheckedContinuation { done in
            _ = DedicatedThread(name: "stopper") {
                let deadline = DispatchTime.now() + Self.patience
                let stuck = readers.count { !$0.join(until: deadline) }
                if stuck > 0 {
                    logger.warning("readers that the system holds were left behind", metadata: ["count": "\(stuck)"])
                }
                pool.stop()
                for camera in cameras { camera.close(because: .shutdown) }
                views?.stop()
                done.resume()
            }
        }
        for camera in cameras { report(camera) }
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
