import Logging
import NeuronConfiguration
import NeuronCore
import ServiceLifecycle

/// Reads the configuration again on SIGHUP and changes what differs: all of it, or nothing and says why.
actor ReloadService: Service {
    /// Reads and checks the file.
    typealias Reread = @Sendable () throws(ConfigurationProblems) -> Configuration

    private var configuration: Configuration
    private let reread: Reread
    private let plans: @Sendable (Configuration) -> [CameraPlan]
    private let supervisor: CameraSupervisor
    private let exchange: ExchangeService
    private let running: RunningText
    private let notifier: ServiceNotifier
    private let reporter: ServiceReporter
    private let clock: any NeuronClock
    private let logger: Logger

    /// Mistakes that are told one by one.
    private static let mostTold = 20

    init(
        _ configuration: Configuration,
        reread: @escaping Reread,
        plans: @escaping @Sendable (Configuration) -> [CameraPlan],
        supervisor: CameraSupervisor,
        exchange: ExchangeService,
        running: RunningText,
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
            await change(to: try await read())
        } catch {
            for problem in error.problems.prefix(Self.mostTold) { logger.error("\(problem.text(file: error.file))") }
            let more = error.problems.count + error.omittedCount - 1
            let rest = more > 0 ? " (and \(more) more)" : ""
            refuse((error.problems.first?.text(file: error.file) ?? error.file) + rest)
        }
    }

    /// A file on a network disk that hangs must hold up nobody else.
    private func read() async throws(ConfigurationProblems) -> Configuration {
        let reread = reread
        let result: Result<Configuration, ConfigurationProblems> = await withCheckedContinuation { done in
            _ = DedicatedThread(name: "reload") {
                do throws(ConfigurationProblems) {
                    done.resume(returning: .success(try reread()))
                } catch {
                    done.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func refuse(_ reason: String) {
        logger.error("the configuration was not taken over, and everything goes on as it was: \(reason)")
        reporter.note(refusedReload: reason)
    }

    private func change(to new: Configuration) async {
        let plan = ReloadPlan(from: configuration, to: new)
        guard plan.refusals.isEmpty else { return refuse(plan.refusals.joined(separator: " ")) }
        do {
            // First what can still fail, then what can't.
            if plan.changesExchange { try await exchange.replace(for: new, renamesSinks: plan.changesSinkNames) }
        } catch {
            return refuse("\(error)")
        }
        if plan.changesLogLevel { StationLog.level = Logger.Level(rawValue: new.log.level.rawValue) ?? .info }
        await exchange.desk.change(to: DeskSite(new), trustedSwitches: new.trustedSwitches)
        await changeCameras(plan, new)
        configuration = new
        running.reload()
        reporter.note(refusedReload: nil)
        logger.notice("the configuration was taken over", metadata: plan.metadata)
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
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["unchanged": "\(kept.count)"]
        for (name, ids) in [("restarted", restarted), ("added", added), ("removed", removed)] where !ids.isEmpty {
            metadata[name] = "\(ids.map(\.rawValue).joined(separator: " "))"
        }
        if changesExchange { metadata["links"] = "anew" }
        return metadata
    }
}
