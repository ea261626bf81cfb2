package import Logging
package import NeuronConfiguration
package import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronOutbox
import ServiceLifecycle

/// The daemon: cameras, outbox and sinks, started and stopped in the order of what depends on what.
package struct Daemon: Sendable {
    private let configuration: Configuration
    /// The file that the configuration was read from.
    private let file: String?
    private let clock: any NeuronClock
    private let logger: Logger
    private let reread: Reread?

    /// Reads and checks the file; the text is that of which the configuration was made.
    package typealias Reread =
        @Sendable () throws(ConfigurationProblems) -> (configuration: Configuration, text: String)

    /// Makes a daemon that has not started.
    ///
    /// - Parameters:
    ///   - configuration: what it begins with.
    ///   - file: where that was read from, for the console to show; nil where it was not.
    ///   - clock: the machine's.
    ///   - logger: where its words go.
    ///   - reread: reads the configuration again on SIGHUP; nil for a daemon that can't reload.
    package init(
        _ configuration: Configuration,
        file: String? = nil,
        clock: any NeuronClock = SystemClock(),
        logger: Logger,
        reread: Reread? = nil
    ) {
        self.configuration = configuration
        self.file = file
        self.reread = reread
        self.clock = clock
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT; returns when everything that was open is closed and delivered or kept.
    ///
    /// - Parameter workers: decode workers for all cameras; one per core is right.
    /// - Throws: `StationError` where alerts cannot be kept, at the start, while it runs or in the end, and where something of it ended
    ///   by itself. Everything is closed then too.
    package func run(workers: Int) async throws {
        let reader = CredentialReader(environment: ProcessEnvironment.current)
        let sinks = try SinkMaker(configuration: configuration, credentials: reader, clock: clock).make()
        let outbox = try openOutbox(for: sinks.map(\.name))
        report(outbox.opening)
        FFmpegLog.listen(to: .warning) { [logger] _, line in logger.debug("ffmpeg: \(line)") }
        let views = LiveViews(clock: clock)
        let exchange = AlertExchange(
            configuration,
            sinks: sinks,
            outbox: outbox,
            pictures: views,
            clock: clock,
            logger: logger
        )
        do {
            try await closeInterrupted(in: outbox)
            try await exchange.open()
        } catch let error as OutboxError {
            throw StationError(error)
        }
        let channel = AlertChannel()
        let evidence = EvidenceThread(configuration, clock: clock, logger: logger)
        let plans = CameraPlan.all(of: configuration, evidence: evidence)
        let board = StationBoard(isShown: configuration.console.isEnabled)
        let behind = ExchangeService(exchange, outbox: outbox, clock: clock, logger: logger) { board.count }
        let supervisor = CameraSupervisor(
            plans,
            workers: workers,
            channel: channel,
            views: views,
            speaker: PictureSpeaker(clock: clock) { (behind.now.configuration.pictureLinks, behind.now.speaker) },
            disarmed: behind.desk.disarmed,
            board: board,
            clock: clock,
            logger: logger
        )
        let fleet = supervisor.fleet
        let recorder = AlertRecorder(channel: channel, logger: logger) { try await behind.record($0) }
        let hours = DeskService(desk: behind.desk, stateDirectory: configuration.stateDirectory, logger: logger) {
            behind.now.speaker.say($0)
        }
        let keeper = OutboxKeeper(
            outbox: outbox,
            composer: HealthComposer(box: configuration.box, site: configuration.site),
            clock: clock,
            logger: logger
        )
        let notifier = ServiceNotifier(environment: ProcessEnvironment.current)
        let reporter = ServiceReporter(
            pulse: StationPulse(fleet: fleet, channel: channel, outbox: outbox, clock: clock) { behind.isBroken },
            started: supervisor.started,
            notifier: notifier,
            clock: clock,
            logger: logger
        )
        var feed = StationFeed(configuration, file: file, board: board, outbox: outbox, behind, clock: clock)
        feed.pictures = views
        feed.serve(evidence?.store)
        let reload = reread.map { [running = feed.running] reread in
            ReloadService(
                configuration,
                reread: reread,
                plans: { CameraPlan.all(of: $0, evidence: evidence) },
                supervisor: supervisor,
                exchange: behind,
                running: running,
                writesEvidence: evidence != nil,
                notifier: notifier,
                reporter: reporter,
                clock: clock,
                logger: logger
            )
        }
        let console = ConsoleService.make(configuration.console, feed: feed, clock: clock, logger: logger)
        // Stopped from the last to the first: cameras, then the recorder with their last words, then the sinks.
        let services: [any Service] = [behind, hours, keeper, recorder, supervisor]
        let group = ServiceGroup(
            configuration: shutdown(
                of: services + ([console, reload] as [(any Service)?]).compactMap(\.self) + [reporter]
            )
        )
        // Listens until everything is closed: a stop that hangs in its last steps must hear a second signal as well.
        let signals = StopSignals { Task { await group.triggerGracefulShutdown() } }
        defer { withExtendedLifetime(signals) {} }
        logger.notice(
            "started",
            metadata: ["cameras": "\(plans.count)", "sinks": "\(sinks.map(\.name).joined(separator: " "))"]
        )
        let failure = await end(of: group)
        logger.debug("closing what is kept")
        await evidence?.stop()
        await outbox.close()
        if let failure { throw StationError(ending: failure) }
        try checkLosses(in: channel)
        logger.notice("stopped")
    }

    /// Runs a group; nil where it ended as it was asked to, else why.
    private func end(of group: ServiceGroup) async -> (any Error)? {
        do {
            try await group.run()
            return nil
        } catch {
            return error
        }
    }

    private func checkLosses(in channel: AlertChannel) throws {
        guard channel.lost > 0 else { return }
        throw StationError.inputOutput("\(channel.lost) alerts could not be kept and are lost with this stop.")
    }

    /// A disk that takes nothing more must not keep the box from shutting down: after this time everything is tried once more and
    /// left.
    private static let patience = Duration.seconds(10)

    private func shutdown(of services: [any Service]) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            logger: quietLogger
        )
        configuration.maximumGracefulShutdownDuration = Self.patience
        return configuration
    }

    private func openOutbox(for sinks: [String]) throws -> Outbox {
        do {
            return try Outbox(OutboxSettings(configuration, sinks: sinks), clock: clock)
        } catch {
            throw StationError(error)
        }
    }

    /// The lifecycle library's own account of its services is of no use to an operator.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private func report(_ opening: OutboxOpening) {
        if let damage = opening.damage {
            logger.critical(
                "the outbox was damaged and a new one was begun: \(damage.reason)",
                metadata: ["moved_to": "\(damage.movedTo)"]
            )
        }
        for (sink, count) in opening.droppedDeliveries where count > 0 {
            logger.warning("sink '\(sink)' is no longer configured: \(count) alerts will not be delivered there")
        }
    }

    /// Ends what a daemon that died had left open.
    private func closeInterrupted(in outbox: Outbox) async throws {
        let open = try await outbox.openAlerts()
        let ends = open.compactMap { alert in
            do {
                return try InterruptedAlert.end(of: alert.latest, at: alert.lastEventAt)
            } catch {
                logger.error("an open alert could not be read and stays open", metadata: ["alert": "\(alert.alertID)"])
                return nil
            }
        }
        guard !ends.isEmpty else { return }
        try await outbox.append(ends)
        logger.notice("closed alerts that were interrupted", metadata: ["count": "\(ends.count)"])
    }
}

extension OutboxSettings {
    fileprivate init(_ configuration: Configuration, sinks: [String]) {
        self.init(
            path: configuration.outboxPath,
            capacityBytes: configuration.outbox.capacity.bytes,
            historyKept: configuration.outbox.history,
            sinks: sinks
        )
    }
}

extension Configuration {
    /// Where the outbox's database lies.
    package var outboxPath: String { stateDirectory + "/outbox.db" }
}
