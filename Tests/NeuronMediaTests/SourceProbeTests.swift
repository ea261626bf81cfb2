import Foundation
import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)))
struct SourceProbeTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func `a clip's report says what it declares and what was measured`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder) { $0.hasAudio = true }
        let report = try SourceProbe.look(at: SourceAddress(clip))
        #expect(report.codec == "h264")
        #expect(report.profile == "High")
        #expect(report.pixelFormat == "yuv420p")
        #expect(report.width == 64 && report.height == 48 && report.rotation == 0)
        #expect(report.hasAudio)
        #expect(report.durationSeconds.map { abs($0 - 3) < 0.2 } == true)
        #expect(report.declaredFrameRate == 10)
        #expect(report.measuredFrameRate.map { abs($0 - 10) < 0.5 } == true)
        #expect(report.groupPackets == 10)
        #expect(report.groupSeconds == 1)
        #expect((report.measuredBitRate ?? 0) > 1000)
        #expect(report.packets == 30 && report.frames == 30)
        #expect(report.clock.isSound)
        #expect(report.problem == nil)
        #expect(report.text.contains("keyframes   one in 10 packets, every 1 s\n"))
    }

    @Test func `a report goes through JSON unchanged`() throws {
        let report = try SourceProbe.look(at: SourceAddress(ClipMaker.make("clip.mkv", in: folder)))
        let json = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(SourceReport.self, from: json) == report)
    }

    @Test func `a stream without stamps is told as such`() throws {
        let report = try SourceProbe.look(at: SourceAddress(ClipMaker.make("clip.h264", in: folder)))
        #expect(report.clock.unstampedPackets == 30)
        #expect(!report.clock.isSound)
        #expect(report.text.contains("30 without a stamp"))
    }

    @Test func `a source that does not open is an error`() {
        let error = #expect(throws: MediaError.self) {
            _ = try SourceProbe.look(at: SourceAddress(folder.file("nothing.mp4")))
        }
        #expect(error?.code == .notFound)
    }

    @Test(.enabled(if: RTSPCamera.isAvailable, "needs python3-gi and gst-rtsp-server"))
    func `a camera's report has no password in it`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let camera = try RTSPCamera(clips: [clip], user: "admin", password: "hunter2")
        let report = try SourceProbe.look(
            at: SourceAddress(camera.url(login: "admin:hunter2")),
            length: .milliseconds(1200)
        )
        #expect(report.source == "rtsp://***@127.0.0.1:\(camera.port)/cam0")
        #expect(report.groupPackets == 10)
        #expect(report.measuredFrameRate.map { abs($0 - 10) < 0.5 } == true)
        #expect(!report.text.contains("hunter2"))
    }
}
