import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct DeskCommandTests {
    @Test func `a disarmed camera tells no motion but everything else, and stays so over a restart`() async throws {
        let rig = try await DeskRig()
        let begun = try rig.incident("motion")
        _ = try await rig.desk.record([begun[0]])
        let answer = try await rig.answer(rig.command("disarm"))
        #expect(answer.event.data.armed == false && answer.topic == "nd/v1/\(DeskRig.subject)/rsp/c1")
        // What was told before goes on to its end.
        _ = try await rig.desk.record([begun[1]])
        rig.clock.pass(10)
        _ = try await rig.desk.record(try rig.incident("motion"))
        _ = try await rig.desk.record(try rig.incident("camera"))
        let types = ["motion.started", "motion.ended", "camera.lost", "camera.recovered"].map { "org.neurond.\($0).v1" }
        #expect(try await rig.types() == types)
        await rig.outbox.close()

        let later = try await DeskRig(on: rig)
        later.clock.pass(10)
        let silent = try later.incident("motion")
        _ = try await later.desk.record([silent[0]])
        let states = await later.desk.take(try later.command("arm", id: "c2"))
        let on = states.filter { $0.topic.hasSuffix("state/armed") && $0.payload == Array("ON".utf8) && $0.isRetained }
        #expect(on.count == 3)
        // The start was not told, so the end is not either.
        _ = try await later.desk.record([silent[1]])
        #expect(try await later.types() == types)
        later.clock.pass(10)
        _ = try await later.desk.record(try later.incident("motion"))
        #expect(try await later.types().count == 6)
        await later.outbox.close()
    }

    @Test func `a command to the box is meant for all its cameras`() async throws {
        let rig = try await DeskRig()
        let box = "d310104/s005/c012/g031/box-0007"
        let said = await rig.desk.take(try rig.command("disarm", at: box))
        #expect(said.filter { $0.topic.hasSuffix("state/armed") && $0.payload == Array("OFF".utf8) }.count == 3)
        #expect(said.contains { $0.topic == "nd/v1/\(box)/state/armed" })
        await rig.outbox.close()
    }

    @Test func `a command that is late, foreign, misplaced or impossible is refused and answered`() async throws {
        let rig = try await DeskRig()
        let late = try rig.command("arm", id: "a", expires: -1)
        #expect(try await rig.code(late) == .expired)
        let desk = "{\"id\":\"x\",\"tier\":\"street\",\"unit\":\"s006\"}"
        #expect(try await rig.code(rig.command("arm", id: "b", actor: desk)) == .wrongUnit)
        let nowhere = "d310104/s005/c012/g031/cam9999"
        #expect(try await rig.code(rig.command("arm", id: "c", at: nowhere)) == .unknownTarget)
        #expect(try await rig.code(rig.command("snapshot", id: "d")) == .unavailable)
        var other = try rig.command("arm", id: "e")
        other.topic = try #require(BusTopic(subject: DeskRig.subject, .command, "disarm"))
        #expect(try await rig.code(other) == .wrongSchema)
        let foreign = ",\"responseTopic\":\"nd/v1/d310104/s006/_/_/x/rsp/y\""
        #expect(try await rig.code(rig.command("arm", id: "f", more: foreign)) == .foreignResponseTopic)
        #expect(await rig.desk.figures.refused.values.reduce(0, +) == 6)
        await rig.outbox.close()
    }

    /// A camera that has one picture, and one that has none.
    private struct OnePicture: LivePictureSource {
        let picture = LivePicture(
            jpeg: [0xFF, 0xD8, 0xFF, 0xD9],
            takenAt: DeskRig.onset,
            size: FrameSize(width: 640, height: 360)
        )

        func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture? {
            camera.rawValue == "cam0042" && !annotated ? picture : nil
        }

        func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture> { AsyncStream { $0.finish() } }
    }

    @Test func `a snapshot is answered, and its picture said once at a place of its own`() async throws {
        let rig = try await DeskRig(pictures: OnePicture())
        let said = await rig.desk.take(try rig.command("snapshot"))
        try #require(said.count == 2)
        let snapshot = try #require(try ResultEvent(decoding: said[0].payload).data.snapshot)
        #expect(said[1].topic == snapshot.topic && snapshot.topic == "nd/v1/\(DeskRig.subject)/snapshot/c1")
        #expect(said[1].payload == [0xFF, 0xD8, 0xFF, 0xD9] && said[1].contentType == "image/jpeg")
        #expect(!said[1].isRetained && snapshot.bytes == 4 && snapshot.width == 640 && snapshot.height == 360)
        #expect(snapshot.sha256 == "32461d5bd1773012acef0ba15636752949bd7c2ce50f9172159d9f56cf0dd9af")
        #expect(snapshot.takenAt == DeskRig.onset.wholeMilliseconds.description)
        // The same command again: the answer, and no second picture.
        #expect(await rig.desk.take(try rig.command("snapshot")) == [said[0]])
        #expect(try await rig.code(rig.command("snapshot", id: "c2")) == .unavailable)
        rig.clock.pass(2)
        #expect(await rig.desk.take(try rig.command("snapshot", id: "c3")).count == 2)
        let (silent, box) = ("d310104/s005/c012/g031/cam0043", "d310104/s005/c012/g031/box-0007")
        #expect(try await rig.code(rig.command("snapshot", id: "c4", at: silent)) == .unavailable)
        #expect(try await rig.code(rig.command("snapshot", id: "c5", at: box)) == .unknownTarget)
        await rig.outbox.close()
    }

    @Test func `a replay sends the same bytes again, to a place of its own, and says what is missing`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident()
        _ = try await rig.desk.record(drafts)
        let first = "\"fromSequence\":\"0001-00000000000000000001\""
        let said = await rig.desk.take(try rig.command("replay", more: ",\(first)"))
        let committed = try await OutboxReader(path: rig.folder.file("outbox.db")).page(limit: 10).alerts
        #expect(said.dropFirst().map(\.payload) == committed.map(\.body))
        #expect(said.dropFirst().allSatisfy { $0.topic == "nd/v1/\(DeskRig.subject)/replay/c1" && !$0.isRetained })
        let answer = try ResultEvent(decoding: said[0].payload)
        #expect(answer.data.replay?.events == 2 && answer.data.replay?.missing == [])
        // The same command again: the answer, and nothing else.
        #expect(await rig.desk.take(try rig.command("replay", more: ",\(first)")) == [said[0]])
        let times = ",\"fromTime\":\"\(rig.clock.wallNow() + .seconds(5))\""
        let late = try await rig.answer(rig.command("replay", id: "c2", more: times))
        #expect(late.event.data.replay?.events == 1)
        let huge = ",\"fromSequence\":\"0001-99999999999999999999\""
        #expect(try await rig.code(rig.command("replay", id: "c3", more: huge)) == .wrongSchema)
        await rig.outbox.close()
    }

    @Test func `a bare switch is believed only over a link that is trusted`() async throws {
        let rig = try await DeskRig(trusted: ["home"])
        let topic = try #require(BusTopic(subject: DeskRig.subject, .command, "armed"))
        #expect(await rig.desk.take(BusMessage(link: "bus", topic: topic, payload: Array("OFF".utf8))).isEmpty)
        let said = await rig.desk.take(BusMessage(link: "home", topic: topic, payload: Array("OFF".utf8)))
        #expect(said.contains { $0.topic == "nd/v1/\(DeskRig.subject)/state/armed" && $0.payload == Array("OFF".utf8) })
        #expect(await rig.desk.take(BusMessage(link: "home", topic: topic, payload: Array("MAYBE".utf8))).isEmpty)
        await rig.outbox.close()
    }
}
