import NeuronCore
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronMedia

@Suite(.serialized, .timeLimit(.minutes(10)))
struct FFmpegLogTests {
    @Test(arguments: [
        ("opening rtsp://admin:hunter2@10.0.0.7/x", "opening rtsp://***@10.0.0.7/x"),
        ("'rtsp://a:p@ss@h/x' failed", "'rtsp://***@h/x' failed"),
        ("rtsp://h/x?user=a&password=b ended", "rtsp://h/x?*** ended"),
        ("Authorization: Basic YWRtaW46aHVudGVyMg==", "Authorization: ***"),
        ("two rtsp://a:b@h and rtsp://c:d@i", "two rtsp://***@h and rtsp://***@i"),
        ("nothing secret: a@b", "nothing secret: a@b"),
    ])
    func `secrets are taken out of a line`(line: String, expected: String) {
        #expect(FFmpegLog.redacted(line) == expected)
    }

    @Test func `repeated lines are counted and parts are put together`() {
        let lines = LineBox()
        FFmpegLog.listen(to: .error) { level, line in lines.add("\(level) \(line)") }
        defer { FFmpegLog.silence() }
        for _ in 0..<5 { FFmpegLog.receive(16, "the same\n") }
        FFmpegLog.receive(16, "in ")
        FFmpegLog.receive(16, "parts\n")
        #expect(
            lines.all.filter { $0.contains("same") || $0.contains("parts") } == [
                "error the same", "error the same (4 more times)", "error in parts",
            ]
        )
    }

    @Test func `what FFmpeg complains of arrives, and nothing once silenced`() throws {
        let folder = try TemporaryDirectory()
        let noise = try folder.write(Array("no video at all".utf8), to: "noise.mp4")
        let lines = LineBox()
        FFmpegLog.listen(to: .debug) { _, line in lines.add(line) }
        #expect(throws: MediaError.self) { _ = try MediaSource(opening: SourceAddress(noise)) }
        FFmpegLog.silence()
        let count = lines.all.count { $0.contains("noise.mp4") }
        #expect(count > 0)
        #expect(throws: MediaError.self) { _ = try MediaSource(opening: SourceAddress(noise)) }
        #expect(lines.all.count { $0.contains("noise.mp4") } == count)
    }
}

private final class LineBox: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
