import CFFmpeg
import NeuronCore

/// A codec's working state; owns the `AVCodecContext`.
struct CodecContext: ~Copyable {
    let native: UnsafeMutablePointer<AVCodecContext>

    /// The largest picture that is decoded: 64 megapixels, more than any camera of the field has.
    static let maxPixels: Int64 = 64 << 20

    /// A context that is never opened, for a parser to read the parameters from.
    init(parsing parameters: DecoderParameters) throws(MediaError) {
        native = try Self.allocated(nil, parameters)
    }

    /// An open decoder that gives the same bytes on every machine.
    init(decoding parameters: DecoderParameters) throws(MediaError) {
        FFmpegRuntime.prepare()
        let name = parameters.codecName
        guard let decoder = VideoCodecs.decoder(of: parameters.native.pointee.codec_id) else {
            throw .codec(name, reason: "it is not one of \(VideoCodecs.decoderNames.joined(separator: ", "))")
        }
        var context: UnsafeMutablePointer<AVCodecContext>? = try Self.allocated(decoder, parameters)
        guard let opening = context else { throw .allocating("a decoder") }
        opening.pointee.thread_count = 1
        opening.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        // The C integer transform: MPEG-4's and MJPEG's inverse DCT differ between instruction sets otherwise.
        opening.pointee.idct_algo = FF_IDCT_SIMPLE
        opening.pointee.max_pixels = Self.maxPixels
        opening.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
        let status = avcodec_open2(opening, decoder, nil)
        guard status >= 0 else {
            avcodec_free_context(&context)
            throw .codec(name, reason: ffmpegText(status))
        }
        native = opening
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

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = native
        avcodec_free_context(&context)
    }
}
