import NeuronCore
import NeuronTestSupport
import Testing

/// Clips whose containers say what cannot be, that are damaged, or that end.
@Suite(.timeLimit(.minutes(10))) struct HostileClipTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: [9.1e15, 1e300, -1, .infinity, .nan])
    func `a clip that declares an impossible length is played`(length: Double) throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) { $0.codec = ClipMaker.mpeg4 }
        var bytes = try TemporaryDirectory.read(clip)
        // Matroska's element Duration: its id, its size, and a number of milliseconds.
        let duration = try #require(bytes.firstRange(of: [0x44, 0x89, 0x88]))
        let declared = withUnsafeBytes(of: length.bitPattern.bigEndian) { Array($0) }
        bytes.replaceSubrange(duration.upperBound..<duration.upperBound + 8, with: declared)
        let hostile = try folder.write(bytes, to: "hostile.mkv")
        let result = try NeurondProcess.run(["replay", hostile, "--stats"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("decoded         30\n"))
    }

    @Test func `damage is counted over all clips of a camera`() throws {
        let sound = try ClipMaker.make("sound.avi", in: folder) { $0.codec = ClipMaker.mpeg4 + ["-bf", "0"] }
        var bytes = try TemporaryDirectory.read(sound)
        for index in bytes.count / 3..<bytes.count / 3 + 400 { bytes[index] = 0xA5 }
        let damaged = try folder.write(bytes, to: "damaged.avi")
        let alone = try damagedCount(["replay", damaged, "--stats"])
        #expect(alone > 0)
        #expect(try damagedCount(["replay", damaged, sound, "--camera", "gate", "--stats"]) == alone)
    }

    private func damagedCount(_ arguments: [String]) throws -> Int {
        let line = try NeurondProcess.run(arguments).errors.split(separator: "\n").first { $0.hasPrefix("damaged ") }
        return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
    }

    @Test func `a clip that has come to its end is no lost camera`() async throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let text = "state: \(folder.path)/state\ncameras:\n  - {id: cam0, source: \"\(clip)\", lostAfter: 2s}\n"
        let daemon = try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
        #expect(await daemon.waits(upTo: 30) { $0.errors.contains("clip ended") })
        #expect(await !daemon.waits(upTo: 4) { $0.hasPrinted("camera.lost") })
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("decoded=30"), "\(result.errors)")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a length that 64 bits do not hold is none`() {
        #expect(TimeSpan(seconds: 1.5) == .milliseconds(1500))
        for length in [1e10, -1e10, 1e300, .infinity, -.infinity, .nan] { #expect(TimeSpan(seconds: length) == nil) }
    }
}
