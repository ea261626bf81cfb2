import NeuronCore
import NeuronTestSupport
import Testing

/// The daemon and `neurond alerts` together: what an operator at the box sees.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ClosedLoopTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A daemon whose only camera is lost at once, and whose alerts climb after a second.
    private func daemon() throws -> NeurondProcess {
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: dead, source: "rtsp://127.0.0.1:9/x", lostAfter: 100ms}
            escalation: {enabled: true, community: 1s, street: 10m, district: 20m}
            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    private func alerts(_ arguments: String...) throws -> NeurondProcess.Result {
        try NeurondProcess.run(["alerts"] + arguments + ["--state", folder.file("state")])
    }

    @Test func `an alert climbs, is answered beside the daemon, and stays answered when the daemon is killed`()
        async throws
    {
        let daemon = try daemon()
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("feedback.escalated") }, "\(daemon.errors)")
        let listed = try alerts("list", "--json")
        #expect(try listed.values("tier") == ["community"])
        let id = try #require(try listed.values("alertId").first)
        let late = try alerts("ack", id, "--tier", "grid")
        #expect(late.status == 65 && late.errors.contains("the grid desk no longer decides"), "\(late.errors)")
        let taken = try alerts("ack", id, "--as", "anna", "--tier", "street")
        #expect(taken.status == 0, "\(taken.errors)")
        daemon.kill()
        #expect(try alerts("list", "--json").values("ackedBy") == ["anna"])

        let next = try self.daemon()
        #expect(await next.waits(upTo: 60) { $0.hasPrinted("camera.lost") }, "\(next.errors)")
        // The loss that the kill left open is over, and still to be dealt with.
        #expect(try alerts("list", "--json").values("condition") == ["cleared", "active"])
        #expect(try alerts("close", id, "--tier", "street", "--disposition", "test").status == 0)
        #expect(try alerts("list", "--json").lines.count == 1)
        let result = next.stop()
        #expect(result.status == 0, "\(result.errors)")
        let lines = try TemporaryDirectory.read(folder.file("state/alerts.jsonl")).split(separator: UInt8(ascii: "\n"))
        #expect(try mistakes(in: lines.map(Array.init), closed: true) == "")
    }
}
