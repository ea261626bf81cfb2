import Logging
import NeuronConfiguration
import NeuronCore
import ServiceLifecycle

/// Reads the configuration again on SIGHUP and changes what differs: all of it, or nothing and says why.
actor ReloadService: Service {
    private var configuration: Configuration
    private let reread: Daemon.Reread
    private let plans: @Sendable (Configuration) -> [CameraPlan]
    private let supervisor: CameraSupervisor
    private let exchange: ExchangeService
    private let running: RunningText
    private let writesEvidence: Bool
    private let notifier: ServiceNotifier
    private let reporter: ServiceReporter
    private let clock: any NeuronClock
    private let logger: Logger

    /// Mistakes that are told one by one.
    private static let mostTold = 20

    init(
        _ configuration: Configuration,
        reread: @escaping Daemon.Reread,
        plans: @escaping @Sendable (Configuration) -> [CameraPlan],
        supervisor: CameraSupervisor,
        exchange: ExchangeService,
        running: RunningText,
        writesEvidence: Bool,
        notifier: ServiceNotifier,
        reporter: ServiceReporter,
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.configuration = configuration
        self.reread = reread
        self.plans = plans
        self.supervisor = supervisor
        self.exchange = exchange
        self.running = running
        self.writesEvidence = writesEvidence
        self.notifier = notifier
        self.reporter = reporter
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        let hangUp = HangUpSignal()
        await cancelWhenGracefulShutdown {
            for await _ in hangUp.signals { await self.reload() }
        }
        withExtendedLifetime(hangUp) {}
    }

    private func reload() async {
        notifier.reloading(at: clock.monotonicNow())
        // It is as ready as before, whatever came of it.
        defer { notifier.ready() }
        do throws(ConfigurationProblems) {
            let reread = reread
            // A file on a network disk that hangs must hold up nobody else.
            let file = try await onOwnThread(named: "reload") { () throws(ConfigurationProblems) in try reread() }
            await change(to: file.configuration, file.text)
        } catch {
            for problem in error.problems.prefix(Self.mostTold) { logger.error("\(problem.text(file: error.file))") }
            let more = error.problems.count + error.omittedCount - 1
            let rest = more > 0 ? " (and \(more) more)" : ""
            refuse((error.problems.first?.text(file: error.file) ?? error.file) + rest)
        }
    }

    private func refuse(_ reason: String) {
        let rest = exchange.isBroken ? "no sink is open any more" : "everything goes on as it was"
        logger.error("the configuration was not taken over, and \(rest): \(reason)")
        reporter.note(refusedReload: reason)
    }

    private func change(to new: Configuration, _ text: String) async {
        let plan = ReloadPlan(from: configuration, to: new, writesEvidence: writesEvidence)
        guard plan.refusals.isEmpty else { return refuse(plan.refusals.joined(separator: " ")) }
        // Links that a reload broke are mended by the next one, also where it brings what the box began with.
        let makesLinks = plan.changesExchange || exchange.isBroken
        do {
            // First what can still fail, then what can't.
            if makesLinks { try await exchange.replace(for: new, renamesSinks: plan.changesSinkNames) }
        } catch {
            return refuse("\(error)")
        }
        if plan.changesLogLevel { StationLog.level = Logger.Level(rawValue: new.log.level.rawValue) ?? .info }
        await exchange.desk.change(
            to: DeskSite(new),
            policy: new.actedPolicy,
            trustedSwitches: new.trustedSwitches
        )
        await changeCameras(plan, new)
        configuration = new
        running.take(text)
        reporter.note(refusedReload: nil)
        logger.notice("the configuration was taken over", metadata: plan.metadata(makesLinks: makesLinks))
    }

    private func changeCameras(_ plan: ReloadPlan, _ new: Configuration) async {
        let coming = Set(plan.added + plan.restarted)
        let leaving = Set(plan.removed + plan.restarted)
        defer { supervisor.arrange(as: new.cameras.map(\.id)) }
        guard !coming.isEmpty || !leaving.isEmpty else { return }
        let plans = self.plans(new).filter { coming.contains($0.camera.id) }
        await supervisor.change(leaving: leaving, coming: plans)
    }
}

extension ReloadPlan {
    fileprivate func metadata(makesLinks: Bool) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["unchanged": "\(kept.count)"]
        for (name, ids) in [("restarted", restarted), ("added", added), ("removed", removed)] where !ids.isEmpty {
            metadata[name] = "\(ids.map(\.rawValue).joined(separator: " "))"
        }
        if makesLinks { metadata["links"] = "anew" }
        return metadata
    }
}
