import NeuronBus
import NeuronConfiguration
package import NeuronConsole
package import NeuronCore
import NeuronEvidence
import NeuronIncidents
import NeuronOutbox

/// What the console shows, taken from where it is: the board, the outbox, the desk and the sinks.
package struct StationFeed: ConsoleFeed {
    let configuration: Configuration
    let board: StationBoard
    let outbox: Outbox
    let exchange: ExchangeService
    let desk: AlertDesk
    let clock: any NeuronClock
    let started: (wall: WallTime, monotonic: MonotonicTime)
    let running: RunningText
    package var pictures: (any LivePictureSource)?
    package var evidenceFolder: String?
    /// What pictures and clips take; nil where none are kept.
    var evidence: (@Sendable () -> EvidenceSnapshot?)?
    /// Counting takes a while, and days are many events: both are kept for some seconds.
    let memory = FeedMemory()

    init(
        _ configuration: Configuration,
        file: String?,
        board: StationBoard,
        outbox: Outbox,
        _ exchange: ExchangeService,
        clock: any NeuronClock
    ) {
        self.configuration = configuration
        self.board = board
        self.outbox = outbox
        self.exchange = exchange
        desk = exchange.desk
        self.clock = clock
        started = (clock.wallNow(), clock.monotonicNow())
        running = RunningText(path: file)
    }

    /// Serves the files of alerts from here on.
    mutating func serve(_ store: EvidenceStore?) {
        guard let store else { return }
        evidenceFolder = store.folder
        evidence = {
            let usage = store.usage
            return EvidenceSnapshot(bytes: usage.bytes, limitBytes: usage.limitBytes, freeBytes: usage.freeBytes)
        }
    }

    // MARK: - The box

    package func box() async throws -> BoxSnapshot {
        let (cameras, counts) = (board.snapshots(), try await statistics())
        let (sinks, figures) = (await sinkSnapshots(counts), await desk.figures)
        let site = configuration.site
        return BoxSnapshot(
            box: configuration.box.rawValue,
            site: [
                ("district", site.district), ("street", site.street), ("community", site.community),
                ("grid", site.grid),
            ],
            version: NeurondVersion.text,
            startedAt: started.wall,
            now: clock.wallNow(),
            camerasTotal: cameras.count,
            camerasUp: cameras.count { $0.state == .up || $0.state == .degraded },
            alerts: BoxSnapshot.Alerts(
                open: figures.open,
                unanswered: figures.unanswered,
                goingOn: counts.openAlerts
            ),
            pendingDelivery: sinks.map(\.pending).max() ?? 0,
            sinks: sinks,
            configuration: running.current?.digest,
            evidence: evidence?()
        )
    }

    private func statistics() async throws -> OutboxStatistics {
        try await memory.statistics(at: clock.monotonicNow()) { try await outbox.statistics() }
    }

    private func sinkSnapshots(_ statistics: OutboxStatistics) async -> [SinkSnapshot] {
        let receipts = await outbox.settledReceipts()
        let exchange = exchange.now
        return statistics.sinks.map { counts in
            let condition = exchange.sinks.lazy.compactMap { $0 as? any BusLink }.first { $0.name == counts.name }?
                .condition
            var tally = exchange.meter[counts.name]
            tally.receipts = receipts[counts.name] ?? 0
            let failure = exchange.meter.failure(of: counts.name)
            return SinkSnapshot(
                name: counts.name,
                state: condition.map { $0.isConnected ? "connected" : "disconnected" }
                    ?? (failure == nil ? "writing" : "failing"),
                isConnected: condition?.isConnected,
                pending: counts.pending,
                awaitingReceipt: counts.awaitingReceipt,
                oldestAge: counts.oldestAge,
                parked: counts.parked,
                expired: counts.expired,
                lastFailure: condition?.lastFailure ?? failure,
                tally: tally
            )
        }
    }

    package func figures() async throws -> ConsoleFigures {
        let counts = try await statistics()
        return ConsoleFigures(
            now: clock.wallNow(),
            uptime: clock.monotonicNow() - started.monotonic,
            version: NeurondVersion.text,
            cameras: try await cameras(),
            sinks: await sinkSnapshots(counts),
            outbox: ConsoleFigures.Outbox(counts),
            desk: ConsoleFigures.Desk(await desk.figures),
            evidence: evidence?(),
            process: ProcessFigures.now()
        )
    }

    package func shortcomings() async -> [Shortcoming] {
        var found: [Shortcoming] = []
        do {
            if try await !statistics().isBallastInPlace {
                found.append(
                    Shortcoming(code: "diskFull", message: "The disk is full: the outbox lives on its reserve.")
                )
            }
        } catch {
            found.append(Shortcoming(code: "outbox", message: "The outbox cannot be read; no alert can be kept."))
        }
        if outbox.isReplaced {
            found.append(Shortcoming(code: "outbox", message: "The outbox was removed or replaced while in use."))
        }
        let states = board.snapshots().map(\.state)
        if states.isEmpty || states.allSatisfy({ $0 == .starting }) {
            found.append(Shortcoming(code: "starting", message: "No camera has delivered a picture yet."))
        } else if !states.contains(where: { $0 != .lost && $0 != .starting }) {
            found.append(Shortcoming(code: "noCamera", message: "Every camera is lost."))
        }
        return found
    }

    // MARK: - Cameras

    package func cameras() async throws -> [CameraSnapshot] {
        let open = try await openAlerts()
        return board.snapshots().map { complete($0, open) }
    }

    package func camera(_ id: SensorID) async throws -> CameraSnapshot? {
        guard let camera = board.camera(id) else { return nil }
        return complete(camera.snapshot(), try await openAlerts())
    }

    package func state(of camera: SensorID) -> CameraSnapshot.State? { board.camera(camera)?.snapshot().state }

    private func openAlerts() async throws -> [String: [String]] {
        try await memory.openAlerts(at: clock.monotonicNow()) {
            Dictionary(grouping: try await outbox.openAlertNames(), by: \.source).mapValues { $0.map(\.alertID) }
        }
    }

    private func complete(_ camera: CameraSnapshot, _ open: [String: [String]]) -> CameraSnapshot {
        var camera = camera
        camera.openAlerts = open["urn:neurond:\(configuration.box):\(camera.id)"] ?? []
        return camera
    }

    package func tuning(of camera: SensorID, since: WallTime?) async -> TuningReport? {
        board.camera(camera)?.tuning(since: since)
    }

    // MARK: - What happens

    package func events(after row: Int64?) async throws -> any ConsoleEventCursor {
        // Rows begin anew with an outbox that was made anew: a place in the one before is none.
        let last = try await outbox.lastRow()
        return StationEventCursor(self, after: min(row ?? last, last))
    }

    package func activity(of day: WallTime) async throws -> ActivityDay {
        let cameras = board.snapshots().map(\.id.rawValue)
        return try await memory.activity(of: day, at: clock.monotonicNow()) {
            try await ActivityCount(day: day, box: configuration.box, cameras: cameras).run(in: outbox)
        }
    }

    // MARK: - The configuration

    package func check(configuration text: [UInt8]) -> [ConfigurationFinding] {
        do throws(ConfigurationProblems) {
            _ = try ConfigurationReader.read(
                bytes: text,
                directory: running.directory,
                environment: ProcessEnvironment.current
            )
            return []
        } catch {
            return error.problems.map { problem in
                let message = problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)"
                return ConfigurationFinding(line: problem.line, column: problem.column, message: message)
            }
        }
    }

    package func configuration() async -> RunningConfiguration? { running.current }
}

extension ConsoleFigures.Outbox {
    fileprivate init(_ statistics: OutboxStatistics) {
        self.init(
            events: statistics.events,
            openAlerts: statistics.openAlerts,
            bytesInUse: statistics.bytesInUse,
            bytesOnDisk: statistics.bytesOnDisk,
            capacityBytes: statistics.capacityBytes,
            shed: Dictionary(uniqueKeysWithValues: statistics.shed.map { ("\($0.key)", $0.value) }),
            hasReserve: statistics.isBallastInPlace
        )
    }
}

extension ConsoleFigures.Desk {
    fileprivate init(_ figures: DeskFigures) {
        self.init()
        tiers = Dictionary(uniqueKeysWithValues: figures.tiers.map { ($0.key.rawValue, Tier($0.value)) })
        rules = figures.rules.mapValues { Rule(judged: $0.judged, falseAlarms: $0.falseAlarms) }
        messages = figures.taken
        repeated = figures.repeated
        refused = Dictionary(uniqueKeysWithValues: figures.refused.map { ($0.key.rawValue, $0.value) })
    }
}

extension ConsoleFigures.Desk.Tier {
    fileprivate init(_ figures: DeskFigures.TierFigures) {
        self.init()
        open = figures.open
        overdue = figures.overdue
        acknowledgedInTime = figures.acknowledgedInTime
        acknowledgedLate = figures.acknowledgedLate
        handledInTime = figures.handledInTime
        handledLate = figures.handledLate
    }
}
