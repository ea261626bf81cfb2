import Logging
import NeuronCore
import ServiceLifecycle
import Synchronization

/// Tells systemd how the station fares: ready, status, and a sign of life as long as the pipeline gets on.
///
/// The last of all services, so that it is the first to hear of a stop. It looks from a thread of its own: a pool of threads that is
/// stuck must not keep it from seeing that.
final class ServiceReporter: Service {
    private let pulse: StationPulse
    /// Ends, or has an element, when the cameras' readers have been started.
    private let started: AsyncStream<Void>
    private let notifier: ServiceNotifier
    private let clock: any NeuronClock
    private let logger: Logger
    private let period: TimeSpan
    private let limit: TimeSpan
    private let refusedReload = Mutex<String?>(nil)

    /// What stands still for so long is told in the log where no systemd watches.
    private static let usualInterval = TimeSpan.seconds(60)

    init(
        pulse: StationPulse,
        started: AsyncStream<Void>,
        notifier: ServiceNotifier,
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.pulse = pulse
        self.started = started
        self.notifier = notifier
        self.clock = clock
        self.logger = logger
        let interval = notifier.watchdogInterval ?? Self.usualInterval
        // Half of the interval for what stands still, the rest for systemd: it acts between one and one and a half of them later.
        limit = TimeSpan(nanoseconds: interval.nanoseconds / 2)
        period = min(.seconds(1), TimeSpan(nanoseconds: max(1_000_000, interval.nanoseconds / 8)))
    }

    /// Why the latest reload was refused, for the status; nil where it was not.
    func note(refusedReload reason: String?) { refusedReload.withLock { $0 = reason } }

    func run() async throws {
        for await _ in started { break }
        notifier.ready()
        let stopSignal = StopSignal()
        await withTaskCancellationOrGracefulShutdownHandler {
            await onOwnThread(named: "watch") { self.watch(until: stopSignal) }
        } onCancelOrGracefulShutdown: {
            stopSignal.stop()
        }
        notifier.stopping()
    }

    private func watch(until stopSignal: StopSignal) {
        var watch = PipelineWatch(limit: limit, period: period)
        var told = Told()
        repeat {
            pulse.askOutbox()
            let verdict = watch.step(pulse.reading(), at: clock.monotonicNow())
            if verdict.isProgress { notifier.alive() }
            say(verdict, &told)
            pulse.countPending()
            var status = pulse.status()
            status.standstills = verdict.standstills
            status.refusedReload = refusedReload.withLock(\.self)
            if told.isNews(status) { notifier.status(status.text) }
        } while !stopSignal.wait(for: period)
    }

    private func say(_ verdict: PipelineWatch.Verdict, _ told: inout Told) {
        if let heldUp = verdict.heldUp {
            logger.warning(
                "the daemon was held up itself: that time is nobody's silence",
                metadata: ["held_up_ms": "\(heldUp.milliseconds)"]
            )
        }
        guard told.standstills != verdict.standstills else { return }
        told.standstills = verdict.standstills
        if verdict.isProgress { return logger.notice("the pipeline gets on again") }
        let end = notifier.watchdogInterval == nil ? "" : ", and systemd is not told that all is well"
        logger.critical(
            "the pipeline stands still: \(verdict.standstills.map(\.description).joined(separator: ", "))\(end)"
        )
    }

    /// What was said last, so that only news are.
    private struct Told {
        var standstills: [PipelineWatch.Standstill] = []
        private var status: StationStatus?

        mutating func isNews(_ new: StationStatus) -> Bool {
            defer { status = new }
            return status != new
        }
    }
}
