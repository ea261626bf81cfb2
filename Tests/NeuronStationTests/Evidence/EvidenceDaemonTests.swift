import Foundation
import NeuronCore
import NeuronTestSupport
import Testing

/// Pictures and clips of alerts as the program writes them: real processes, real files.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceDaemonTests {
    private let folder: TemporaryDirectory
    private let walker = FixtureLabel.path(of: "clips/walker.mp4")

    init() throws { folder = try TemporaryDirectory() }

    /// A file that an event names.
    private struct Item {
        var type: String
        var rel: String
        var href: String
        var sha256: String
        var bytes: Int
    }

    private func items(_ lines: [[UInt8]]) throws -> [Item] {
        try lines.flatMap { line -> [Item] in
            let event = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let data = event?["data"] as? [String: Any]
            return (data?["media"] as? [[String: Any]] ?? []).map { media in
                Item(
                    type: event?["type"] as? String ?? "",
                    rel: media["rel"] as? String ?? "",
                    href: media["href"] as? String ?? "",
                    sha256: media["sha256"] as? String ?? "",
                    bytes: media["bytes"] as? Int ?? 0
                )
            }
        }
    }

    private func missing(_ lines: [[UInt8]]) throws -> [String] {
        try lines.flatMap { line -> [String] in
            let event = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let evidence = (event?["data"] as? [String: Any])?["evidence"] as? [String: Any]
            return (evidence?["missing"] as? [[String: String]] ?? []).map {
                "\($0["rel"] ?? "") \($0["reason"] ?? "")"
            }
        }
    }

    /// Every file is there, whole, and a clip that plays from its first picture.
    private func check(_ items: [Item], in evidence: String) throws {
        for item in items {
            let path = evidence + item.href.dropFirst("media".count)
            let bytes = try TemporaryDirectory.read(path)
            #expect(bytes.count == item.bytes)
            #expect(SHA256.digest(of: bytes).hexadecimal == item.sha256)
            guard item.rel == "clip" else { continue }
            let said = try CommandLineTool.run("sh", ["-c", "ffmpeg -v warning -i '\(path)' -f null - 2>&1"])
            #expect(said == "", "\(item.href)")
        }
    }

    private func files(_ evidence: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: evidence)?.allObjects as? [String] ?? []
        return all.filter { $0.contains(".mp4") || $0.contains(".jpg") }.sorted()
    }

    private func daemon(_ more: String, evidence: String = "") throws -> NeurondProcess {
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: gate, source: \(walker), loop: true, \(more)}
            \(evidence)
            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    @Test func `a replay writes the same files each time, and its events are otherwise what they were`() throws {
        let plain = try NeurondProcess.run(["replay", walker])
        let runs = try ["a", "b"].map {
            try NeurondProcess.run(["replay", walker, "--evidence", folder.file($0)])
        }
        #expect(runs[0].status == 0 && runs[0].errors == "", "\(runs[0].errors)")
        #expect(runs[0].lines == runs[1].lines)
        #expect(files(folder.file("a")) == files(folder.file("b")))
        let items = try items(runs[0].lines)
        #expect(items.count { $0.rel == "clip" && $0.type.hasSuffix("motion.ended.v1") } == 2)
        try check(items, in: folder.file("a"))
        #expect(try mistakes(in: runs[0].lines, closed: true) == "")
        #expect(try runs[0].values("id").sorted() == plain.values("id").sorted())
    }

    @Test func `what a replay of another program is writing to is left alone`() throws {
        let text = try folder.write([], to: "file")
        let result = try NeurondProcess.run(["replay", walker, "--evidence", text])
        #expect(result.status == 69 && result.errors.contains("evidence"), "\(result.errors)")
        #expect(result.lines.isEmpty)
    }

    @Test func `an alert's end that a stop tells has its clip`() async throws {
        let daemon = try daemon("sampling: always")
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("motion.started") })
        try await Task.sleep(for: .seconds(1))
        let result = daemon.stop()
        #expect(result.status == 0)
        let ends = try zip(result.values("type"), result.values("data", "alert", "endReason")).filter {
            $0.0 == "org.neurond.motion.ended.v1"
        }
        #expect(ends.last?.1 == "shutdown")
        let clips = try items(result.lines).filter { $0.rel == "clip" }
        #expect(clips.count == ends.count)
        try check(clips, in: folder.file("state/evidence"))
        #expect(files(folder.file("state/evidence")).allSatisfy { !$0.hasSuffix(".part") })
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a kill in the middle of a clip leaves no half file, and the next start clears up`() async throws {
        let evidence = folder.file("state/evidence")
        let first = try daemon("sampling: always")
        #expect(await first.waits(upTo: 60) { _ in files(evidence).contains { $0.hasSuffix(".part") } })
        first.kill()
        #expect(
            files(evidence).contains { $0.hasSuffix(".mp4.part") } && !files(evidence).contains { $0.hasSuffix(".mp4") }
        )
        let second = try daemon("motion: {enabled: false}")
        #expect(
            await second.waits(upTo: 60) { daemon in
                // It clears up before it listens for a stop.
                daemon.errors.contains("camera open") && !files(evidence).contains { $0.hasSuffix(".part") }
            }
        )
        let result = second.stop()
        #expect(result.status == 0)
        // The alert that was interrupted is closed, and names nothing that is not there.
        #expect(try items(result.lines).allSatisfy { $0.rel == "snapshot" })
        try check(items(result.lines), in: evidence)
    }

    @Test func `a disk without room costs the evidence and not the alert, and both say so`() async throws {
        let daemon = try daemon(
            "sampling: always, motion: {eventGap: 1s}",
            evidence: "evidence: {postRoll: 1s, keep: {free: 60000GiB}}"
        )
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("motion.ended") })
        let result = daemon.stop()
        #expect(try items(result.lines).isEmpty)
        #expect(try missing(result.lines).contains("clip diskFull"))
        #expect(result.errors.contains("evidence is missing from alerts"))
        #expect(result.errors.split(separator: "evidence is missing").count == 2, "told once")
        #expect(files(folder.file("state/evidence")).isEmpty)
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a folder that cannot be used costs the evidence and not the daemon`() async throws {
        _ = try folder.write([], to: "file")
        let daemon = try daemon("sampling: always", evidence: "evidence: {folder: \(folder.file("file"))}")
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("motion.started") })
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("no pictures and clips of alerts are kept"))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    /// Whether this process may mount a small file system: a container's root may not.
    private static let mayMount: Bool = {
        guard let folder = try? TemporaryDirectory(), (try? mountSmall(folder.path)) != nil else { return false }
        return (try? CommandLineTool.run("umount", ["-l", folder.path])) != nil
    }()

    private static func mountSmall(_ path: String) throws {
        try CommandLineTool.run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path])
    }

    /// A clip of the walker at 1.5 Mbit/s, whatever moves in it.
    private func steadyClip() throws -> String {
        let clip = folder.file("steady.mp4")
        let rate = ["-b:v", "1500k", "-minrate", "1500k", "-maxrate", "1500k", "-bufsize", "300k"]
        try CommandLineTool.run(
            "ffmpeg",
            ["-v", "error", "-i", walker, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "0"] + rate
                + ["-x264-params", "nal-hrd=cbr", clip]
        )
        return clip
    }

    /// The room is there when a file begins, and is gone before it is asked for again.
    @Test(.enabled(if: EvidenceDaemonTests.mayMount, "mounting a small file system needs root"))
    func `a write that finds the file system full ends the file, and alerts go on and have clips when there is room`()
        async throws
    {
        let small = folder.file("small")
        try FileManager.default.createDirectory(atPath: small, withIntermediateDirectories: true)
        try Self.mountSmall(small)
        defer { _ = try? CommandLineTool.run("umount", ["-l", small]) }
        // Of 4 MiB, 0.2 must stay free; a clip begins with less than 0.6, and grows to more than 1.
        _ = try folder.write(Array(repeating: UInt8(1), count: (4 << 20) - 950_000), to: "small/filler")
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras: [{id: gate, source: \(try steadyClip()), loop: true, sampling: always, motion: {eventGap: 1s}}]
            evidence: {folder: \(small)/evidence, preRoll: 0s, postRoll: 1s, keep: {bytes: 64MiB}}
            """
        let daemon = try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
        #expect(await daemon.waits(upTo: 90) { $0.hasPrinted("motion.ended") })
        #expect(try missing(daemon.lines).contains("clip diskFull"))
        #expect(files("\(small)/evidence").allSatisfy { !$0.contains(".mp4") })
        try FileManager.default.removeItem(atPath: "\(small)/filler")
        #expect(await daemon.waits(upTo: 90) { (try? items($0.lines).contains { $0.rel == "clip" }) == true })
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("No space left on device"), "\(result.errors)")
        let clips = try items(result.lines).filter { $0.rel == "clip" }
        try check(Array(clips.prefix(1)), in: "\(small)/evidence")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }
}

/// Evidence of live cameras.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: RTSPCamera.isAvailable, "the RTSP server's packages are missing")
)
struct EvidenceCameraTests {
    private let folder: TemporaryDirectory
    private let walker = FixtureLabel.path(of: "clips/walker.mp4")

    init() throws { folder = try TemporaryDirectory() }

    private func daemon(_ camera: String) throws -> NeurondProcess {
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: gate, \(camera), lostAfter: 1s, readTimeout: 2s, openTimeout: 5s}
            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    private func clips() -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.file("state/evidence"))?.allObjects as? [String] ?? []
        return all.filter { $0.hasSuffix(".mp4") }.map { folder.file("state/evidence/\($0)") }
    }

    private func probe(_ clip: String, _ entries: String) throws -> [String] {
        try CommandLineTool.run("ffprobe", ["-v", "error", "-of", "csv=p=0", "-show_entries", entries, clip])
            .split(separator: "\n").map(String.init)
    }

    @Test func `a camera that is lost in the middle of an alert leaves the clip until then`() async throws {
        let camera = try RTSPCamera(clips: [walker])
        let daemon = try daemon("source: \"\(camera.url())\", sampling: always")
        #expect(await daemon.waits(upTo: 90) { $0.hasPrinted("motion.started") })
        try camera.control("stall cam0")
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("camera.lost") && $0.hasPrinted("motion.ended") })
        let lines = daemon.stop().lines
        // More than one where the machine was so busy that the camera was lost before it was stalled.
        #expect(!clips().isEmpty)
        for clip in clips() {
            #expect(try probe(clip, "packet=flags").first?.hasPrefix("K") == true)
            #expect(try CommandLineTool.run("sh", ["-c", "ffmpeg -v error -i '\(clip)' -f null - 2>&1"]) == "")
        }
        #expect(try mistakes(in: lines, closed: true) == "")
    }

    @Test func `with a small stream watched, clips are of the big one`() async throws {
        let small = folder.file("small.mp4")
        try CommandLineTool.run(
            "ffmpeg",
            ["-v", "error", "-i", walker, "-vf", "scale=320:-2", "-c:v", "libx264", "-g", "25", "-bf", "0", small]
        )
        let camera = try RTSPCamera(clips: [walker, small])
        let daemon = try daemon(
            "source: \"\(camera.url("cam0"))\", substream: \"\(camera.url("cam1"))\", sampling: always"
        )
        #expect(await daemon.waits(upTo: 120) { $0.hasPrinted("motion.ended") })
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("main stream open"))
        let clip = try #require(clips().first, "\(result.errors)")
        #expect(try probe(clip, "stream=width").first == "640")
        let seconds = try Double(probe(clip, "format=duration").first ?? "") ?? 0
        #expect((8...40).contains(seconds), "\(seconds) s")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }
}
