import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// What the console is told, from a desk and its outbox.
@Suite(.timeLimit(.minutes(10))) struct StationFeedTests {
    private func feed(_ rig: DeskRig) -> StationFeed {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = Configuration(stateDirectory: rig.folder.path, sinks: [])
        let exchange = AlertExchange(
            configuration,
            sinks: [],
            outbox: rig.outbox,
            clock: rig.clock,
            logger: logger,
            desk: rig.desk
        )
        let service = ExchangeService(exchange, outbox: rig.outbox, clock: rig.clock, logger: logger) { 0 }
        return StationFeed(
            configuration,
            file: nil,
            board: StationBoard(),
            outbox: rig.outbox,
            service,
            clock: rig.clock
        )
    }

    /// Alerts that begin some seconds apart and go on; their ids, the latest first.
    private func alerts(_ count: Int, _ rig: DeskRig) async throws -> [String] {
        var ids: [String] = []
        for _ in 0..<count {
            rig.clock.pass(5)
            let start = try rig.incident()[0]
            _ = try await rig.desk.record([start])
            ids.insert(start.alertID, at: 0)
        }
        return ids
    }

    // MARK: - Answers

    @Test func `an alert that has climbed is answered for the desk that has it, unless another one is named`()
        async throws
    {
        let rig = try await DeskRig()
        let (feed, ids) = (feed(rig), try await alerts(1, rig))
        rig.clock.pass(130)
        _ = await rig.desk.tick()
        var action = AlertAction(.ack, by: "anna")
        action.tier = "grid"
        let refused = action
        let problem = await #expect(throws: ConsoleProblem.self) { try await feed.act(refused, on: ids[0]) }
        #expect(problem?.code == .conflict)
        rig.clock.pass(1)
        action.tier = nil
        #expect(try await feed.act(action, on: ids[0]).workflow == "acknowledged")
        #expect(try await rig.document(ids[0]).acts.acknowledged?.tier == .community)
        action.tier = "city"
        let unknown = action
        let other = await #expect(throws: ConsoleProblem.self) { try await feed.act(unknown, on: ids[0]) }
        #expect(other?.code == .badRequest)
        await rig.outbox.close()
    }

    // MARK: - The box

    @Test func `what is open, what nobody has answered and what goes on are three numbers`() async throws {
        let rig = try await DeskRig()
        let (feed, ids) = (feed(rig), try await alerts(2, rig))
        _ = try await rig.desk.record(rig.incident("motion"))
        #expect(try await feed.box().alerts == .init(open: 3, unanswered: 3, goingOn: 2))
        _ = try await feed.act(AlertAction(.ack, by: "anna"), on: ids[0])
        #expect(try await feed.box().alerts == .init(open: 3, unanswered: 2, goingOn: 2))
        var closing = AlertAction(.close, by: "anna")
        closing.disposition = "test"
        for id in ids {
            _ = try await feed.act(closing, on: id)
            rig.clock.pass(1)
        }
        #expect(try await feed.box().alerts == .init(open: 1, unanswered: 1, goingOn: 2))
        var question = AlertQuestion()
        question.state = .open
        #expect(try await feed.alerts(question).alerts.count == 1)
        await rig.outbox.close()
    }

    @Test func `a sink that takes nothing is failing with the reason, until it takes something`() async throws {
        let rig = try await DeskRig()
        let feed = feed(rig)
        _ = try await alerts(1, rig)
        let meter = feed.exchange.now.meter
        #expect(try await feed.box().sinks.map(\.state) == ["writing"])
        meter.noteFailure(of: "bus", because: "No space left on device.")
        let failing = try #require(try await feed.box().sinks.first)
        #expect(failing.state == "failing" && failing.lastFailure == "No space left on device.")
        let pace = DeliveryPace(batchSize: 4, keepsOrder: true)
        let batch = try await rig.outbox.next(for: "bus", pace: pace)
        meter.note(try await rig.outbox.record(.all(batch.alerts), of: batch, for: "bus", pace: pace), of: "bus")
        _ = try await alerts(1, rig)
        let again = try #require(try await feed.box().sinks.first)
        #expect(again.state == "writing" && again.lastFailure == nil && again.pending == 1)
        await rig.outbox.close()
    }

    // MARK: - Pages

    @Test func `pages hold every alert once, the latest first, and nothing else`() async throws {
        let rig = try await DeskRig()
        let (feed, ids) = (feed(rig), try await alerts(5, rig))
        // Who is disarmed is kept among the documents and is no alert.
        _ = await rig.desk.take(try rig.command("disarm"))
        var question = AlertQuestion()
        question.limit = 2
        var pages: [[String]] = []
        repeat {
            let page = try await feed.alerts(question)
            pages.append(page.alerts.map(\.id))
            question.before = page.next
        } while question.before != nil
        #expect(pages == [[ids[0], ids[1]], [ids[2], ids[3]], [ids[4]]])
        await rig.outbox.close()
    }

    @Test func `a question for a camera, a state or a time finds these alone`() async throws {
        let rig = try await DeskRig()
        let (feed, ids) = (feed(rig), try await alerts(4, rig))
        func found(_ change: (inout AlertQuestion) -> Void) async throws -> [String] {
            var question = AlertQuestion()
            change(&question)
            return try await feed.alerts(question).alerts.map(\.id)
        }
        _ = await rig.desk.take(try rig.feedback(.evaluated, ids[1]))
        #expect(try await found { $0.state = .closed } == [ids[1]])
        #expect(try await found { $0.state = .open } == [ids[0], ids[2], ids[3]])
        #expect(try await found { $0.camera = "cam0043" }.isEmpty)
        #expect(try await found { $0.kind = "camera" } == ids)
        // They began 5, 10, 15 and 20 s after the clock's start; both ends belong to what is asked for.
        #expect(
            try await found {
                ($0.from, $0.to) = (DeskRig.onset + .seconds(10), DeskRig.onset + .seconds(15))
            } == [ids[1], ids[2]]
        )
        await rig.outbox.close()
    }

    // MARK: - Followers

    @Test func `a follower hears of events and of what becomes of them, each once`() async throws {
        let rig = try await DeskRig()
        let feed = feed(rig)
        var cursor = try await feed.events(after: nil)
        #expect(try await cursor.next()?.words == [])
        let ids = try await alerts(1, rig)
        var heard: [String] = []
        while heard.count < 2 { heard += try #require(try await cursor.next()).words }
        #expect(heard == ["alert 1", "workflow open"])
        _ = try await feed.act(AlertAction(.ack, by: "anna"), on: ids[0])
        while heard.count < 3 { heard += try #require(try await cursor.next()).words }
        #expect(heard.last == "workflow acknowledged")
        var late = try await feed.events(after: 0)
        #expect(try await late.next()?.words == ["alert 1"])
        // A place of an outbox before this one is none.
        var lost = try await feed.events(after: 99)
        #expect(try await lost.next()?.words == [])
        await rig.outbox.close()
    }

    @Test func `a burst of commits makes a follower look at the cameras once`() async throws {
        let rig = try await DeskRig()
        let (feed, camera) = (feed(rig), CountedCamera())
        feed.board.add(camera)
        var cursor = try await feed.events(after: nil)
        #expect(try await cursor.next()?.words == [])
        for kind in ["camera", "motion"] {
            _ = try await rig.desk.record(rig.incident(kind))
            _ = try await cursor.next()
        }
        #expect(camera.looks == 1)
        rig.clock.pass(1)
        _ = try await cursor.next()
        #expect(camera.looks == 2)
        await rig.outbox.close()
    }

    @Test func `how a camera fares is known without the outbox, and its alerts are asked for twice a second`()
        async throws
    {
        let rig = try await DeskRig()
        let (feed, camera) = (feed(rig), CountedCamera())
        feed.board.add(camera)
        #expect(try await feed.camera(camera.id)?.openAlerts == [])
        await rig.outbox.close()
        #expect(feed.state(of: camera.id) == .starting && feed.state(of: SensorID(sanitising: "other")) == nil)
        // What was found a moment ago is still known, and later it is not.
        #expect(try await feed.cameras().map(\.id) == [camera.id])
        rig.clock.pass(1)
        await #expect(throws: (any Error).self) { try await feed.camera(camera.id) }
    }

    @Test func `the stream of a follower that has missed changes ends, after what there still is`() async throws {
        let rig = try await DeskRig()
        let (feed, ids) = (feed(rig), try await alerts(1, rig))
        let document = try await rig.document(ids[0])
        var (slow, quick) = (try await feed.events(after: nil), try await feed.events(after: nil))
        for _ in 0..<DeskNews.most { rig.desk.news.post(document) }
        #expect(try await quick.next()?.count == DeskNews.most)
        rig.desk.news.post(document)
        #expect(try await slow.next()?.count == DeskNews.most)
        #expect(try await slow.next() == nil)
        #expect(try await quick.next()?.count == 1)
        await rig.outbox.close()
    }
}

extension [ConsoleEvent] {
    /// Each in a word or two.
    fileprivate var words: [String] {
        map { event in
            switch event {
            case .alert(let row, _): "alert \(row)"
            case .camera(let camera): "camera \(camera.id)"
            case .workflow(let line):
                "workflow \((try? AlertDocument(decoding: line))?.workflow.rawValue ?? "that cannot be read")"
            }
        }
    }
}

/// A camera that counts who looks at it.
private final class CountedCamera: BoardCamera {
    let id = SensorID(sanitising: "cam0042")
    private let count = Mutex(0)

    var looks: Int { count.withLock { $0 } }

    func snapshot() -> CameraSnapshot {
        count.withLock { $0 += 1 }
        let configuration = CameraConfiguration(id: id, source: SourceAddress("rtsp://127.0.0.1/x"))
        return CameraBulletin().snapshot(of: CameraDescription(configuration))
    }

    func tuning(since time: WallTime?) -> TuningReport { TuningReport(rules: [], samples: []) }
}
