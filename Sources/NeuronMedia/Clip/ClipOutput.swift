import CFFmpeg
import Glibc
import NeuronCore

/// A fragmented MP4 that is handed out as it is written; owns the `AVFormatContext` and its buffer.
///
/// Nothing is written twice and nothing is gone back to: what was handed out, in order, is the file.
struct ClipOutput: ~Copyable {
    private let native: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let receiver: Receiver
    private let scratch: PacketHandle

    /// What FFmpeg hands the bytes to.
    private final class Receiver {
        let take: ([UInt8]) -> Bool

        init(_ take: @escaping ([UInt8]) -> Bool) { self.take = take }
    }

    private static let bufferSize = 64 << 10
    /// A fragment is held in memory until it is written: pictures of at most this many microseconds.
    private static let fragmentLength = "2000000"

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - parameters: of the stream.
    ///   - head: the codec's head where the packets have one of their own; nil for the stream's.
    ///   - take: gets the file's bytes, piece by piece; false where it could not take them.
    /// - Throws: where the container does not take such a stream, or `take` nothing.
    init(
        _ parameters: DecoderParameters,
        head: [UInt8]?,
        take: @escaping ([UInt8]) -> Bool
    ) throws(MediaError) {
        try self.init(
            parameters.native,
            head: head,
            orientation: parameters.orientation,
            isIntraOnly: parameters.isIntraOnly,
            take: take
        )
    }

    /// Begins a file of an encoder's packets.
    ///
    /// - Parameters:
    ///   - encoder: whose packets will come.
    ///   - take: gets the file's bytes, piece by piece; false where it could not take them.
    /// - Throws: where the container does not take such a stream, or `take` nothing.
    init(encoder: borrowing EncoderContext, take: @escaping ([UInt8]) -> Bool) throws(MediaError) {
        var parameters = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&parameters) }
        guard let parameters, avcodec_parameters_from_context(parameters, encoder.native) >= 0 else {
            throw .allocating("codec parameters")
        }
        try self.init(parameters, head: nil, orientation: .upright, isIntraOnly: false, take: take)
    }

    private init(
        _ parameters: UnsafePointer<AVCodecParameters>,
        head: [UInt8]?,
        orientation: PictureOrientation,
        isIntraOnly: Bool,
        take: @escaping ([UInt8]) -> Bool
    ) throws(MediaError) {
        var context: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&context, nil, "mp4", nil) >= 0, let context else {
            throw .allocating("a clip's writer")
        }
        let receiver = Receiver(take)
        let stream: UnsafeMutablePointer<AVStream>
        let scratch: PacketHandle
        do throws(MediaError) {
            scratch = try PacketHandle()
            stream = try Self.addStream(to: context, parameters, head)
            try Self.turn(stream, orientation)
            try Self.attach(receiver, to: context)
            try Self.begin(context, isIntraOnly: isIntraOnly)
        } catch {
            Self.free(context)
            throw error
        }
        native = context
        self.stream = stream
        self.scratch = scratch
        self.receiver = receiver
    }

    private static func addStream(
        to context: UnsafeMutablePointer<AVFormatContext>,
        _ parameters: UnsafePointer<AVCodecParameters>,
        _ head: [UInt8]?
    ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
        guard let stream = avformat_new_stream(context, nil), let codec = stream.pointee.codecpar,
            avcodec_parameters_copy(codec, parameters) >= 0
        else { throw .allocating("a stream") }
        // The source container's own name of the codec; Safari plays H.265 by this one alone.
        codec.pointee.codec_tag = codec.pointee.codec_id == AV_CODEC_ID_HEVC ? tag("hvc1") : 0
        stream.pointee.time_base = AVRational(num: 1, den: Int32(ClipTimes.ticksPerSecond))
        if let head { try set(head, in: codec) }
        return stream
    }

    private static func set(
        _ head: [UInt8],
        in codec: UnsafeMutablePointer<AVCodecParameters>
    ) throws(MediaError) {
        guard let copy = av_mallocz(head.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else {
            throw .allocating("a codec's head")
        }
        head.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: head.count) }
        av_free(codec.pointee.extradata)
        codec.pointee.extradata = copy.assumingMemoryBound(to: UInt8.self)
        codec.pointee.extradata_size = Int32(head.count)
    }

    private static func turn(
        _ stream: UnsafeMutablePointer<AVStream>,
        _ orientation: PictureOrientation
    ) throws(MediaError) {
        let degrees: Double? =
            switch orientation {
            case .upright: nil
            case .clockwise: 90
            case .upsideDown: 180
            case .counterClockwise: -90
            }
        guard let degrees else { return }
        let size = 9 * MemoryLayout<Int32>.size
        guard let data = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, size) else {
            throw .allocating("a display matrix")
        }
        data.withMemoryRebound(to: Int32.self, capacity: 9) { av_display_rotation_set($0, degrees) }
    }

    /// Gives the file a buffer of our own, whose bytes go to the receiver.
    private static func attach(
        _ receiver: Receiver,
        to context: UnsafeMutablePointer<AVFormatContext>
    ) throws(MediaError) {
        guard let buffer = av_malloc(bufferSize) else { throw .allocating("a clip's buffer") }
        // Unretained is sound: this value holds the receiver for as long as the buffer lives.
        let opaque = Unmanaged.passUnretained(receiver).toOpaque()
        let file = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self),
            Int32(bufferSize),
            1,
            opaque,
            nil,
            { opaque, bytes, count in
                guard let opaque, let bytes else { return nd_AVERROR(EINVAL) }
                let receiver = Unmanaged<Receiver>.fromOpaque(opaque).takeUnretainedValue()
                let piece = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
                return receiver.take(piece) ? count : nd_AVERROR(EIO)
            },
            nil
        )
        guard let file else {
            av_free(buffer)
            throw .allocating("a clip's buffer")
        }
        context.pointee.pb = file
        context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
    }

    private static func begin(
        _ context: UnsafeMutablePointer<AVFormatContext>,
        isIntraOnly: Bool
    ) throws(MediaError) {
        // Each picture of an intra-only stream is a keyframe: a fragment for each would be more head than picture.
        let cut = isIntraOnly ? "" : "+frag_keyframe"
        var options = FFmpegDictionary([
            ("movflags", "empty_moov+default_base_moof" + cut), ("frag_duration", fragmentLength),
        ])
        let status = avformat_write_header(context, &options.native)
        guard status >= 0 else { throw .clip("begin", status: status) }
    }

    private static func tag(_ name: StaticString) -> UInt32 {
        name.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// Writes a packet at its place.
    mutating func write(_ packet: CompressedPacket, at place: ClipTimes.Place) throws(MediaError) {
        try write(packet.native, isKeyframe: packet.facts.isKeyframe, at: place)
    }

    /// Writes an encoder's packet at its place.
    mutating func write(_ packet: PacketHandle, at place: ClipTimes.Place) throws(MediaError) {
        try write(packet.native, isKeyframe: packet.isKeyframe, at: place)
    }

    private mutating func write(
        _ packet: UnsafePointer<AVPacket>,
        isKeyframe: Bool,
        at place: ClipTimes.Place
    ) throws(MediaError) {
        let next = scratch.native
        guard av_packet_ref(next, packet) >= 0 else { throw .allocating("a packet") }
        defer { av_packet_unref(next) }
        // What a demuxer noted beside the packet is no business of the file's.
        av_packet_free_side_data(next)
        next.pointee.flags = isKeyframe ? AV_PKT_FLAG_KEY : 0
        next.pointee.stream_index = stream.pointee.index
        next.pointee.pts = place.presentation
        next.pointee.dts = place.decoding
        next.pointee.duration = 0
        next.pointee.time_base = AVRational(num: 1, den: Int32(ClipTimes.ticksPerSecond))
        av_packet_rescale_ts(next, next.pointee.time_base, stream.pointee.time_base)
        let status = av_write_frame(native, next)
        guard status >= 0 else { throw .clip("go on with", status: status) }
    }

    /// Writes the last fragment and the end.
    mutating func finish() throws(MediaError) {
        let status = av_write_trailer(native)
        guard status >= 0 else { throw .clip("end", status: status) }
        avio_flush(native.pointee.pb)
        let failure = native.pointee.pb.pointee.error
        guard failure >= 0 else { throw .clip("end", status: failure) }
    }

    private static func free(_ context: UnsafeMutablePointer<AVFormatContext>) {
        if let file = context.pointee.pb {
            av_freep(&file.pointee.buffer)
            avio_context_free(&context.pointee.pb)
        }
        avformat_free_context(context)
    }

    deinit { Self.free(native) }
}

extension MediaError {
    fileprivate static func clip(_ action: String, status: Int32) -> MediaError {
        MediaError(code: .writeFailed, message: "Could not \(action) a clip: \(ffmpegText(status)).")
    }
}
