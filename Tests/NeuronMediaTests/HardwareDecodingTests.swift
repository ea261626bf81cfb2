import Glibc
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronMedia

/// What becomes of a wish for hardware, with real decoders; on a machine that has it, some of these decode on it.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct HardwareDecodingTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private struct Played: Equatable {
        var pictures: [Playback.Picture] = []
        var statistics = DecoderStatistics()
        var report: DecoderReport?
    }

    private func packets(of clip: String) throws -> (packets: [CompressedPacket], parameters: DecoderParameters) {
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (packets, source.decoderParameters)
    }

    private func play(_ packets: [CompressedPacket], on decoder: consuming VideoDecoder) throws -> Played {
        var played = Played()
        for packet in packets { try decoder.decode(packet) { played.pictures.append(Playback.Picture($0)) } }
        try decoder.finish { played.pictures.append(Playback.Picture($0)) }
        played.statistics = decoder.statistics
        played.report = decoder.report
        return played
    }

    /// An engine with one of FFmpeg's own decoders in the place of hardware, by default the right one.
    private func engine(
        _ parameters: DecoderParameters,
        as kind: DecoderChoice.Kind = .vaapi,
        with name: String = "h264",
        for others: DecoderParameters? = nil,
        in placement: DevicePlacement? = nil
    ) throws -> DecoderEngine {
        let decoder = try #require(VideoCodecs.decoder(named: name))
        let codec = try CodecContext(decoding: others ?? parameters, with: decoder, in: placement)
        let report = DecoderReport(wanted: kind, used: kind, name: codec.decoderName)
        return DecoderEngine(for: parameters, by: DecoderChoice(kind), codec: codec, report)
    }

    @Test(arguments: DecoderChoice.Kind.allCases)
    func `each choice gives the same pictures, whatever decodes here`(kind: DecoderChoice.Kind) throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let (packets, parameters) = try packets(of: clip)
        let software = try play(packets, on: VideoDecoder(for: parameters))
        let wanted = try play(packets, on: VideoDecoder(for: parameters, by: DecoderChoice(kind)))
        #expect(wanted.pictures == software.pictures && software.pictures.count == 30)
        #expect(wanted.statistics == software.statistics)
        #expect(wanted.report?.wanted == kind)
        let isAsWanted = kind == .software || wanted.report?.used != .software
        #expect((wanted.report?.reason == nil) == isAsWanted)
    }

    @Test(arguments: [DecoderChoice.Kind.vaapi, .auto])
    func `a device that is not there is named, and software decodes`(kind: DecoderChoice.Kind) throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let choice = DecoderChoice(kind, device: "/dev/dri/renderD999")
        let played = try play(packets, on: VideoDecoder(for: parameters, by: choice))
        #expect(played.pictures.count == 30)
        #expect(played.report?.hasFallenBack == true)
        #expect(played.report?.name == "h264")
        #expect(played.report?.reason?.contains("there is no device /dev/dri/renderD999") == true)
    }

    @Test func `a device that is no graphics device is refused by its driver, and software decodes`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let choice = DecoderChoice(.vaapi, device: "/dev/null")
        let played = try play(packets, on: VideoDecoder(for: parameters, by: choice))
        #expect(played.pictures.count == 30)
        #expect(played.report?.reason?.contains("/dev/null could not be opened") == true)
    }

    @Test(.enabled(if: access("/dev/video0", F_OK) != 0, "needs a machine without video devices"))
    func `without a video device V4L2 M2M falls back and says so`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let played = try play(packets, on: VideoDecoder(for: parameters, by: DecoderChoice(.v4l2m2m)))
        #expect(played.pictures.count == 30)
        #expect(played.report?.used == .software)
        #expect(played.report?.reason?.contains("/dev/video") == true)
    }

    @Test func `a codec whose pictures are not exact stays with software`() throws {
        let (packets, parameters) = try packets(
            of: ClipMaker.make("clip.avi", in: folder) { $0.codec = ClipMaker.mjpeg }
        )
        let played = try play(packets, on: VideoDecoder(for: parameters, by: DecoderChoice(.auto)))
        #expect(played.report?.reason?.contains("mjpeg does not fix each bit") == true)
        #expect(played.report?.name == "mjpeg")
    }

    @Test func `a device that refuses the stream at its first picture costs no picture`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let software = try play(packets, on: VideoDecoder(for: parameters))
        let decoder = try #require(VideoCodecs.decoder(named: "h264"))
        let format = try #require(CodecContext.hardwareFormat(of: decoder, on: .vaapi))
        // Without a device FFmpeg offers the format all the same, and fails to set up what it needs for it.
        let engine = try engine(parameters, in: DevicePlacement(format: format, device: nil))
        let played = try play(packets, on: VideoDecoder(for: parameters, engine: engine))
        #expect(played.pictures == software.pictures)
        #expect(played.statistics == software.statistics)
        #expect(played.report?.used == .software)
        #expect(played.report?.reason?.contains("does not take this stream") == true)
    }

    /// An engine whose decoder can make nothing of H.264.
    private func failingEngine(_ parameters: DecoderParameters) throws -> DecoderEngine {
        let other = try packets(of: ClipMaker.make("other.mkv", in: folder) { $0.codec = ClipMaker.h265 })
        return try engine(parameters, with: "hevc", for: other.parameters)
    }

    @Test func `a decoder that fails at its first pictures is replaced, and costs no picture`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let software = try play(packets, on: VideoDecoder(for: parameters))
        let played = try play(packets, on: VideoDecoder(for: parameters, engine: failingEngine(parameters)))
        #expect(played.pictures == software.pictures)
        #expect(played.statistics == software.statistics)
        #expect(played.report?.used == .software)
        #expect(played.report?.reason?.hasPrefix("vaapi was left: ") == true)
    }

    @Test func `keyframes alone and groups after a flush survive a decoder that fails`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let all = try play(packets, on: VideoDecoder(for: parameters))
        var decoder = try VideoDecoder(for: parameters, engine: failingEngine(parameters))
        var pictures: [Playback.Picture] = []
        for index in [0, 10] { try decoder.decodeAlone(packets[index]) { pictures.append(Playback.Picture($0)) } }
        for packet in packets[10...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures == [all.pictures[0], all.pictures[10]] + all.pictures[10...])
        #expect(decoder.report.used == .software)
    }

    @Test func `a keyframe that is none by itself is not held against the hardware`() throws {
        let refresh = ["-c:v", "libx264", "-bf", "0", "-x264-params", "intra-refresh=1:keyint=10"]
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder) { $0.codec = refresh })
        let begins = try #require(packets.dropFirst().first { $0.facts.isKeyframe })
        // FFmpeg's own decoder in hardware's place: it gives no more of this than any other.
        var decoder = try VideoDecoder(for: parameters, engine: engine(parameters))
        var pictures = 0
        try decoder.decodeAlone(begins) { _ in pictures += 1 }
        #expect(pictures == 0 && decoder.report.used == .vaapi)
        try decoder.decodeAlone(packets[0]) { _ in pictures += 1 }
        #expect(pictures == 1 && decoder.report.used == .vaapi)
    }

    @Test func `a stream that is joined in the middle is not held against the hardware`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        // FFmpeg's own decoder in hardware's place: it fails up to the keyframe, and is kept.
        var decoder = try VideoDecoder(for: parameters, engine: engine(parameters))
        var pictures: [Playback.Picture] = []
        for packet in packets[5...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        let software = try play(Array(packets[5...]), on: VideoDecoder(for: parameters))
        #expect(pictures == software.pictures)
        #expect(decoder.report.used == .vaapi)
    }

    @Test func `hardware that gives nothing any more is left, and software goes on with the next keyframe`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let other = try self.packets(of: ClipMaker.make("other.mkv", in: folder) { $0.codec = ClipMaker.h265 })
        let all = try play(packets, on: VideoDecoder(for: parameters))
        let undecodable = Array(repeating: other.packets, count: 4).flatMap { $0 }
        var decoder = try VideoDecoder(for: parameters, engine: engine(parameters))
        for packet in packets[..<10] { try decoder.decode(packet) { _ in } }
        for packet in undecodable { try decoder.decode(packet) { _ in } }
        #expect(decoder.report.used == .software)
        #expect(decoder.report.reason?.contains("no picture came of 100 packets") == true)
        var pictures: [Playback.Picture] = []
        for packet in packets[15...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures.map(\.hash) == all.pictures[20...].map(\.hash))
    }

    @Test func `hardware that dies between two keyframes that are decoded alone is left at the second`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let other = try self.packets(of: ClipMaker.make("other.mkv", in: folder) { $0.codec = ClipMaker.h265 })
        var decoder = try VideoDecoder(for: parameters, engine: engine(parameters))
        var pictures = 0
        try decoder.decodeAlone(packets[0]) { _ in pictures += 1 }
        #expect(pictures == 1 && decoder.report.used == .vaapi)
        try decoder.decodeAlone(other.packets[0]) { _ in pictures += 1 }
        #expect(pictures == 1 && decoder.report.used == .software)
        try decoder.decodeAlone(packets[10]) { _ in pictures += 1 }
        #expect(pictures == 2)
    }

    @Test(.enabled(if: access("/dev/video0", F_OK) != 0, "needs a machine without video devices"))
    func `a V4L2 decoder that does not open again after a flush costs no picture`() throws {
        let (packets, parameters) = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let all = try play(packets, on: VideoDecoder(for: parameters))
        var decoder = try VideoDecoder(for: parameters, engine: engine(parameters, as: .v4l2m2m))
        var pictures: [Playback.Picture] = []
        for packet in packets[..<10] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(decoder.report.used == .v4l2m2m)
        try decoder.decodeAlone(packets[10]) { pictures.append(Playback.Picture($0)) }
        for packet in packets[20...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures == Array(all.pictures[...10] + all.pictures[20...]))
        #expect(decoder.report.used == .software)
        #expect(decoder.report.reason?.contains("/dev/video") == true)
    }

    @Test func `rounded times become their packets' own again`() {
        var times = PictureTimes(nominalInterval: .milliseconds(40))
        for index in 0..<100 { times.note(MediaTime(nanoseconds: Int64(index) * 33_333_333)) }
        #expect(times.time(ofStamp: 99 * 33_333_333 / 1000 * 1000) == MediaTime(nanoseconds: 99 * 33_333_333))
        #expect(times.time(ofStamp: 17) == MediaTime(nanoseconds: 17))
    }
}
