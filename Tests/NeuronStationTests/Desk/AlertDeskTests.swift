import NeuronBus
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct AlertDeskTests {
    // MARK: - Documents

    @Test func `an alert that is committed has its document in the same commit, retained until it is closed`()
        async throws
    {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        let said = try await rig.desk.record(drafts)
        let alertID = drafts[0].alertID
        #expect(
            said.count == 2
                && said.allSatisfy { $0.topic == "nd/v1/\(DeskRig.subject)/alert/\(alertID)" && $0.isRetained }
        )
        let document = try await rig.document(alertID)
        #expect(document.workflow == .open && document.condition == .cleared && said[1].payload == document.encoded)
        let closing = await rig.desk.take(try rig.feedback(.evaluated, alertID))
        #expect(
            closing.count == 3 && closing[1].isRetained == false && closing[2].payload.isEmpty && closing[2].isRetained
        )
        await rig.outbox.close()
    }

    @Test func `the board shows what is open, and takes back what was closed while nobody could be told`() async throws
    {
        let rig = try await DeskRig()
        for seconds in [1, 2, 3] as [Int64] {
            rig.clock.pass(seconds)
            _ = try await rig.desk.record(try rig.incident())
        }
        let first = try await rig.desk.board(limit: 2)
        let closed = try #require(first.next)
        _ = await rig.desk.take(try rig.feedback(.evaluated, closed))
        let again = try await rig.desk.board(limit: 2)
        let rest = try await rig.desk.board(after: closed, limit: 2)
        // Three states of armed: two cameras and the box.
        #expect(again.publications.count == 5 && rest.publications.count == 1)
        #expect(again.publications[1].payload.isEmpty && !rest.publications[0].payload.isEmpty)
        let end = try await rig.desk.board(after: try #require(rest.next))
        #expect(end.publications.isEmpty && end.next == nil)
        await rig.outbox.close()
    }

    @Test
    func `alerts climb from the reload on that brings the first broker, and those from before go on as they were`()
        async throws
    {
        let read = { (sinks: String) throws in
            try ConfigurationReader.read(text: "cameras: []\nsinks: [\(sinks)]\n", environment: [:])
        }
        let (before, after) = (try read("{type: stdout}"), try read("{type: mqtt, url: \"mqtt://127.0.0.1\"}"))
        let rig = try await DeskRig(policy: before.actedPolicy)
        let first = try rig.incident()[0]
        _ = try await rig.desk.record([first])
        await rig.desk.change(to: rig.desk.site, policy: after.actedPolicy, trustedSwitches: [])
        rig.clock.pass(1)
        let second = try rig.incident()[0]
        _ = try await rig.desk.record([second])
        #expect(try await !rig.document(first.alertID).policy.isEnabled)
        #expect(try await rig.document(second.alertID).policy.isEnabled)
        rig.clock.pass(3600)
        #expect(await rig.desk.tick().isEmpty == false)
        #expect(try await rig.document(first.alertID).escalations == 0)
        #expect(try await rig.document(second.alertID).escalations > 0)
        await rig.outbox.close()
    }

    @Test func `a box that does not keep up is no matter for a desk`() async throws {
        let rig = try await DeskRig()
        var overload = CameraOverload()
        let now = CameraLink.Instant(monotonic: MonotonicTime(nanoseconds: 0), wall: rig.clock.wallNow())
        let degraded = overload.degrade(lag: .seconds(2), priority: 5, at: now)
        let transition = try #require(degraded)
        #expect(try await rig.desk.record([DeskRig.composer().compose(transition)]).isEmpty)
        await rig.outbox.close()
    }

    @Test func `when too many are open the oldest is given up, and its document says so`() async throws {
        let rig = try await DeskRig(mostOpen: 2)
        var ids: [String] = []
        for _ in 0..<4 {
            rig.clock.pass(20)
            let drafts = try rig.incident()
            ids.append(drafts[0].alertID)
            _ = try await rig.desk.record(drafts)
        }
        let documents = try await [rig.document(ids[0]), rig.document(ids[1]), rig.document(ids[2])]
        #expect(documents.map(\.workflow) == [.closed, .closed, .open])
        #expect(documents[0].evaluatedBy == "neurond" && documents[0].disposition == .unknown)
        await rig.outbox.close()
    }

    // MARK: - Feedback

    @Test func `feedback that comes twice has one effect, and the second gets the same answer`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let message = try rig.feedback(.acknowledged, drafts[0].alertID)
        let first = await rig.desk.take(message)
        rig.clock.pass(30)
        let second = await rig.desk.take(message)
        #expect(first.count == 2 && second.count == 1 && first[0] == second[0])
        #expect(first[0].topic == "nd/v1/\(DeskRig.subject)/rsp/f1")
        let answer = try ResultEvent(decoding: first[0].payload)
        #expect(answer.type == "org.neurond.result.accepted.v1" && answer.causationid == "f1")
        #expect(answer.data.alert?.workflow == .acknowledged && answer.data.alert?.revision == 3)
        #expect(try await rig.document(drafts[0].alertID).revision == 3)
        let figures = await rig.desk.figures
        #expect(figures.repeated == 1 && figures.taken == 2)
        await rig.outbox.close()
    }

    @Test func `a repeat finds its answer after a restart, too late or not`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let expiry = rig.clock.wallNow() + .seconds(60)
        let message = try rig.feedback(.acknowledged, drafts[0].alertID) { $0.expiry = expiry }
        let first = await rig.desk.take(message)
        await rig.outbox.close()
        rig.clock.pass(3600)
        let later = try await DeskRig(on: rig)
        #expect(await later.desk.take(message) == [first[0]])
        let other = try later.feedback(.handled, drafts[0].alertID, id: "f2") { $0.expiry = expiry }
        #expect(try await later.code(other) == .expired)
        await later.outbox.close()
    }

    @Test func `what can't be done is answered with the reason and changes nothing`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let alertID = drafts[0].alertID
        let before = try await rig.document(alertID)
        #expect(try await rig.code(rig.feedback(.handled, "01UNKNOWN", id: "a")) == .unknownAlert)
        #expect(try await rig.code(rig.feedback(.handled, alertID, id: "b") { $0.ifRevision = 9 }) == .staleRevision)
        let stranger = Actor(id: "op", tier: .street, unit: "s006")
        #expect(try await rig.code(rig.feedback(.handled, alertID, id: "c", by: stranger)) == .wrongUnit)
        let away = try rig.feedback(.handled, alertID, id: "d") {
            $0.responseTopic = "nd/v1/d310104/s005/c012/g031/cam0042/cmd/arm"
        }
        let refused = try await rig.answer(away)
        #expect(refused.event.data.code == .foreignResponseTopic && refused.topic == "nd/v1/\(DeskRig.subject)/rsp/d")
        var elsewhere = try rig.feedback(.handled, alertID, id: "e")
        elsewhere.topic = try #require(BusTopic(subject: "d310104/s005/c012/g031/cam0043", .feedback, alertID))
        #expect(try await rig.code(elsewhere) == .unknownAlert)
        elsewhere.topic = try #require(BusTopic(subject: DeskRig.subject, .feedback, "other"))
        #expect(try await rig.code(elsewhere) == .wrongSchema)
        elsewhere.topic = try #require(BusTopic(subject: DeskRig.subject, .command, "arm"))
        #expect(try await rig.code(elsewhere) == .wrongSchema)
        #expect(try await rig.document(alertID) == before)
        await rig.outbox.close()
    }

    @Test
    func `a message that was refused for its shape may come again corrected, and one that can't be named is counted`()
        async throws
    {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let good = try rig.feedback(.handled, drafts[0].alertID)
        var bad = good
        let text = String(decoding: good.payload, as: UTF8.self)
        bad.payload = Array(text.replacing("\"district\"", with: "\"city\"").utf8)
        #expect(try await rig.code(bad) == .wrongSchema)
        #expect(try await rig.code(good) == nil)
        for bytes in [Array("not json".utf8), [0xFF, 0xFE], [], Array(String(repeating: "[", count: 60_000).utf8)] {
            bad.payload = bytes
            #expect(await rig.desk.take(bad).isEmpty)
        }
        #expect(await rig.desk.figures.refused == [.wrongSchema: 1, .malformed: 4])
        await rig.outbox.close()
    }

    @Test(arguments: UInt64(1)...6)
    func `feedback in any order, doubled, and with restarts in between has each effect once`(seed: UInt64) async throws
    {
        var random = SplitMix(seed: seed)
        var outcomes: Set<AlertDocument> = []
        for _ in 0..<4 {
            var rig = try await DeskRig()
            let drafts = try rig.incident()
            _ = try await rig.desk.record(drafts)
            let said = try [Feedback.Verb.acknowledged, .dispatched, .handled, .evaluated].enumerated().map {
                index,
                verb in
                try rig.feedback(verb, drafts[0].alertID, id: "f\(index)") {
                    $0.time = DeskRig.onset + .seconds(Int64(index))
                }
            }
            rig.clock.pass(60)
            var answers: [String: [UInt8]] = [:]
            for message in (said + said + said).shuffled(using: &random) {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    await rig.outbox.close()
                    rig = try await DeskRig(on: rig)
                }
                let answer = try #require(await rig.desk.take(message).first)
                #expect(answers.updateValue(answer.payload, forKey: answer.topic) ?? answer.payload == answer.payload)
            }
            var document = try await rig.document(drafts[0].alertID)
            document.revision = 0
            outcomes.insert(document)
            await rig.outbox.close()
        }
        #expect(outcomes.count == 1 && outcomes.first?.workflow == .closed, "seed \(seed)")
    }

    @Test func `a flood of nonsense is counted, and the desk goes on`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let good = try rig.feedback(.acknowledged, drafts[0].alertID)
        var random = SplitMix(seed: 11)
        for number in 0..<3000 {
            var message = good
            switch number % 3 {
            case 0: message.payload = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            case 1: message.payload = Array(String(repeating: "{\"a\":", count: 5000).utf8)
            default: message.payload = try rig.feedback(.handled, "UNKNOWN\(number)", id: "n\(number)").payload
            }
            _ = await rig.desk.take(message)
        }
        let refused = await rig.desk.figures.refused
        #expect(refused.values.reduce(0, +) == 3000 && refused[.malformed] == 2000)
        #expect(try await rig.code(good) == nil)
        await rig.outbox.close()
    }

    @Test func `a receipt is handed on and answered only where an answer is asked for`() async throws {
        let rig = try await DeskRig()
        var receipt = try rig.feedback(.received, "any") { $0.eventIDs = ["E1", "E2"] }
        #expect(await rig.desk.take(receipt).isEmpty)
        #expect(rig.receipts == ["bus E1", "bus E2"])
        receipt.responseTopic = "nd/v1/d310104/s005/_/_/desk/rsp/x"
        #expect(try await rig.answer(receipt).topic == "nd/v1/d310104/s005/_/_/desk/rsp/x")
        await rig.outbox.close()
    }

    // MARK: - Deadlines

    @Test func `deadlines that pass become events in the outbox, once`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        rig.clock.pass(119)
        #expect(await rig.desk.tick().isEmpty)
        rig.clock.pass(1)
        #expect(await rig.desk.tick().count == 1)
        #expect(await rig.desk.tick().isEmpty)
        rig.clock.pass(1320)
        #expect(await rig.desk.tick().count == 1)
        let escalations = try await rig.types().filter { $0 == EscalationComposer.type }
        // Community, street, district, and overdue there.
        #expect(escalations.count == 4)
        let figures = await rig.desk.figures
        #expect(figures.tiers[.district]?.open == 1 && figures.tiers[.district]?.overdue == 1)
        #expect(figures.tiers[.grid]?.open == 0)
        await rig.outbox.close()
    }

    @Test func `deadlines that passed while the daemon was away are recorded at its start, in order`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        await rig.outbox.close()
        rig.clock.pass(500)
        let later = try await DeskRig(on: rig)
        #expect(await later.desk.tick().count == 1)
        #expect(try await later.document(drafts[0].alertID).tier == .street)
        #expect(try await later.types().filter { $0 == EscalationComposer.type }.count == 2)
        await later.outbox.close()
    }

    @Test func `setting the clock moves no deadline of an open alert, and a restart then tells none twice`()
        async throws
    {
        for step in [-3600, 86_400] as [Int64] {
            let rig = try await DeskRig()
            let drafts = try rig.incident()
            _ = try await rig.desk.record(drafts)
            rig.clock.step(step)
            rig.clock.pass(119)
            #expect(await rig.desk.tick().isEmpty, "early after a step of \(step) s")
            rig.clock.pass(1)
            #expect(await rig.desk.tick().count == 1, "late after a step of \(step) s")
            await rig.outbox.close()
            let later = try await DeskRig(on: rig)
            _ = await later.desk.tick()
            let tier = try await later.document(drafts[0].alertID).tier
            // A step forward that nobody saw can't be told from time that passed.
            #expect(tier == (step < 0 ? .community : .district))
            let ids = try await OutboxReader(path: later.folder.file("outbox.db")).page(limit: 100).alerts.map(\.id)
            #expect(Set(ids).count == ids.count)
            await later.outbox.close()
        }
    }

    // MARK: - Figures

    @Test func `the figures say who answered in time and which rule cries wolf, also after a restart`() async throws {
        let rig = try await DeskRig()
        for (index, disposition) in [AlertDocument.Disposition.confirmed, .falseAlarm, .nuisance, .test].enumerated() {
            rig.clock.pass(1000)
            let alert = try rig.incident("motion")
            _ = try await rig.desk.record(alert)
            rig.clock.pass(index == 0 ? 60 : 119)
            _ = await rig.desk.take(try rig.feedback(.acknowledged, alert[0].alertID, id: "a\(index)"))
            let closing = try rig.feedback(.evaluated, alert[0].alertID, id: "e\(index)") {
                $0.disposition = disposition
            }
            _ = await rig.desk.take(closing)
        }
        let figures = await rig.desk.figures
        #expect(figures.tiers[.grid]?.acknowledgedInTime == 4 && figures.tiers[.grid]?.open == 0)
        #expect(figures.rules["cam0042/motion/gate"]?.judged == 3)
        #expect(figures.rules["cam0042/motion/gate"]?.falseAlarmRatio == 2.0 / 3)
        await rig.outbox.close()
        let later = try await DeskRig(on: rig)
        let counted = await later.desk.figures
        #expect(counted.rules == figures.rules && counted.tiers[.grid] == figures.tiers[.grid])
        await later.outbox.close()
    }

    @Test func `the figures count what is kept: what the outbox has forgotten counts no more`() async throws {
        let rig = try await DeskRig()
        let alerts = try [rig.incident("motion"), rig.incident("camera")]
        for alert in alerts { _ = try await rig.desk.record(alert) }
        rig.clock.pass(60)
        _ = await rig.desk.take(try rig.feedback(.handled, alerts[0][0].alertID, id: "1"))
        _ = await rig.desk.take(try rig.feedback(.evaluated, alerts[0][0].alertID, id: "2"))
        let figures = await rig.desk.figures
        #expect(figures.tiers[.grid]?.handledInTime == 1 && figures.rules["cam0042/motion/gate"]?.judged == 1)
        #expect(figures.open == 1 && figures.unanswered == 1)
        rig.clock.pass(8 * 86_400)
        try await rig.outbox.maintain()
        _ = await rig.desk.tick()
        let counted = await rig.desk.figures
        #expect(counted.tiers[.grid]?.handledInTime == 0 && counted.rules.isEmpty)
        #expect(counted.open == 1 && counted.unanswered == 1)
        await rig.outbox.close()
        let later = try await DeskRig(on: rig)
        let again = await later.desk.figures
        #expect(again.rules == counted.rules && again.open == 1 && again.unanswered == 1)
        await later.outbox.close()
    }
}
