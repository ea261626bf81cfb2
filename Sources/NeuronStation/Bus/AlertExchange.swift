import Logging
import NeuronBus
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Everything behind the outbox: a driver for each sink, the desk at which alerts are answered, and what is said on buses.
struct AlertExchange {
    let desk: AlertDesk
    let speaker: BusSpeaker
    let configuration: Configuration
    let sinks: [any AlertSink]
    /// What is handed to sinks, counted; goes on when sinks are replaced.
    private(set) var meter = SinkMeter()
    /// When the first of all exchanges was made, which is when the box started.
    private(set) var since: MonotonicTime
    private let outbox: Outbox
    private let clock: any NeuronClock
    private let logger: Logger
    private let health: HealthComposer
    private let projections: ProjectionService
    /// What a file may take to be opened.
    private static let filePatience = Duration.seconds(3)

    /// Makes an exchange, with a desk of its own unless one is given that goes on.
    init(
        _ configuration: Configuration,
        sinks: [any AlertSink],
        outbox: Outbox,
        pictures: (any LivePictureSource)? = nil,
        clock: any NeuronClock,
        logger: Logger,
        desk: AlertDesk? = nil,
        withdrawn: [String: [String]] = [:]
    ) {
        self.configuration = configuration
        self.sinks = sinks
        self.outbox = outbox
        self.clock = clock
        self.logger = logger
        since = clock.monotonicNow()
        health = HealthComposer(box: configuration.box, site: configuration.site)
        let speaker = BusSpeaker(links: sinks.filter { $0 is any BusLink }.map(\.name))
        self.speaker = speaker
        projections = ProjectionService(
            configuration.projectionBoards(),
            withdrawn: withdrawn,
            outbox: outbox,
            speaker: speaker,
            logger: logger
        )
        self.desk = desk ?? Self.desk(configuration, outbox: outbox, pictures: pictures, clock: clock, logger: logger)
    }

    private static func desk(
        _ configuration: Configuration,
        outbox: Outbox,
        pictures: (any LivePictureSource)?,
        clock: any NeuronClock,
        logger: Logger
    ) -> AlertDesk {
        AlertDesk(
            outbox: outbox,
            site: DeskSite(configuration),
            policy: configuration.actedPolicy,
            clock: clock,
            logger: logger,
            trustedSwitches: configuration.trustedSwitches,
            pictures: pictures
        ) { eventIDs, link in
            do {
                try await outbox.confirm(eventIDs: eventIDs, for: link)
            } catch {
                // Without it the event is sent again, and confirmed again.
                logger.error("\(link): a receipt could not be recorded: \(error)")
            }
        }
    }

    /// The exchange that comes after this one has ended: with the same desk, and taking back on brokers what nobody says any more.
    func successor(_ configuration: Configuration, sinks: [any AlertSink]) -> AlertExchange {
        var next = AlertExchange(
            configuration,
            sinks: sinks,
            outbox: outbox,
            clock: clock,
            logger: logger,
            desk: desk,
            withdrawn: projections.withdrawn(by: configuration.projectionBoards())
        )
        next.meter = meter
        next.since = since
        return next
    }

    /// Takes up what an earlier run left open, and begins to connect; a path or a file that can never be right is found now.
    ///
    /// - Throws: `StationError`.
    func open() async throws {
        try await openSinks()
        try await begin()
        try await desk.open()
    }

    /// Whether there is none of the sinks that the configuration names.
    var hasLostSinks: Bool { sinks.isEmpty && !configuration.sinks.isEmpty }

    /// Lets go of all sinks.
    func close() async { for sink in sinks { await sink.close() } }

    /// Begins to connect.
    ///
    /// - Throws: `StationError` for a path or a file that can never be right.
    func openSinks() async throws {
        for sink in sinks {
            switch sink {
            case let file as JSONLinesFile: try await prepare(file)
            case let link as any BusLink: try await open(link)
            default: break
            }
        }
    }

    /// Takes up what waits for the sinks, which the outbox knows by now.
    func begin() async throws {
        for sink in sinks { try await offerAgain(to: sink.name) }
        try await projections.begin()
    }

    /// What the other side refused it may take now: a start is when somebody has put a right or a limit in order.
    private func offerAgain(to sink: String) async throws {
        let count = try await outbox.requeue(parkedOf: sink)
        guard count > 0 else { return }
        logger.notice("\(sink): alerts that were refused are offered once more", metadata: ["count": "\(count)"])
    }

    private func open(_ link: any BusLink) async throws {
        do {
            try await link.open()
        } catch {
            throw StationError.configuration("sink '\(link.name)': \(error)")
        }
    }

    /// A disk that is missing may come back, and one that hangs must not keep the other sinks from their alerts.
    private func prepare(_ file: JSONLinesFile) async throws {
        let work = LeavableWork<Void>()
        let alarm = Task { if (try? await Task.sleep(for: Self.filePatience)) != nil { work.leave() } }
        defer { alarm.cancel() }
        do {
            try await work.run { try await file.prepare() }
        } catch let error as JSONLinesError where error.code == .unsuitablePath || error.code == .locked {
            throw StationError.configuration("sink '\(file.name)': \(error)")
        } catch {
            logger.error("sink '\(file.name)' cannot write yet: \(error)")
        }
    }

    /// In the order in which they start; they stop the other way round, so that what is said last still goes out.
    ///
    /// - Parameter cameras: says how many cameras there are.
    /// - Returns: all services, not started.
    func services(cameras: @escaping @Sendable () -> Int) -> [any Service] {
        var (drivers, links): ([any Service], [any Service]) = ([], [])
        for sink in sinks {
            var driver = driver(of: sink)
            if let link = sink as? any BusLink {
                let (prompts, prompt) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                driver.prompts = prompts
                links.append(
                    BusService(
                        link: link,
                        desk: desk,
                        speaker: speaker,
                        projections: projections,
                        prompts: prompt,
                        logger: logger
                    )
                )
            }
            drivers.append(driver)
        }
        let reports = HealthService(
            outbox: outbox,
            sinks: sinks,
            desk: desk,
            composer: health,
            cameras: cameras,
            every: configuration.health.reportEvery,
            since: since,
            clock: clock,
            logger: logger
        )
        return drivers + links + [projections, reports]
    }

    private func driver(of sink: any AlertSink) -> SinkDriver {
        var driver = SinkDriver(sink: sink, outbox: outbox, clock: clock, logger: logger)
        driver.meter = meter
        driver.mayHang = sink is JSONLinesFile
        let settings = configuration.sinks.first { $0.name == sink.name }
        if let receiptWithin = settings?.receiptWithin { driver.terms.receiptWithin = receiptWithin }
        driver.onNoReceipt = { sink, eventIDs in
            await tell(.noReceipt, of: sink, eventIDs, "The broker took them, and nobody behind it has confirmed them.")
        }
        driver.onParked = { sink, alert, reason in await tell(.refused, of: sink, [alert.id], reason) }
        return driver
    }

    /// Trouble with one sink is told by all.
    private func tell(_ trouble: HealthData.Trouble, of sink: String, _ eventIDs: [String], _ reason: String) async {
        let now = clock.wallNow()
        do {
            try await outbox.append([health.report(trouble, of: sink, eventIDs: eventIDs, because: reason, at: now)])
        } catch {
            logger.error("\(sink): trouble could not be recorded: \(error)")
        }
    }
}

extension Configuration {
    /// The buses on which Home Assistant's bare switch is believed.
    var trustedSwitches: Set<String> {
        Set(
            sinks.compactMap { sink in
                guard case .mqtt(let broker) = sink.kind, broker.homeAssistant.trustsSwitch else { return nil }
                return sink.name
            }
        )
    }
}
