import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// Recorded clips of every container and codec that is promised.
@Suite(.timeLimit(.minutes(1)))
struct ClipTests {
    /// A container with a codec that it can hold.
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        var codec: [String]
        var codecName: String

        var testDescription: String { "\(codecName) in \(name)" }
    }

    private static let codecs = [
        ("h264", ["-c:v", "libx264", "-g", "10", "-bf", "2"]), ("hevc", ClipMaker.h265), ("mjpeg", ClipMaker.mjpeg),
        ("mpeg4", ClipMaker.mpeg4),
    ]

    private static let containers = ["mp4", "mkv", "ts", "avi"].flatMap { container in
        codecs.map { Kind(name: "clip.\(container)", codec: $0.1, codecName: $0.0) }
    }.filter { !($0.name == "clip.ts" && $0.codecName == "mjpeg") && !($0.name == "clip.avi" && $0.codecName == "hevc") }

    private static let raw = [
        Kind(name: "clip.h264", codec: codecs[0].1, codecName: "h264"),
        Kind(name: "clip.hevc", codec: codecs[1].1, codecName: "hevc"),
        Kind(name: "clip.m4v", codec: codecs[3].1, codecName: "mpeg4"),
    ]

    @Test(arguments: containers + raw)
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

    @Test(arguments: containers + raw)
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
