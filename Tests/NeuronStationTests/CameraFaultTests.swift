import NeuronTestSupport
import Testing

/// The daemon on a real RTSP server that misbehaves on command.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: RTSPCamera.isAvailable, "the RTSP server's packages are missing")
)
struct CameraFaultTests {
    private let clip = FixtureLabel.path(of: "clips/walker.mp4")
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Runs the daemon on cameras `cam0`, `cam1`, … of a server.
    private func daemon(_ sources: [String], lostAfter: Int = 2, more: String = "") throws -> NeurondProcess {
        let cameras = sources.enumerated().map { index, source in
            "  - {id: cam\(index), source: \"\(source)\", lostAfter: \(lostAfter)s, readTimeout: 3s, openTimeout: 5s\(more)}\n"
        }
        let text = "box: testbox\nstate: \(folder.path)/state\ncameras:\n" + cameras.joined()
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    private func isOpen(_ name: String, times: Int = 1) -> (NeurondProcess) -> Bool {
        { daemon in
            daemon.errors.split(separator: "\n").filter { $0.contains("camera=\(name)") && $0.contains("camera open") }
                .count
                >= times
        }
    }

    private func told(_ word: String, of name: String) -> (NeurondProcess) -> Bool {
        { daemon in
            daemon.lines.contains { line in
                let text = String(decoding: line, as: UTF8.self)
                return text.contains("org.neurond.\(word).v1") && text.contains("testbox:\(name)\"")
            }
        }
    }

    private func fileLines() throws -> [[UInt8]] {
        try TemporaryDirectory.read(folder.file("state/alerts.jsonl")).split(separator: UInt8(ascii: "\n")).map(
            Array.init
        )
    }

    @Test func `motion at a camera is told on stdout and in the file, with the same bytes, and closed at a stop`()
        async throws
    {
        let camera = try RTSPCamera(clips: [clip])
        let daemon = try daemon([camera.url()])
        #expect(await daemon.waits(upTo: 60, for: told("motion.started", of: "cam0")))
        let result = daemon.stop()
        #expect(result.status == 0)
        #expect(try result.values("type").contains("org.neurond.motion.ended.v1"))
        #expect(try fileLines() == result.lines)
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a small stream alone is looked at, and alerts have its size and say so`() async throws {
        let camera = try RTSPCamera(clips: [clip, clip])
        // The main stream is not there: alerts have no clip, and nothing else is the matter.
        let daemon = try daemon([camera.url("nowhere")], more: ", substream: \"\(camera.url("cam1"))\"")
        #expect(await daemon.waits(upTo: 60, for: told("motion.started", of: "cam0")))
        let result = daemon.stop()
        let motion = try result.values("type").indices.filter { index in
            try result.values("type")[index].contains(".motion.")
        }
        #expect(!motion.isEmpty)
        #expect(try motion.allSatisfy { try result.values("data", "frame", "stream")[$0] == "sub" })
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a probe of a camera looks at both of its streams`() throws {
        let small = try ClipMaker.make("small.mp4", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let camera = try RTSPCamera(clips: [clip, small], user: "admin", password: "hunter2")
        let login = try folder.write("admin:hunter2\n".utf8, to: "login")
        let text = """
            cameras:
              - id: gate
                source: \(camera.url("cam0"))
                substream: \(camera.url("cam1"))
                credentials: \(login)
            """
        let file = try folder.write(text.utf8, to: "probe.yaml")
        let result = try NeurondProcess.run(["probe", "--config", file, "--json", "--seconds", "1"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.values("width").count == 2 && result.values("width")[1] == "64")
        #expect(result.lines.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("hunter2") })
    }

    @Test func `a stall is a loss, a resume a recovery, and the other camera is not touched`() async throws {
        let camera = try RTSPCamera(clips: [clip, clip])
        let daemon = try daemon([camera.url("cam0"), camera.url("cam1")])
        #expect(await daemon.waits(upTo: 30) { isOpen("cam0")($0) && isOpen("cam1")($0) })
        try camera.control("stall cam0")
        #expect(await daemon.waits(upTo: 30, for: told("camera.lost", of: "cam0")))
        try camera.control("resume cam0")
        #expect(await daemon.waits(upTo: 60, for: told("camera.recovered", of: "cam0")))
        let result = daemon.stop()
        #expect(!told("camera.lost", of: "cam1")(daemon))
        #expect(!isOpen("cam1", times: 2)(daemon))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a camera that is joined long before its next keyframe is not lost`() async throws {
        let long = folder.file("long.mp4")
        let input = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", clip]
        let encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "200", "-bf", "0", "-sc_threshold", "0"]
        try CommandLineTool.run("ffmpeg", input + ["-threads", "1"] + encoder + [long])
        let camera = try RTSPCamera(clips: [long])
        // The second comes to what is sent to the first since a moment ago, and has to wait for more than seven.
        let daemon = try daemon([camera.url("cam0"), camera.url("cam0")], lostAfter: 4)
        #expect(await daemon.waits(upTo: 60, for: told("motion.started", of: "cam1")))
        let result = daemon.stop()
        #expect(!daemon.hasPrinted("camera.lost"))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `an abrupt close is a blip and no event`() async throws {
        let camera = try RTSPCamera(clips: [clip])
        let daemon = try daemon([camera.url()], lostAfter: 20)
        #expect(await daemon.waits(upTo: 30, for: isOpen("cam0")))
        try camera.control("close cam0")
        #expect(await daemon.waits(upTo: 30, for: isOpen("cam0", times: 2)))
        let result = daemon.stop()
        #expect(!daemon.hasPrinted("camera.lost"))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a camera that is gone and comes back is lost and recovered`() async throws {
        let camera = try RTSPCamera(clips: [clip])
        let daemon = try daemon([camera.url()])
        #expect(await daemon.waits(upTo: 30, for: isOpen("cam0")))
        try camera.control("gone cam0")
        #expect(await daemon.waits(upTo: 30, for: told("camera.lost", of: "cam0")))
        try camera.control("back cam0")
        #expect(await daemon.waits(upTo: 60, for: told("camera.recovered", of: "cam0")))
        let result = daemon.stop()
        #expect(result.errors.contains("404"))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `another size and a jump of the clock in mid-session lose no camera`() async throws {
        let camera = try RTSPCamera(clips: [clip])
        let daemon = try daemon([camera.url()])
        #expect(await daemon.waits(upTo: 60, for: told("motion.started", of: "cam0")))
        try camera.control("res cam0 \(FixtureLabel.path(of: "clips/vehicle-plate.mp4"))")
        let isLarger: (NeurondProcess) -> Bool = { daemon in
            daemon.lines.contains { String(decoding: $0, as: UTF8.self).contains("\"width\":1280}") }
        }
        #expect(await daemon.waits(upTo: 60, for: isLarger))
        let before = daemon.lines.count
        try camera.control("ts cam0 3600")
        #expect(await daemon.waits(upTo: 60) { $0.lines.count > before })
        let result = daemon.stop()
        #expect(!daemon.hasPrinted("camera.lost"))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test(arguments: RTSPCamera.Authentication.allCases)
    func `a password opens the camera and is seen nowhere`(authentication: RTSPCamera.Authentication) async throws {
        let secret = "s3cr:t@ h/x"
        let camera = try RTSPCamera(clips: [clip], user: "cam", password: secret, authentication: authentication)
        let right = try folder.write("cam:\(secret)\n".utf8, to: "right")
        let wrong = try folder.write("cam:wr0ngpass\n".utf8, to: "wrong")
        let good = try daemon([camera.url()], more: ", credentials: \(right)")
        #expect(await good.waits(upTo: 30, for: isOpen("cam0")))
        let goodResult = good.stop()
        let bad = try daemon([camera.url()], more: ", credentials: \(wrong)")
        #expect(await bad.waits(upTo: 30, for: told("camera.lost", of: "cam0")))
        let badResult = bad.stop()
        #expect(try mistakes(in: fileLines(), closed: true) == "")
        #expect(badResult.errors.contains("refused the user and password"))
        #expect(try badResult.values("data", "camera", "reason").contains("authenticationFailed"))
        for text in [goodResult.errors, badResult.errors] {
            for word in ["s3cr", "wr0ngpass"] { #expect(!text.contains(word)) }
        }
        for line in goodResult.lines + badResult.lines {
            #expect(!String(decoding: line, as: UTF8.self).contains("s3cr"))
        }
    }

    @Test func `UDP delivers where it is asked for`() async throws {
        let camera = try RTSPCamera(clips: [clip])
        let daemon = try daemon([camera.url()], more: ", transport: udp")
        #expect(await daemon.waits(upTo: 60, for: told("motion.started", of: "cam0")))
        let result = daemon.stop()
        #expect(result.status == 0)
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `what kill -9 leaves open is closed by the next start, once, and nothing is lost`() async throws {
        let camera = try RTSPCamera(clips: [clip])
        var seen: Set<[UInt8]> = []
        for _ in 0..<5 {
            let daemon = try daemon([camera.url()])
            let known = seen
            #expect(
                await daemon.waits(upTo: 60) { daemon in
                    daemon.lines.contains {
                        !known.contains($0) && String(decoding: $0, as: UTF8.self).contains("motion.started")
                    }
                }
            )
            daemon.kill()
            seen.formUnion(daemon.lines)
        }
        let last = try daemon([camera.url()])
        #expect(await last.waits(upTo: 30, for: isOpen("cam0")))
        _ = last.stop()
        let lines = try fileLines()
        #expect(seen.isSubset(of: Set(lines)))
        let interrupted = lines.filter { String(decoding: $0, as: UTF8.self).contains("\"endReason\":\"interrupted\"") }
        #expect(Set(interrupted).count >= 5)
        #expect(try mistakes(in: lines, closed: true) == "")
    }
}
