import Glibc
import NeuronTestSupport
import Testing

/// The daemon's life from its start to its end, on recorded clips.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DaemonTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Starts the daemon on a clip, and on a camera that refuses connections and so is lost at once.
    private func daemon(clip: String = "clips/two-walkers.mp4", loop: Bool = true, more: String = "") throws
        -> NeurondProcess
    {
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: clip, source: \(FixtureLabel.path(of: clip)), loop: \(loop), lostAfter: 1s}
              - {id: dead, source: "rtsp://127.0.0.1:9/x", lostAfter: 100ms}
            \(more)
            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    private let isRunning: (NeurondProcess) -> Bool = {
        $0.hasPrinted("camera.lost") && $0.errors.contains("camera open")
    }

    @Test func `a stop is a success, however often, and closes what is open`() async throws {
        for _ in 0..<8 {
            let daemon = try daemon()
            #expect(await daemon.waits(upTo: 30, for: isRunning))
            let result = daemon.stop()
            #expect(result.status == 0 && result.errors.contains("stopped"), "\(result.errors)")
            #expect(result.lines.contains { String(decoding: $0, as: UTF8.self).contains("camera.ended") })
        }
        let file = try TemporaryDirectory.read(folder.file("state/alerts.jsonl"))
        #expect(try mistakes(in: file.split(separator: UInt8(ascii: "\n")).map(Array.init), closed: true) == "")
    }

    @Test func `how well each camera was watched is told all the time and at a stop, and kept like an alert`()
        async throws
    {
        let daemon = try daemon(more: "health: {coverageEvery: 1s}\n")
        let records: (NeurondProcess) -> [[UInt8]] = { daemon in
            daemon.lines.filter { String(decoding: $0, as: UTF8.self).contains("health.coverage") }
        }
        // The clip's first pictures are learning; a record of a later second is watched.
        let isWatched: (NeurondProcess) -> Bool = { daemon in
            records(daemon).contains { !String(decoding: $0, as: UTF8.self).contains("\"watchedMs\":0,") }
        }
        #expect(await daemon.waits(upTo: 60, for: isWatched))
        #expect(await daemon.waits(upTo: 30, for: isRunning))
        let told = records(daemon).count
        let result = daemon.stop()
        #expect(records(daemon).count >= told + 2)
        for line in records(daemon).map({ String(decoding: $0, as: UTF8.self) }) where line.contains("testbox:dead") {
            #expect(line.contains("\"connectedMs\":0,") && line.contains("\"state\":\"degraded\""), "\(line)")
        }
        #expect(try mistakes(in: result.lines, closed: true) == "")
        #expect(
            try TemporaryDirectory.read(folder.file("state/alerts.jsonl")).split(separator: UInt8(ascii: "\n")).count
                == result.lines.count
        )
    }

    @Test func `a decoder that cannot be had is said once, however often the camera is opened`() async throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let text = """
            state: \(folder.path)/state
            log: {level: debug}
            decoder: {use: vaapi, device: /dev/null}
            cameras: [{id: clip, source: \(clip), loop: true}]
            """
        let daemon = try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
        #expect(await daemon.waits(upTo: 60) { $0.errors.split(separator: "camera open").count > 3 })
        let said = daemon.stop().errors.split(separator: "\n").filter { $0.contains("decoder: ") }
        #expect(said.count == 1 && said[0].contains("/dev/null could not be opened"), "\(said)")
    }

    @Test func `tampering that kill -9 leaves open is closed by the next start, once`() async throws {
        let settings = "tamper: {holdOff: 1s}\n"
        let first = try daemon(clip: "clips/tamper-cover.mp4", loop: false, more: settings)
        #expect(await first.waits(upTo: 120) { $0.hasPrinted("tamper.started") })
        first.kill()
        let next = try daemon(clip: "clips/tamper-cover.mp4", loop: false, more: settings)
        #expect(await next.waits(upTo: 60, for: isRunning))
        _ = next.stop()
        let file = try TemporaryDirectory.read(folder.file("state/alerts.jsonl"))
        let lines = file.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let ended = lines.filter {
            let text = String(decoding: $0, as: UTF8.self)
            return text.contains("tamper.ended") && text.contains("\"endReason\":\"interrupted\"")
        }
        #expect(ended.count == 1)
        #expect(try mistakes(in: lines, closed: true) == "")
    }

    @Test func `SIGHUP does not end it`() async throws {
        let daemon = try daemon()
        #expect(await daemon.waits(upTo: 30, for: isRunning))
        #expect(kill(daemon.id, SIGHUP) == 0)
        let before = daemon.lines.count
        #expect(await daemon.waits(upTo: 30) { $0.lines.count > before })
        #expect(daemon.stop().status == 0)
    }

    @Test func `it ends with an error when its outbox is removed under it`() async throws {
        let daemon = try daemon()
        #expect(await daemon.waits(upTo: 30, for: isRunning))
        for name in ["outbox.db", "outbox.db-wal", "outbox.db-shm"] { unlink(folder.file("state/" + name)) }
        let result = daemon.end()
        #expect(result.status == 74 && result.errors.contains("removed or replaced"), "\(result.errors)")
    }

    @Test func `a clip that has ended is closed and not lost`() async throws {
        let once = try daemon(clip: "clips/broken/cut-short.mp4", loop: false, more: "health: {coverageEvery: 1s}\n")
        #expect(await once.waits(upTo: 60) { $0.errors.contains("clip ended") })
        // The other camera's records show that time went by, more of it than a camera may be silent.
        let before = told("health.coverage", of: "dead", in: once.lines)
        #expect(await once.waits(upTo: 30) { told("health.coverage", of: "dead", in: $0.lines) >= before + 3 })
        let result = once.stop()
        #expect(told("camera.lost", of: "clip", in: result.lines) == 0)
        #expect(told("camera.lost", of: "dead", in: result.lines) == 1)
        #expect(!result.errors.contains("camera=clip down_s"), "\(result.errors)")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    private func told(_ word: String, of camera: String, in lines: [[UInt8]]) -> Int {
        lines.count { line in
            let text = String(decoding: line, as: UTF8.self)
            return text.contains("org.neurond.\(word).v1") && text.contains("testbox:\(camera)\"")
        }
    }
}
