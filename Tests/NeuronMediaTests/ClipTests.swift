import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Synchronization
import Testing

/// Recorded clips of every container and codec that is promised.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ClipTests {
    /// A container with a codec that it can hold.
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        var codec: [String]
        var codecName: String

        var testDescription: String { "\(codecName) in \(name)" }
    }

    private static let h264 = ["-c:v", "libx264", "-g", "10", "-bf", "2"]

    private static let kinds = [
        Kind(name: "clip.mp4", codec: h264, codecName: "h264"),
        Kind(name: "clip.mkv", codec: h264, codecName: "h264"),
        Kind(name: "clip.ts", codec: h264, codecName: "h264"),
        Kind(name: "clip.avi", codec: h264, codecName: "h264"),
        Kind(name: "clip.h264", codec: h264, codecName: "h264"),
        Kind(name: "clip.mp4", codec: ClipMaker.h265, codecName: "hevc"),
        Kind(name: "clip.mkv", codec: ClipMaker.h265, codecName: "hevc"),
        Kind(name: "clip.ts", codec: ClipMaker.h265, codecName: "hevc"),
        Kind(name: "clip.hevc", codec: ClipMaker.h265, codecName: "hevc"),
        Kind(name: "clip.mp4", codec: ClipMaker.mjpeg, codecName: "mjpeg"),
        Kind(name: "clip.mkv", codec: ClipMaker.mjpeg, codecName: "mjpeg"),
        Kind(name: "clip.avi", codec: ClipMaker.mjpeg, codecName: "mjpeg"),
        Kind(name: "clip.mp4", codec: ClipMaker.mpeg4, codecName: "mpeg4"),
        Kind(name: "clip.mkv", codec: ClipMaker.mpeg4, codecName: "mpeg4"),
        Kind(name: "clip.ts", codec: ClipMaker.mpeg4, codecName: "mpeg4"),
        Kind(name: "clip.avi", codec: ClipMaker.mpeg4, codecName: "mpeg4"),
        Kind(name: "clip.m4v", codec: ClipMaker.mpeg4, codecName: "mpeg4"),
    ]

    @Test func `where a stream goes on is asked when its first picture has come`() throws {
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.make("clip.mkv", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let asked = Asked()
        var source = try MediaSource(opening: SourceAddress(clip), firstTime: asked.answer)
        #expect(asked.times.load(ordering: .relaxed) == 0)
        let first = try #require(try source.nextPacket())
        #expect(first.presentationTime == .zero + .seconds(7))
        while try source.nextPacket() != nil {}
        #expect(asked.times.load(ordering: .relaxed) == 1)
    }

    /// Counts how often it is asked where a stream goes on.
    private final class Asked: Sendable {
        let times = Atomic<Int>(0)

        @Sendable func answer() -> MediaTime {
            times.wrappingAdd(1, ordering: .relaxed)
            return .zero + .seconds(7)
        }
    }

    @Test(arguments: kinds)
    func `every frame comes out at its own time`(kind: Kind) throws {
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.make(kind.name, in: folder) { recipe in
            recipe.codec = kind.codec
            if kind.codecName == "mjpeg" { recipe.pixelFormat = "yuvj420p" }
        }
        let playback = try Playback(clip)
        #expect(playback.failure == nil)
        #expect(playback.facts.codecName == kind.codecName)
        #expect(playback.facts.size == FrameSize(width: 64, height: 48))
        #expect(playback.facts.nominalFrameInterval == .milliseconds(100))
        #expect(playback.milliseconds == (0..<30).map { Int64($0) * 100 })
        #expect(playback.hasRisingPacketTimes)
        #expect(Set(playback.pictures.map(\.hash)).count > 25)
        #expect(playback.packets.first?.facts.isKeyframe == true)
        #expect(playback.decoderStatistics.failedPackets == 0)
    }

    @Test(arguments: kinds)
    func `a keyframe decoded alone has the picture and the time it has among all`(kind: Kind) throws {
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.make(kind.name, in: folder) { recipe in
            recipe.codec = kind.codec
            if kind.codecName == "mjpeg" { recipe.pixelFormat = "yuvj420p" }
        }
        let all = try Playback(clip)
        let alone = try Playback(clip, mode: .keyframesAlone)
        #expect(alone.pictures.count >= 3)
        for picture in alone.pictures { #expect(all.pictures.contains(picture)) }
    }
}
