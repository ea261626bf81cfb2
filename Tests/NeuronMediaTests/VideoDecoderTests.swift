import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)))
struct VideoDecoderTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Decodes packets with a decoder of their own.
    private func decode(
        _ packets: [CompressedPacket],
        of parameters: DecoderParameters,
        policy: VideoDecoder.DamagePolicy = .dropUntilKeyframe
    ) throws -> (pictures: [Playback.Picture], statistics: DecoderStatistics) {
        var decoder = try VideoDecoder(for: parameters, damagePolicy: policy)
        var pictures: [Playback.Picture] = []
        for packet in packets { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        return (pictures, decoder.statistics)
    }

    private func packets(of clip: String) throws -> (packets: [CompressedPacket], parameters: DecoderParameters) {
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (packets, source.decoderParameters)
    }

    @Test func `packets outlive their source and decode on another thread`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let (packets, parameters) = try packets(of: clip)
        let result = ResultBox()
        let thread = DedicatedThread(name: "decoder") {
            guard var decoder = try? VideoDecoder(for: parameters) else { return }
            var times: [MediaTime] = []
            for packet in packets { try? decoder.decode(packet) { times.append($0.time) } }
            try? decoder.finish { times.append($0.time) }
            result.set(times)
        }
        thread.join()
        #expect(result.times == (try Playback(clip)).times)
    }

    @Test func `after a flush any group decodes again to the same pictures`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let (packets, parameters) = try packets(of: clip)
        let all = try Playback(clip)
        var decoder = try VideoDecoder(for: parameters)
        var pictures: [Playback.Picture] = []
        for packet in packets { try decoder.decode(packet) { _ in } }
        decoder.flush()
        for packet in packets[10..<20] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures == Array(all.pictures[10..<20]))
    }

    @Test(arguments: [ClipMaker.cameraH264, ClipMaker.h265])
    func `what follows a flush without a keyframe gives no picture before one`(codec: [String]) throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) { $0.codec = codec }
        let (packets, parameters) = try packets(of: clip)
        let all = try Playback(clip)
        var decoder = try VideoDecoder(for: parameters)
        var pictures: [Playback.Picture] = []
        for packet in packets[..<3] { try decoder.decode(packet) { _ in } }
        decoder.flush()
        for packet in packets[5...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures == Array(all.pictures[10...]))
    }

    @Test func `keyframes alone and then a whole group give the times of full decoding`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let (packets, parameters) = try packets(of: clip)
        let all = try Playback(clip)
        var decoder = try VideoDecoder(for: parameters)
        var pictures: [Playback.Picture] = []
        for index in [0, 10] {
            try decoder.decodeAlone(packets[index]) { pictures.append(Playback.Picture($0)) }
        }
        for packet in packets[10...] { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
        try decoder.finish { pictures.append(Playback.Picture($0)) }
        #expect(pictures == [all.pictures[0]] + [all.pictures[10]] + all.pictures[10...])
    }

    @Test(arguments: ["mp4", "ts", "flv", "mjpeg"])
    func `a long row of keyframes, and then all groups, give the pictures of full decoding`(kind: String) throws {
        let clip = try ClipMaker.make("clip." + (kind == "mjpeg" ? "avi" : kind), in: folder) {
            $0.frames = 60
            if kind == "mjpeg" { $0.codec = ["-c:v", "mjpeg", "-g", "10"] }
            if kind == "flv" { $0.codec = ["-c:v", "flv", "-g", "10"] }
        }
        let (packets, parameters) = try packets(of: clip)
        let all = try Playback(clip)
        var decoder = try VideoDecoder(for: parameters)
        var pictures: [Playback.Picture] = []
        for _ in 0..<2 {
            for index in stride(from: 0, to: 60, by: 10) {
                try decoder.decodeAlone(packets[index]) { pictures.append(Playback.Picture($0)) }
            }
            decoder.flush()
            for packet in packets { try decoder.decode(packet) { pictures.append(Playback.Picture($0)) } }
            try decoder.finish { pictures.append(Playback.Picture($0)) }
        }
        let expected = stride(from: 0, to: 60, by: 10).map { all.pictures[$0] } + all.pictures
        #expect(all.pictures.count == 60 && pictures == expected + expected)
    }

    @Test func `a missing packet without a mark is not seen, and that is why readers mark losses`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder) { $0.codec = ClipMaker.cameraH264 }
        var (packets, parameters) = try packets(of: clip)
        packets.remove(at: 3)
        let (pictures, statistics) = try decode(packets, of: parameters)
        #expect(pictures.count == 29)
        #expect(statistics.damagedFrames == 0)
    }

    @Test func `pictures behind damage are left out until the next keyframe`() throws {
        let clip = try ClipMaker.make("clip.h264", in: folder) { $0.codec = ClipMaker.cameraH264 + ["-qp", "20"] }
        let (packets, _) = try packets(of: clip)
        var bytes = try TemporaryDirectory.read(clip)
        // The middle of the 14th picture: the 2nd group has ten, so the 11th to the 13th and the 21st on are whole.
        let start = packets[..<13].reduce(0) { $0 + $1.byteCount }
        let middle = start + packets[13].byteCount / 3
        for index in middle..<(start + packets[13].byteCount - 1) { bytes[index] = 0 }
        let damaged = try folder.write(bytes, to: "damaged.h264")

        let all = try Playback(clip)
        let playback = try Playback(damaged)
        let hidden = 20 - 13
        #expect(playback.pictures.count == 30 - hidden)
        #expect(playback.decoderStatistics.damagedFrames + playback.decoderStatistics.failedPackets >= hidden)
        #expect(playback.pictures == Array(all.pictures[..<13] + all.pictures[20...]))

        let concealed = try Playback(damaged, damagePolicy: .deliver)
        #expect(concealed.pictures.count >= 29)
    }

    @Test func `another codec's packets end in an error and not in pictures`() throws {
        let h264 = try packets(of: ClipMaker.make("clip.mp4", in: folder))
        let h265 = try packets(of: ClipMaker.make("clip.mkv", in: folder) { $0.codec = ClipMaker.h265 })
        let many = Array(repeating: h265.packets, count: 15).flatMap { $0 }
        let error = #expect(throws: MediaError.self) { _ = try decode(many, of: h264.parameters) }
        #expect(error?.code == .invalidData)
        #expect(error?.description.contains("h264") == true)
    }
}

/// What a thread leaves behind for the test to look at after the join.
private final class ResultBox: Sendable {
    private let box = Mutex<[MediaTime]>([])

    var times: [MediaTime] { box.withLock { $0 } }

    func set(_ times: [MediaTime]) { box.withLock { $0 = times } }
}
