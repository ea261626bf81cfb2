import CFFmpeg
import Foundation
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronMedia

@Suite(.serialized, .timeLimit(.minutes(10)))
struct ClipWriterTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private final class Bytes {
        var all: [UInt8] = []
        var pieces = 0
    }

    /// Copies a clip from a packet on.
    private func copy(
        _ clip: String,
        from first: Int = 0,
        to name: String = "out.mp4",
        options: SourceOptions = SourceOptions()
    ) throws -> String {
        var source = try MediaSource(opening: SourceAddress(clip), options: options)
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return try write(source.decoderParameters, Array(packets[first...]), to: name)
    }

    private func write(_ parameters: DecoderParameters, _ packets: [CompressedPacket], to name: String) throws -> String
    {
        let bytes = Bytes()
        var writer = try ClipWriter(parameters, beginningWith: packets) { piece in
            bytes.all += piece
            bytes.pieces += 1
            return true
        }
        for packet in packets { try writer.write(packet) }
        try writer.finish()
        return try folder.write(bytes.all, to: name)
    }

    private func probe(_ clip: String, _ entries: String) throws -> [String] {
        try CommandLineTool.run("ffprobe", ["-v", "error", "-of", "csv=p=0", "-show_entries", entries, clip])
            .split(separator: "\n").map(String.init)
    }

    private func faults(_ clip: String) throws -> String {
        try CommandLineTool.run(
            "sh",
            ["-c", "ffmpeg -v warning -i '\(clip)' -f null - 2>&1"]
        )
    }

    private struct Recipe: CustomTestStringConvertible {
        var name: String
        var codec: [String]
        var testDescription: String { name }
    }

    private static let recipes = [
        Recipe(name: "h264.mp4", codec: ["-c:v", "libx264", "-g", "10", "-bf", "2"]),
        Recipe(name: "h264.ts", codec: ["-c:v", "libx264", "-g", "10", "-bf", "3", "-b_strategy", "0"]),
        Recipe(name: "h264.264", codec: ClipMaker.cameraH264), Recipe(name: "h265.mkv", codec: ClipMaker.h265),
        Recipe(name: "h265.ts", codec: ClipMaker.h265), Recipe(name: "mpeg4.avi", codec: ClipMaker.mpeg4),
        Recipe(name: "mjpeg.avi", codec: ClipMaker.mjpeg),
    ]

    @Test(arguments: recipes.indices)
    func `a copy shows the same pictures`(index: Int) throws {
        let recipe = Self.recipes[index]
        let clip = try ClipMaker.make(recipe.name, in: folder) { $0.codec = recipe.codec }
        let copy = try copy(clip)
        let (before, after) = (try Playback(clip), try Playback(copy))
        #expect(after.pictures.count == 30)
        #expect(after.pictures.map(\.hash) == before.pictures.map(\.hash))
        #expect(try faults(copy) == "")
        let steps = zip(after.milliseconds, before.milliseconds).map { $0 - $1 }
        #expect(steps.allSatisfy { abs($0 - steps[0]) <= 1 }, "\(steps)")
        let decoding = try probe(copy, "packet=dts").compactMap { Int($0.prefix { $0 != "," }) }
        #expect(decoding.first == 0 && zip(decoding, decoding.dropFirst()).allSatisfy(<), "\(decoding)")
    }

    @Test func `the file is fragmented, names H265 as browsers want it, and begins with a keyframe`() throws {
        let clip = try ClipMaker.make("h265.ts", in: folder) { $0.codec = ClipMaker.h265 }
        let copy = try copy(clip)
        #expect(try probe(copy, "stream=codec_tag_string") == ["hvc1"])
        #expect(try probe(copy, "packet=flags").first?.hasPrefix("K") == true)
        let bytes = try TemporaryDirectory.read(copy)
        let boxes = boxes(of: bytes)
        #expect(boxes.prefix(4) == ["ftyp", "moov", "moof", "mdat"], "\(boxes)")
        #expect(boxes.count { $0 == "moof" } == 3, "a fragment for each group: \(boxes)")
    }

    @Test func `packets before a keyframe and pictures from before it are left out`() throws {
        let clip = try ClipMaker.make("open.ts", in: folder) {
            $0.codec = ["-c:v", "libx264", "-x264-params", "keyint=10:min-keyint=10:open-gop=1:bframes=2:b-adapt=0"]
        }
        let whole = try Playback(clip).pictures.map(\.hash)
        let pictures = try Playback(copy(clip, from: 4)).pictures
        #expect(pictures.first?.time == .zero)
        #expect((15...26).contains(pictures.count) && pictures.map(\.hash) == whole.suffix(pictures.count))
    }

    @Test func `a still picture of an hour in between changes nothing but its length`() throws {
        let clip = try ClipMaker.make("slow.mkv", in: folder) {
            $0.codec = ClipMaker.cameraH264
            $0.extra = ["-vf", "setpts='if(lt(N,15),N,N+35999)/10/TB'", "-vsync", "vfr"]
        }
        let options = SourceOptions(longestGap: .seconds(7200))
        let times = try Playback(copy(clip, options: options), options: options).milliseconds
        #expect(times.count == 30)
        let widest = zip(times, times.dropFirst()).map { $1 - $0 }.max()
        #expect(widest == 3_600_000)
    }

    @Test func `a turned picture stays turned`() throws {
        let clip = try ClipMaker.make("upright.mp4", in: folder)
        let turned = try ClipMaker.remux(
            clip,
            to: "turned.mp4",
            in: folder,
            before: [],
            ["-metadata:s:v", "rotate=90"]
        )
        let (before, after) = (try Playback(turned), try Playback(copy(turned)))
        #expect(before.facts.orientation != .upright)
        #expect(after.facts.orientation == before.facts.orientation)
    }

    @Test func `the same packets give the same bytes`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let first = try TemporaryDirectory.read(copy(clip, to: "a.mp4"))
        #expect(try TemporaryDirectory.read(copy(clip, to: "b.mp4")) == first)
    }

    @Test func `a stream whose head changes needs another file`() throws {
        let small = try ClipMaker.make("a.ts", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let large = try ClipMaker.make("b.ts", in: folder) {
            $0.codec = ClipMaker.cameraH264
            $0.size = "96x64"
        }
        var first = try MediaSource(opening: SourceAddress(small))
        var second = try MediaSource(opening: SourceAddress(large))
        let one = try #require(try first.nextPacket())
        let other = try #require(try second.nextPacket())
        var writer = try ClipWriter(first.decoderParameters, beginningWith: [one]) { _ in true }
        #expect(writer.accepts(one) && !writer.accepts(other))
        #expect(writer.accepts(first.decoderParameters) && !writer.accepts(second.decoderParameters))
    }

    /// A packet without its parameter sets: what a camera sends that says them once.
    private func stripped(_ packet: CompressedPacket) throws -> CompressedPacket {
        let bytes = Array(UnsafeBufferPointer(start: packet.native.pointee.data, count: packet.facts.byteCount))
        // Up to the first slice all is parameter sets and remarks.
        let slice = try #require((0..<bytes.count - 4).first { bytes[$0...].starts(with: [0, 0, 1, 0x65]) })
        let handle = try [UInt8](bytes[slice...]).withUnsafeBytes {
            try #require(try PictureCopier(format: .h264, layout: nil).packet(of: $0, isMarked: true))
        }
        return CompressedPacket(
            handle,
            facts: packet.facts,
            presentationTime: packet.presentationTime,
            decodingTime: packet.decodingTime
        )
    }

    private func firstKeyframe(_ name: String, size: String) throws -> (DecoderParameters, CompressedPacket) {
        let clip = try ClipMaker.make(name, in: folder) {
            $0.codec = ClipMaker.cameraH264
            $0.size = size
        }
        var source = try MediaSource(opening: SourceAddress(clip))
        return (source.decoderParameters, try #require(try source.nextPacket()))
    }

    @Test func `a file that began with what the camera announced takes no keyframe of another head`() throws {
        let (parameters, one) = try firstKeyframe("a.ts", size: "64x48")
        let (_, other) = try firstKeyframe("b.ts", size: "96x64")
        let bare = try stripped(one)
        var writer = try ClipWriter(parameters, beginningWith: [bare]) { _ in true }
        #expect(writer.accepts(bare) && writer.accepts(one) && !writer.accepts(other))
    }

    @Test func `a stream that nobody has said the head of is refused, and a later keyframe may say it`() throws {
        let (_, one) = try firstKeyframe("a.ts", size: "64x48")
        let (_, other) = try firstKeyframe("b.ts", size: "96x64")
        let bare = try stripped(one)
        let setup = CaptureSetup(
            copier: PictureCopier(format: .h264, layout: nil),
            size: FrameSize(width: 64, height: 48),
            rate: nil,
            isFullRange: false,
            remarks: []
        )
        let silent = try DecoderParameters(capturing: setup, interval: .milliseconds(40))
        let error = #expect(throws: MediaError.self) {
            _ = try ClipWriter(silent, beginningWith: [bare]) { _ in true }
        }
        #expect(error?.code == .unsupportedCodec && error?.message.contains("parameter sets") == true)
        var writer = try ClipWriter(silent, beginningWith: [bare, one]) { _ in true }
        #expect(writer.accepts(bare) && writer.accepts(one) && !writer.accepts(other))
    }

    @Test func `a painted clip shows nothing behind its masks, and all of its pictures`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder) {
            $0.size = "320x240"
            $0.pixelFormat = "yuv420p"
        }
        var source = try MediaSource(opening: SourceAddress(clip))
        let corners = [(0, 0), (0.5, 0), (0.5, 1), (0, 1)].map { RelativePoint(x: $0.0, y: $0.1) }
        let masks = PrivacyMasks([RelativePolygon(corners)])
        let bytes = Bytes()
        var writer = try PaintedClipWriter(source.decoderParameters, masks: masks) { piece in
            bytes.all += piece
            return true
        }
        while let packet = try source.nextPacket() { try writer.write(packet) }
        try writer.finish()
        let painted = try folder.write(bytes.all, to: "painted.mp4")
        #expect(try Playback(painted).pictures.count == 30)
        #expect(try faults(painted) == "")
        func spread(_ part: String) throws -> Double {
            let text = try CommandLineTool.run(
                "sh",
                [
                    "-c",
                    "ffmpeg -v error -i '\(painted)' -vf crop=150:240:\(part):0,signalstats,metadata=print:file=- -f null -"
                        + " | grep -o 'YMAX=[0-9.]*' | cut -d= -f2 | sort -n | tail -1",
                ]
            )
            return Double(text.split(separator: "\n").first ?? "") ?? -1
        }
        #expect(try (0...40).contains(spread("0")), "behind the mask it is dark")
        #expect(try spread("170") > 100)
    }

    @Test func `bytes that are not taken end in an error`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        #expect(throws: MediaError.self) {
            var left = 2
            var writer = try ClipWriter(source.decoderParameters, beginningWith: packets) { _ in
                left -= 1
                return left > 0
            }
            for packet in packets { try writer.write(packet) }
            try writer.finish()
        }
    }

    /// The names of a file's outermost boxes.
    private func boxes(of bytes: [UInt8]) -> [String] {
        var (names, at) = ([String](), 0)
        while at + 8 <= bytes.count {
            let size = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            names.append(String(decoding: bytes[at + 4..<at + 8], as: UTF8.self))
            guard size >= 8 else { break }
            at += size
        }
        return names
    }
}
