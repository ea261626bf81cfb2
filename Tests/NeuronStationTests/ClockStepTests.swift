import Foundation
import NeuronTestSupport
import Testing

private let hasCompiler = (try? CommandLineTool.run("cc", ["--version"])) != nil

/// The daemon while somebody sets the clock: `Tests/Rigs/clock_step.c` sets it for the daemon alone.
@Suite(.timeLimit(.minutes(10)), .enabled(if: hasCompiler, "cc and libc6-dev are needed"))
struct ClockStepTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// The preloaded library, built anew.
    private func rig() throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Rigs/clock_step.c").path
        let library = folder.file("clock_step.so")
        try CommandLineTool.run("cc", ["-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, source])
        return library
    }

    /// How many records say that pictures were looked at.
    private func watched(_ daemon: NeurondProcess) -> Int {
        daemon.lines.count { line in
            let text = String(decoding: line, as: UTF8.self)
            return text.contains("health.coverage") && !text.contains("\"watchedMs\":0,")
        }
    }

    @Test func `a clock that is set by an hour, on and back, stops no camera and tears no alert`() async throws {
        let text = """
            state: \(folder.path)/state
            cameras: [{id: yard, source: \(FixtureLabel.path(of: "clips/two-walkers.mp4")), loop: true}]
            health: {coverageEvery: 1s}
            """
        let step = try folder.write("0\n".utf8, to: "step")
        let daemon = try NeurondProcess(
            ["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")],
            environment: ["LD_PRELOAD": try rig(), "CLOCK_STEP_FILE": step]
        )
        #expect(await daemon.waits(upTo: 60) { watched($0) > 0 && $0.hasPrinted("motion.started") })
        for seconds in ["3600\n", "-3600\n", "0\n"] {
            _ = try folder.write(seconds.utf8, to: "step")
            let before = watched(daemon)
            #expect(await daemon.waits(upTo: 30) { watched($0) >= before + 3 }, "after a step to \(seconds)")
        }
        let result = daemon.stop()
        #expect(result.status == 0 && !result.errors.contains("left behind"), "\(result.errors)")
        #expect(!result.lines.contains { String(decoding: $0, as: UTF8.self).contains("camera.lost") })
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }
}
