import NeuronConsole
import NeuronCore
import Synchronization

/// A feed with one camera and one alert, and with what a test puts into it.
final class StubFeed: ConsoleFeed {
    static let alertID = "01K3A7Q0W3ZZZZZZZZZZZZZZZZ"

    let pictures: (any LivePictureSource)?
    let evidenceFolder: String?
    /// Events for followers; each follower gets them all, and then nothing more.
    let stream: [ConsoleEvent]
    /// Whether the stream begins again for ever.
    let isEndless: Bool
    let asked = Mutex<[String]>([])
    let acted = Mutex<[AlertAction]>([])
    let isReady: Bool
    let running: RunningConfiguration?
    let state: CameraSnapshot.State
    /// What a check of a configuration does before it ends.
    let checking: @Sendable () -> Void

    init(
        pictures: (any LivePictureSource)? = nil,
        evidenceFolder: String? = nil,
        stream: [ConsoleEvent] = [],
        isEndless: Bool = false,
        isReady: Bool = true,
        running: RunningConfiguration? = nil,
        state: CameraSnapshot.State = .up,
        checking: @escaping @Sendable () -> Void = {}
    ) {
        self.pictures = pictures
        self.evidenceFolder = evidenceFolder
        self.stream = stream
        self.isEndless = isEndless
        self.isReady = isReady
        self.running = running
        self.state = state
        self.checking = checking
    }

    func box() async throws -> BoxSnapshot {
        BoxSnapshot(
            box: "box-1",
            site: [("district", "d1")],
            version: "1",
            startedAt: .epoch,
            now: .epoch,
            camerasTotal: 1,
            camerasUp: 1,
            alerts: BoxSnapshot.Alerts(open: 3, unanswered: 2, goingOn: 1),
            pendingDelivery: 0,
            sinks: [Self.sink],
            configuration: "0123456789abcdef",
            evidence: EvidenceSnapshot(bytes: 1, limitBytes: nil, freeBytes: 2)
        )
    }

    static let sink = SinkSnapshot(
        name: "jsonl",
        state: "writing",
        isConnected: nil,
        pending: 0,
        awaitingReceipt: 0,
        oldestAge: nil,
        parked: 0,
        expired: 0,
        lastFailure: nil,
        tally: SinkTally()
    )

    /// A camera whose free texts are as bad as they can be.
    static func camera(_ id: String = "gate", name: String = "Gate \"1\"\n\\") -> CameraSnapshot {
        CameraSnapshot(
            id: SensorID(id) ?? SensorID(sanitising: id),
            name: name,
            state: .up,
            reason: nil,
            source: "rtsp://10.0.0.1/x",
            video: CameraSnapshot.Video(codec: "h264", size: FrameSize(width: 640, height: 360), framesPerSecond: 25),
            sampling: "auto",
            isAwake: true,
            lastPictureAt: .epoch,
            lag: .zero,
            light: .day,
            figures: CameraFigures(),
            zones: [CameraSnapshot.Shape(name: "path", kind: "include", polygon: triangle)],
            masks: [CameraSnapshot.Shape(name: "window", kind: "mask", polygon: triangle, isPrivate: true)]
        )
    }

    private static let triangle = [[0, 0], [1, 0], [0.5, 1]]

    func cameras() async throws -> [CameraSnapshot] {
        var camera = Self.camera()
        camera.openAlerts = [Self.alertID]
        return [camera]
    }

    func camera(_ id: SensorID) async throws -> CameraSnapshot? { try await cameras().first { $0.id == id } }

    func state(of camera: SensorID) -> CameraSnapshot.State? { camera.rawValue == "gate" ? state : nil }

    static let record = AlertRecord(
        id: alertID,
        kind: "motion",
        camera: "gate",
        cameraName: "Gate",
        rule: "frame",
        severity: "Moderate",
        condition: "active",
        workflow: "open",
        disposition: nil,
        revision: 1,
        startedAt: .epoch,
        endedAt: nil,
        tier: "grid",
        updates: 0,
        note: nil,
        media: [
            AlertMedia(
                role: .snapshot,
                name: "1970-01-01/gate/\(alertID).jpg",
                mediaType: "image/jpeg",
                sha256: String(repeating: "0a", count: 32),
                byteCount: 1
            )
        ],
        why: ["zone": "path", "gates": []],
        lastEvent: Array("{\"id\":\"x\"}".utf8)
    )

    func alerts(_ question: AlertQuestion) async throws -> AlertPage {
        asked.withLock { $0.append("\(question)") }
        return AlertPage(alerts: [Self.record], next: nil)
    }

    func alert(_ id: String) async throws -> AlertDossier? {
        guard id == Self.alertID else { return nil }
        let step = AlertDossier.Step("acknowledged", at: .epoch, by: "anna", tier: "grid", note: "On my way.")
        return AlertDossier(record: Self.record, history: [step], events: [Array("{\"id\":\"x\"}".utf8)])
    }

    func act(_ action: AlertAction, on id: String) async throws -> AlertRecord {
        asked.withLock { $0.append("\(action.verb) \(action.by)") }
        acted.withLock { $0.append(action) }
        guard id == Self.alertID else { throw ConsoleProblem(.notFound, "There is none.") }
        guard action.verb != .reopen else { throw ConsoleProblem(.conflict, "It is open.") }
        return Self.record
    }

    func events(after row: Int64?) async throws -> any ConsoleEventCursor {
        asked.withLock { $0.append("events after \(row.map { "\($0)" } ?? "now")") }
        return StubCursor(events: stream, isEndless: isEndless)
    }

    func activity(of day: WallTime) async throws -> ActivityDay {
        ActivityDay(day: day, cameras: [ActivityDay.Camera(id: "gate")])
    }

    func tuning(of camera: SensorID, since: WallTime?) async -> TuningReport? {
        guard camera.rawValue == "gate" else { return nil }
        let gate = TuningReport.Gate(gate: "area", unit: "fraction", limit: 0.01)
        return TuningReport(rules: [TuningReport.Rule(zone: "path", gates: [gate])], samples: [Self.sample])
    }

    static let sample = TuningReport.Sample(
        at: .epoch,
        zone: "path",
        light: .night,
        values: [0.5],
        limits: [0.01],
        gates: ["area"],
        isPassed: true,
        failed: nil,
        suppression: "shake",
        doubts: ["shake"]
    )

    func check(configuration text: [UInt8]) -> [ConfigurationFinding] {
        checking()
        return text.isEmpty ? [] : [ConfigurationFinding(line: 1, column: 2, message: "No.")]
    }

    func configuration() async -> RunningConfiguration? { running }

    func figures() async throws -> ConsoleFigures {
        ConsoleFigures(
            now: .epoch,
            uptime: .zero,
            version: "1",
            cameras: [Self.camera()],
            sinks: [Self.sink],
            outbox: ConsoleFigures.Outbox(
                events: 0,
                openAlerts: 0,
                bytesInUse: 0,
                bytesOnDisk: 0,
                capacityBytes: 0,
                shed: ["started": 0],
                hasReserve: true
            ),
            desk: ConsoleFigures.Desk(),
            evidence: nil,
            process: nil
        )
    }

    func shortcomings() async -> [Shortcoming] {
        isReady ? [] : [Shortcoming(code: "noCamera", message: "Every camera is lost.")]
    }
}

private struct StubCursor: ConsoleEventCursor {
    let events: [ConsoleEvent]
    let isEndless: Bool
    private var isToldOnce = false

    init(events: [ConsoleEvent], isEndless: Bool) {
        self.events = events
        self.isEndless = isEndless
    }

    mutating func next() async throws -> [ConsoleEvent]? {
        guard !isToldOnce || isEndless else {
            try await Task.sleep(for: .milliseconds(20))
            return []
        }
        isToldOnce = true
        return events
    }
}
