import CFFmpeg
import NeuronCore

/// A codec's working state; owns the `AVCodecContext`.
struct CodecContext: ~Copyable {
    let native: UnsafeMutablePointer<AVCodecContext>

    /// The largest picture that is decoded: 64 megapixels, more than any camera of the field has.
    static let maxPixels: Int64 = 64 << 20

    /// Whether a picture of this size is decoded.
    static func isBearable(_ size: FrameSize) -> Bool {
        let edges = 1...32_768
        return edges.contains(size.width) && edges.contains(size.height)
            && Int64(size.width) * Int64(size.height) <= maxPixels
    }

    /// A context that is never opened, for a parser to read the parameters from.
    init(parsing parameters: DecoderParameters) throws(MediaError) {
        native = try Self.allocated(nil, parameters)
    }

    /// An open decoder that gives the same bytes on every machine.
    init(decoding parameters: DecoderParameters) throws(MediaError) {
        FFmpegRuntime.prepare()
        let name = parameters.codecName
        guard let decoder = VideoCodecs.deviceDecoder(of: parameters.native.pointee.codec_id) else {
            throw .codec(name, reason: "it is not one of \(VideoCodecs.decoderNames.joined(separator: ", "))")
        }
        try self.init(decoding: parameters, with: decoder)
    }

    /// An open decoder of a stream.
    ///
    /// - Parameters:
    ///   - parameters: the stream's.
    ///   - decoder: one of its codec.
    ///   - placement: where the pictures are to be; nil for the memory of this process.
    /// - Throws: why it would not open.
    init(
        decoding parameters: DecoderParameters,
        with decoder: UnsafePointer<AVCodec>,
        in placement: DevicePlacement? = nil
    ) throws(MediaError) {
        var context: UnsafeMutablePointer<AVCodecContext>? = try Self.allocated(decoder, parameters)
        guard let opening = context else { throw .allocating("a decoder") }
        Self.makePortable(opening)
        opening.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
        placement?.apply(to: opening)
        let status = avcodec_open2(opening, decoder, nil)
        guard status >= 0 else {
            avcodec_free_context(&context)
            throw .codec(parameters.codecName, reason: ffmpegText(status))
        }
        native = opening
    }

    /// An open decoder of single pictures that gives the same bytes on every machine.
    init(decodingStill codec: AVCodecID) throws(MediaError) {
        FFmpegRuntime.prepare()
        let name = VideoCodecs.name(of: codec)
        guard let decoder = avcodec_find_decoder(codec) else {
            throw .codec(name, reason: "this system's FFmpeg was built without it")
        }
        var context = avcodec_alloc_context3(decoder)
        guard let opening = context else { throw .allocating("a decoder") }
        Self.makePortable(opening)
        let status = avcodec_open2(opening, decoder, nil)
        guard status >= 0 else {
            avcodec_free_context(&context)
            throw .codec(name, reason: ffmpegText(status))
        }
        native = opening
    }

    /// One thread, and the C integer transform: MPEG-4's and MJPEG's inverse DCT differ between instruction sets otherwise.
    private static func makePortable(_ context: UnsafeMutablePointer<AVCodecContext>) {
        context.pointee.thread_count = 1
        context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        context.pointee.idct_algo = FF_IDCT_SIMPLE
        context.pointee.max_pixels = maxPixels
    }

    private static func allocated(
        _ decoder: UnsafePointer<AVCodec>?,
        _ parameters: DecoderParameters
    ) throws(MediaError) -> UnsafeMutablePointer<AVCodecContext> {
        var context = avcodec_alloc_context3(decoder)
        guard let allocated = context else { throw .allocating("a codec context") }
        guard avcodec_parameters_to_context(allocated, parameters.native) >= 0 else {
            avcodec_free_context(&context)
            throw .allocating("a codec context's parameters")
        }
        return allocated
    }

    /// Whether pictures have the size that the stream was announced with.
    func isAsAnnounced(by parameters: DecoderParameters) -> Bool {
        native.pointee.width == parameters.native.pointee.width
            && native.pointee.height == parameters.native.pointee.height
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = native
        avcodec_free_context(&context)
    }
}
