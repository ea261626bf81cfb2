import CFFmpeg
import Glibc
import NeuronCore

/// An open encoder; owns the `AVCodecContext`.
struct EncoderContext: ~Copyable {
    let native: UnsafeMutablePointer<AVCodecContext>

    /// Opens an encoder on one thread, with the same bytes for the same pictures.
    ///
    /// - Parameters:
    ///   - name: FFmpeg's name of it.
    ///   - options: its private options.
    ///   - prepare: sets size, format and rate before it is opened.
    /// - Throws: where this FFmpeg has no such encoder, or it refuses what it was told.
    init(
        named name: String,
        options: [(String, String)] = [],
        _ prepare: (inout AVCodecContext) -> Void
    ) throws(MediaError) {
        FFmpegRuntime.prepare()
        guard let encoder = avcodec_find_encoder_by_name(name) else { throw .withoutEncoder([name]) }
        var context = avcodec_alloc_context3(encoder)
        guard let opening = context else { throw .allocating("an encoder") }
        opening.pointee.thread_count = 1
        opening.pointee.flags |= AV_CODEC_FLAG_BITEXACT
        prepare(&opening.pointee)
        var dictionary = FFmpegDictionary(options)
        let status = avcodec_open2(opening, encoder, &dictionary.native)
        guard status >= 0 else {
            avcodec_free_context(&context)
            throw .encoding("with '\(name)'", status: status)
        }
        native = opening
    }

    /// Whether this FFmpeg has an encoder.
    static func exists(_ name: String) -> Bool { avcodec_find_encoder_by_name(name) != nil }

    /// FFmpeg's name of it.
    var name: String { native.pointee.codec.map { String(cString: $0.pointee.name) } ?? "" }

    /// Takes the next packet that is ready; false where none is.
    func receive(_ packet: PacketHandle) throws(MediaError) -> Bool {
        let status = avcodec_receive_packet(native, packet.native)
        if status == nd_AVERROR(EAGAIN) || status == nd_AVERROR_EOF { return false }
        guard status >= 0 else { throw .encoding("a picture", status: status) }
        return true
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = native
        avcodec_free_context(&context)
    }
}
