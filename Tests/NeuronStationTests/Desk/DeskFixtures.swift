import Logging
import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Synchronization

@testable import NeuronStation

/// Both clocks, set by hand.
final class DeskClock: NeuronClock {
    private let times: Mutex<(wall: WallTime, monotonic: MonotonicTime)>

    init(_ wall: WallTime) { times = Mutex((wall, MonotonicTime(nanoseconds: 1_000_000_000))) }

    func wallNow() -> WallTime { times.withLock { $0.wall } }
    func monotonicNow() -> MonotonicTime { times.withLock { $0.monotonic } }

    /// Time passes.
    func pass(_ seconds: Int64) {
        times.withLock { times in
            times.wall = times.wall + .seconds(seconds)
            times.monotonic = times.monotonic + .seconds(seconds)
        }
    }

    /// Somebody sets the clock.
    func step(_ seconds: Int64) { times.withLock { $0.wall = $0.wall + .seconds(seconds) } }
}

/// A desk on an outbox of its own, with the camera of the documentation.
final class DeskRig: Sendable {
    static let onset = WallTime(nanoseconds: 1_787_393_723_412_000_000)
    static let subject = "d310104/s005/c012/g031/cam0042"

    let folder: TemporaryDirectory
    let clock: DeskClock
    let outbox: Outbox
    let desk: AlertDesk

    /// Opens a desk; on the folder of an earlier one it goes on with what that one left.
    init(
        on earlier: DeskRig? = nil,
        policy: EscalationPolicy = .standard,
        trusted: Set<String> = [],
        mostOpen: Int = 100,
        pictures: (any LivePictureSource)? = nil
    ) async throws {
        folder = try earlier?.folder ?? TemporaryDirectory()
        clock = earlier?.clock ?? DeskClock(Self.onset)
        let settings = OutboxSettings(path: folder.file("outbox.db"), sinks: ["bus"], ballastBytes: 0)
        outbox = try Outbox(settings, clock: clock)
        let box = try Self.require(BoxID("box-0007"))
        let site = SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031")
        let cameras = try ["cam0042", "cam0043"].map { (id: try Self.require(SensorID($0)), site: site) }
        let confirmations = Confirmations()
        desk = AlertDesk(
            outbox: outbox,
            site: DeskSite(box: box, site: site, cameras: cameras),
            policy: policy,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            trustedSwitches: trusted,
            mostOpen: mostOpen,
            pictures: pictures,
            confirm: { ids, link in confirmations.take(ids, link) }
        )
        self.confirmations = confirmations
        try await desk.open()
    }

    private let confirmations: Confirmations

    var receipts: [String] { confirmations.all }

    static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Rejection(.unavailable, "a fixture is wrong") }
        return value
    }

    // MARK: - What cameras tell

    static func composer(_ sensor: String = "cam0042") -> AlertComposer {
        AlertComposer(
            identity: AlertComposer.Identity(
                box: BoxID("box-0007") ?? .unnamed,
                sensor: SensorID(sanitising: sensor),
                name: "North gate",
                site: SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031"),
                configuration: "0123456789abcdef",
                detector: "motion/1"
            )
        )
    }

    /// The start and the end of a lost camera, or of motion, that begins now.
    func incident(_ kind: String = "camera", lasting seconds: Int64 = 8) throws -> [AlertDraft] {
        let onset = clock.wallNow()
        if kind == "camera" {
            var link = CameraLink(holdOff: .zero, start: instant(0, after: onset))
            let transitions = [
                link.tick(at: instant(0, after: onset)), link.picture(at: instant(seconds, after: onset)),
            ]
            return transitions.compactMap { $0 }.map(Self.composer().compose)
        }
        let settings = MotionIncident.Settings(
            minimumDuration: .zero,
            eventGap: .seconds(1),
            updateInterval: .seconds(60)
        )
        var incident = MotionIncident(settings: settings)
        let reading = ZoneReading(zone: "gate", isMoving: true, areaFraction: 0.1, score: 0.9, box: nil, gates: [])
        let moment = Moment(media: .zero, wall: onset)
        let size = FrameSize(width: 640, height: 360)
        let started = incident.observe(reading, at: moment, size: size)
        return (started + [incident.end(because: .quiet)].compactMap { $0 }).map {
            Self.composer().compose($0, in: .day)
        }
    }

    private func instant(_ seconds: Int64, after onset: WallTime) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .seconds(seconds),
            wall: onset + .seconds(seconds)
        )
    }

    // MARK: - What comes over the bus

    func feedback(
        _ verb: Feedback.Verb,
        _ alertID: String,
        id: String = "f1",
        by actor: Actor = Actor(id: "op17", tier: .district),
        _ change: (inout Feedback) -> Void = { _ in }
    ) throws -> BusMessage {
        var feedback = Feedback(id: id, source: "urn:desk", verb, of: alertID, at: clock.wallNow(), by: actor)
        if verb == .evaluated { feedback.disposition = .confirmed }
        change(&feedback)
        let topic = try Self.require(BusTopic(subject: Self.subject, .feedback, alertID))
        return BusMessage(link: "bus", topic: topic, payload: feedback.encoded)
    }

    func command(
        _ word: String,
        id: String = "c1",
        at subject: String = DeskRig.subject,
        actor: String = "{\"id\":\"op17\",\"tier\":\"street\",\"unit\":\"s005\"}",
        expires: Int64 = 60,
        more: String = ""
    ) throws -> BusMessage {
        let text = """
            {"specversion":"1.0","id":"\(id)","source":"urn:desk","type":"org.neurond.command.\(word).v1","time":\
            "\(clock.wallNow())","expirytime":"\(clock.wallNow() + .seconds(expires))","data":{"actor":\(actor)\(more)}}
            """
        let topic = try Self.require(BusTopic(subject: subject, .command, word))
        return BusMessage(link: "bus", topic: topic, payload: Array(text.utf8))
    }

    /// What the desk answers to a message, and where.
    func answer(_ message: BusMessage) async throws -> (topic: String, event: ResultEvent) {
        let said = try Self.require(await desk.take(message).first { $0.topic.contains("/rsp/") })
        return (said.topic, try ResultEvent(decoding: said.payload))
    }

    func code(_ message: BusMessage) async throws -> Rejection.Code? { try await answer(message).event.data.code }

    func document(_ alertID: String) async throws -> AlertDocument {
        try AlertDocument(decoding: try Self.require(await outbox.document(alert: alertID)).state)
    }

    /// Types of all that is committed, oldest first.
    func types() async throws -> [String] {
        try await OutboxReader(path: folder.file("outbox.db")).page(limit: 10_000).alerts.map(\.type)
    }
}

private final class Confirmations: Sendable {
    private let taken = Mutex<[String]>([])

    var all: [String] { taken.withLock { $0 } }

    func take(_ ids: [String], _ link: String) { taken.withLock { $0 += ids.map { "\(link) \($0)" } } }
}
