import CFFmpeg
import Glibc
import NeuronCore

/// Decodes the packets of one stream to pictures, the same bytes on every machine.
///
/// Lives on one thread at a time. Damage never becomes a picture by default: after a packet that does not decode, or
/// that is known to be damaged, pictures are left out until the next keyframe, since a smear looks like motion.
package struct VideoDecoder: ~Copyable {
    package private(set) var statistics = DecoderStatistics()

    private let parameters: DecoderParameters
    private let damagePolicy: DamagePolicy
    private let codec: CodecContext
    private let frame: FrameBuffer
    private var converter = GrayConverter()
    private var lastTime: MediaTime?
    private var damage = Damage.none
    /// Since the last picture.
    private var fruitlessPackets = 0
    private var lastFailure = nd_AVERROR_INVALIDDATA
    private var restart = Restart.none

    /// What becomes of pictures that follow damage.
    package enum DamagePolicy: Sendable, Hashable {
        /// They are left out and counted, up to the next good keyframe.
        case dropUntilKeyframe
        /// They are delivered as FFmpeg conceals them.
        case deliver
    }

    private enum Damage {
        case none
        /// No good keyframe since; so many packets ago.
        case waiting(packets: Int)
        /// Trust begins with the keyframe shown at this time.
        case until(MediaTime)
    }

    /// What is known of the keyframe that decoding began with after a flush.
    private enum Restart {
        case none
        /// It has not come yet.
        case waiting
        /// It is shown at this time: what follows it and is shown before it refers to what was flushed.
        case at(MediaTime)
    }

    /// So many packets in a row without a picture are another stream than was announced.
    ///
    /// A codec holds back 16 pictures; a stream that refreshes itself bit by bit takes up to ten seconds for its first.
    private static let fruitlessLimit = 300
    /// A stream with so few keyframes refreshes itself bit by bit instead.
    private static let longestDistrust = 500

    /// Makes a decoder.
    ///
    /// - Parameters:
    ///   - parameters: of a ``MediaSource``.
    ///   - damagePolicy: what becomes of pictures that follow damage.
    /// - Throws: `unsupportedCodec` or `outOfMemory`.
    package init(
        for parameters: DecoderParameters,
        damagePolicy: DamagePolicy = .dropUntilKeyframe
    ) throws(MediaError) {
        let codec = try CodecContext(decoding: parameters)
        let frame = try FrameBuffer()
        self.parameters = parameters
        self.damagePolicy = damagePolicy
        self.codec = codec
        self.frame = frame
    }

    /// Decodes the next packet of the stream.
    ///
    /// - Parameters:
    ///   - packet: the packet that follows the one before, or a keyframe after a flush.
    ///   - body: gets the pictures that came out, in the order of showing: none, one or several.
    /// - Throws: `invalidData` when hundreds of packets in a row gave no picture; a single one is only counted.
    package mutating func decode(
        _ packet: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        statistics.packets += 1
        fruitlessPackets += 1
        guard fruitlessPackets <= Self.fruitlessLimit else {
            throw .undecodable(codec: parameters.codecName, packets: Self.fruitlessLimit, status: lastFailure)
        }
        guard !isLeading(packet) else { return }
        noteTrust(in: packet)
        let status = avcodec_send_packet(codec.native, packet.native)
        if status < 0 { try noteFailure(status) }
        try drain(body)
    }

    /// Delivers the pictures that are still held back at the end of a clip; the decoder is then as after a flush.
    package mutating func finish(_ body: (borrowing DecodedFrame) -> Void) throws(MediaError) {
        avcodec_send_packet(codec.native, nil)
        try drain(body)
        flush()
    }

    /// Decodes a keyframe by itself and delivers its picture at once; what was decoded before is forgotten.
    package mutating func decodeAlone(
        _ keyframe: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        flush()
        try decode(keyframe, body)
        try finish(body)
    }

    /// Forgets all pictures; the next packet must be a keyframe, earlier or later than those before.
    package mutating func flush() {
        avcodec_flush_buffers(codec.native)
        restart = .waiting
        lastTime = nil
        damage = .none
    }

    private mutating func drain(_ body: (borrowing DecodedFrame) -> Void) throws(MediaError) {
        // FFmpeg goes on behind an error, but not without end: a codec holds back at most 16 pictures.
        var errors = 0
        while errors <= 32 {
            let status = avcodec_receive_frame(codec.native, frame.native)
            if status == nd_AVERROR(EAGAIN) || status == nd_AVERROR_EOF { return }
            guard status >= 0 else {
                try noteFailure(status)
                errors += 1
                continue
            }
            fruitlessPackets = 0
            deliver(body)
            av_frame_unref(frame.native)
        }
    }

    private mutating func deliver(_ body: (borrowing DecodedFrame) -> Void) {
        let time = presentationTime()
        guard isTrusted(at: time) else {
            statistics.damagedFrames += 1
            return
        }
        guard let (samples, stride) = luma() else {
            statistics.unconvertedFrames += 1
            return
        }
        let shownTime = rising(time)
        statistics.frames += 1
        let size = FrameSize(width: Int(frame.native.pointee.width), height: Int(frame.native.pointee.height))
        let orientation = orientation()
        body(
            DecodedFrame(
                time: shownTime,
                storedSize: size,
                orientation: orientation,
                native: frame.native,
                samples: samples,
                stride: stride,
                chroma: ChromaPlanes(frame.native.pointee)
            )
        )
    }

    private func presentationTime() -> MediaTime {
        let pts = frame.native.pointee.pts
        if pts != nd_AV_NOPTS_VALUE { return MediaTime(nanoseconds: pts) }
        return lastTime.map { $0 + parameters.nominalFrameInterval } ?? .zero
    }

    private mutating func rising(_ time: MediaTime) -> MediaTime {
        var time = time
        if let lastTime, time <= lastTime {
            statistics.outOfOrderFrames += 1
            time = lastTime + TimeSpan(nanoseconds: 1)
        }
        lastTime = time
        return time
    }

    private mutating func luma() -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        let picture = frame.native.pointee
        guard picture.width > 0, picture.height > 0 else { return nil }
        let stride = Int(picture.linesize.0)
        if hasPlainLuma(picture.format), stride >= Int(picture.width), let samples = picture.data.0 {
            return (UnsafePointer(samples), stride)
        }
        statistics.convertedFrames += 1
        return converter.convert(frame)
    }

    private func orientation() -> PictureOrientation {
        guard let matrix = av_frame_get_side_data(frame.native, AV_FRAME_DATA_DISPLAYMATRIX) else {
            return parameters.orientation
        }
        return PictureOrientation(
            displayMatrix: UnsafeRawPointer(matrix.pointee.data),
            byteCount: Int(matrix.pointee.size)
        )
    }
}

extension VideoDecoder {
    /// Whether a packet's picture belongs to the group before the keyframe that decoding was begun with (open groups).
    private mutating func isLeading(_ packet: CompressedPacket) -> Bool {
        switch restart {
        case .none: return false
        case .waiting:
            if packet.facts.isKeyframe { restart = .at(packet.presentationTime) }
            return false
        case .at(let start):
            if packet.facts.isKeyframe { restart = .none }
            return packet.presentationTime < start
        }
    }

    private mutating func noteTrust(in packet: CompressedPacket) {
        if packet.isDamaged {
            damage = .waiting(packets: 0)
        } else if case .waiting(let packets) = damage {
            let isTrustedAgain = packet.facts.isKeyframe || packets >= Self.longestDistrust
            damage = isTrustedAgain ? .until(packet.presentationTime) : .waiting(packets: packets + 1)
        }
    }

    private mutating func noteFailure(_ status: Int32) throws(MediaError) {
        if status == nd_AVERROR(ENOMEM) { throw .allocating("a picture") }
        statistics.failedPackets += 1
        lastFailure = status
        damage = .waiting(packets: 0)
    }

    /// Whether the picture at hand shows what the camera saw.
    private mutating func isTrusted(at time: MediaTime) -> Bool {
        if damagePolicy == .deliver { return true }
        let picture = frame.native.pointee
        if picture.decode_error_flags != 0 || picture.flags & AV_FRAME_FLAG_CORRUPT != 0 {
            damage = .waiting(packets: 0)
            return false
        }
        switch damage {
        case .none: return true
        case .waiting: return false
        case .until(let start):
            if time >= start { damage = .none }
            return time >= start
        }
    }
}

/// Whether the first plane of a pixel format is one byte of brightness after another.
func hasPlainLuma(_ format: Int32) -> Bool {
    guard let description = av_pix_fmt_desc_get(AVPixelFormat(format)) else { return false }
    let unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
    let luma = description.pointee.comp.0
    return description.pointee.flags & UInt64(unlike) == 0
        && luma.plane == 0 && luma.step == 1 && luma.offset == 0 && luma.shift == 0 && luma.depth == 8
}

/// What a decoder has seen so far.
package struct DecoderStatistics: Sendable, Hashable, Codable {
    package var packets = 0
    /// Delivered.
    package var frames = 0
    /// Packets, or parts of them, that did not decode.
    package var failedPackets = 0
    /// Left out because they were damaged, or followed damage.
    package var damagedFrames = 0
    /// Moved on by a nanosecond because they came out at or before the time of the one before.
    package var outOfOrderFrames = 0
    /// Whose brightness had to be computed.
    package var convertedFrames = 0
    /// Left out because no brightness could be had.
    package var unconvertedFrames = 0

    /// Nothing so far.
    package init() {}

    /// Packets that did not decode, and pictures left out for damage.
    package var faults: Int { failedPackets + damagedFrames }
}
