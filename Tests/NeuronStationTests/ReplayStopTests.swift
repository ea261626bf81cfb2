import Glibc
import NeuronTestSupport
import Testing

/// A replay that does not come to its end by itself.
@Suite(.timeLimit(.minutes(10))) struct ReplayStopTests {
    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `a signal ends what is open, whole lines only`(signal: Int32, status: Int32) async throws {
        let clip = FixtureLabel.path(of: "clips/walker.mp4")
        // Several times over: on a busy machine this test may look again only after half a minute.
        let clips = Array(repeating: clip, count: 10)
        let replay = try NeurondProcess(["replay", "--pace", "realtime"] + clips)
        #expect(await replay.waits(upTo: 30) { $0.hasPrinted("motion.started") })
        #expect(kill(replay.id, signal) == 0)
        let result = replay.end()
        #expect(result.status == status)
        #expect(try result.values("type").last == "org.neurond.motion.ended.v1")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a full disk behind stdout is named`() throws {
        let command = "exec \"$0\" replay \"$1\" >/dev/full"
        let clip = FixtureLabel.path(of: "clips/walker.mp4")
        #expect {
            try CommandLineTool.run("sh", ["-c", command, NeurondProcess.path, clip])
        } throws: { error in
            "\(error)".contains("ended with 74") && "\(error)".contains("No space left")
        }
    }
}
