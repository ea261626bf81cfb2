import NeuronCore
import NeuronMedia

/// All that a source gives, read to its end: what tests compare.
struct Playback {
    struct Picture: Equatable {
        var time: MediaTime
        var size: FrameSize
        var orientation: PictureOrientation
        var hash: UInt64
        var meanLuma: Int
    }

    var facts: StreamFacts
    var packets: [CompressedPacket] = []
    var pictures: [Picture] = []
    var packetStatistics = PacketStatistics()
    var decoderStatistics = DecoderStatistics()
    var failure: MediaError?

    var times: [MediaTime] { pictures.map(\.time) }
    var milliseconds: [Int64] { pictures.map { $0.time.nanoseconds / 1_000_000 } }
    var isRising: Bool { zip(times, times.dropFirst()).allSatisfy { $0 < $1 } }
    var hasRisingPacketTimes: Bool { zip(packets, packets.dropFirst()).allSatisfy { $0.facts.time <= $1.facts.time } }

    enum Mode {
        case everyPacket
        case keyframesAlone
    }

    /// Opens a clip and decodes it; what ends it early is kept in `failure`, what keeps it from opening is thrown.
    init(
        _ path: String,
        mode: Mode = .everyPacket,
        options: SourceOptions = SourceOptions(),
        damagePolicy: VideoDecoder.DamagePolicy = .dropUntilKeyframe
    ) throws(MediaError) {
        var source = try MediaSource(opening: SourceAddress(path), options: options)
        var decoder = try VideoDecoder(for: source.decoderParameters, damagePolicy: damagePolicy)
        facts = source.facts
        var pictures: [Picture] = []
        do throws(MediaError) {
            while let packet = try source.nextPacket() {
                packets.append(packet)
                switch mode {
                case .everyPacket: try decoder.decode(packet) { pictures.append(Picture($0)) }
                case .keyframesAlone where packet.facts.isKeyframe:
                    try decoder.decodeAlone(packet) { pictures.append(Picture($0)) }
                case .keyframesAlone: break
                }
            }
            try decoder.finish { pictures.append(Picture($0)) }
        } catch {
            failure = error
        }
        self.pictures = pictures
        packetStatistics = source.statistics
        decoderStatistics = decoder.statistics
    }
}

extension Playback {
    /// FNV-1a, 64 bits.
    static func hash(_ samples: some Sequence<UInt8>) -> UInt64 {
        samples.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension Playback.Picture {
    init(_ frame: borrowing DecodedFrame) {
        let samples = frame.withLuma { luma in
            var samples: [UInt8] = []
            samples.reserveCapacity(luma.width * luma.height)
            for y in 0..<luma.height {
                for x in 0..<luma.width { samples.append(luma.samples[y * luma.stride + x]) }
            }
            return samples
        }
        time = frame.time
        size = frame.storedSize
        orientation = frame.orientation
        hash = Playback.hash(samples)
        meanLuma = samples.reduce(0) { $0 + Int($1) } / samples.count
    }
}
