import Foundation
import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// `neurond alerts` as its users run it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct AlertsCommandTests {
    private func run(_ rig: DeskRig, _ arguments: String...) throws -> NeurondProcess.Result {
        try NeurondProcess.run(["alerts"] + arguments + ["--state", rig.folder.path])
    }

    private func text(_ result: NeurondProcess.Result) -> [String] {
        result.lines.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A desk with two alerts; the ids.
    private func alerts() async throws -> (rig: DeskRig, ids: [String]) {
        let rig = try await DeskRig()
        var ids: [String] = []
        for kind in ["camera", "motion"] {
            let drafts = try rig.incident(kind)
            _ = try await rig.desk.record(drafts)
            ids.append(drafts[0].alertID)
            rig.clock.pass(5)
        }
        return (rig, ids)
    }

    @Test func `an alert is found by the end of its id, answered and closed where no daemon runs`() async throws {
        let (rig, ids) = try await alerts()
        await rig.outbox.close()
        #expect(text(try run(rig, "list")).map { String($0.prefix(26)) } == ids)
        let end = String(ids[0].suffix(6))
        let acknowledged = try run(
            rig,
            "ack",
            end.lowercased(),
            "--as",
            "anna",
            "--tier",
            "district",
            "--note",
            "on my way"
        )
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        #expect(text(acknowledged) == ["\(ids[0]) acknowledged at the grid desk, revision 3"])
        let shown = text(try run(rig, "show", end))
        #expect(
            shown.contains { $0.hasPrefix("acknowledged") && $0.hasSuffix("anna (district): on my way") },
            "\(shown)"
        )
        let dispatch = try run(rig, "dispatch", end, "--tier", "district", "--to", "patrol 3", "--json")
        #expect(try dispatch.values("data", "alert", "workflow") == ["dispatched"])
        #expect(try run(rig, "handle", end, "--tier", "district").status == 0)
        let closed = try run(rig, "close", end, "--tier", "district", "--disposition", "falseAlarm", "--cause", "storm")
        #expect(closed.status == 0 && text(closed)[0].contains(" closed at the grid desk"))
        #expect(text(try run(rig, "list")).count == 1)
        #expect(text(try run(rig, "list", "--all")).count == 2)
        #expect(try run(rig, "list", "--all", "--json").values("disposition") == ["falseAlarm", "<null>"])
        let reopened = try run(rig, "reopen", end, "--tier", "district")
        #expect(text(reopened)[0].contains(" open at the district desk"), "\(reopened.errors)")
        let events = try run(rig, "show", end, "--json")
        #expect(try events.values("type") == ["nil", "org.neurond.camera.lost.v1", "org.neurond.camera.recovered.v1"])
    }

    @Test func `an alert that has climbed is answered for the desk that has it, unless another one is named`()
        async throws
    {
        let (rig, ids) = try await alerts()
        rig.clock.pass(130)
        _ = await rig.desk.tick()
        await rig.outbox.close()
        let below = try run(rig, "ack", ids[0], "--tier", "grid")
        #expect(below.status == 65 && below.errors.contains("the grid desk no longer decides"), "\(below.errors)")
        let taken = try run(rig, "ack", ids[0], "--as", "anna")
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(text(try run(rig, "show", ids[0])).contains { $0.hasSuffix("anna (community)") })
    }

    @Test func `the sinks of the outbox keep what they still have to deliver`() async throws {
        let (rig, ids) = try await alerts()
        await rig.outbox.close()
        #expect(try run(rig, "ack", ids[0], "--tier", "district").status == 0)
        let later = try await DeskRig(on: rig)
        #expect(try await later.outbox.pending(for: "bus", limit: 100).count == 4)
        await later.outbox.close()
    }

    @Test func `beside a running daemon its socket is used, and without one the lock is respected`() async throws {
        let (rig, ids) = try await alerts()
        let locked = try run(rig, "ack", ids[0])
        #expect(locked.status == 69 && locked.errors.contains("does not listen"), "\(locked.errors)")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let socket = try ControlSocket(path: rig.folder.file(ControlSocket.name), logger: logger) { line in
            await rig.desk.judge(line, at: nil, over: "control").answer ?? []
        }
        socket.start()
        // On a thread of its own: a test that waits here would hold one of those that the desk runs on.
        let acknowledged: NeurondProcess.Result = try await withCheckedThrowingContinuation { test in
            _ = DedicatedThread(name: "ack") {
                test.resume(with: Result { try run(rig, "ack", ids[0], "--tier", "district") })
            }
        }
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        #expect(try await rig.document(ids[0]).workflow == .acknowledged)
        socket.stop()
        await rig.outbox.close()
    }

    @Test func `what can't be done is said in a sentence, with an exit code`() async throws {
        let (rig, ids) = try await alerts()
        await rig.outbox.close()
        let unknown = try run(rig, "ack", "ZZZZ")
        #expect(unknown.status == 66 && unknown.errors.contains("No alert"))
        let common = String(ids[0].prefix(6))
        let ambiguous = try run(rig, "ack", common)
        #expect(ambiguous.status == 64 && ambiguous.errors.contains("2 alerts are called"), "\(ambiguous.errors)")
        let stale = try run(rig, "ack", ids[0], "--tier", "district", "--if-revision", "9")
        #expect(stale.status == 65 && stale.errors.contains("revision 9"), "\(stale.errors)")
        let open = try run(rig, "reopen", ids[0], "--tier", "district", "--json")
        #expect(open.status == 65)
        #expect(try open.values("data", "code") == ["illegalTransition"])
        #expect(try run(rig, "close", ids[0]).status == 64)
        let nowhere = try NeurondProcess.run(["alerts", "list", "--state", rig.folder.file("nothing")])
        #expect(nowhere.status == 66)
    }
}
