import CFFmpeg

/// The video codecs that are decoded, and what is known of each.
enum VideoCodecs {
    /// FFmpeg's names of their decoders: an allow-list, since each decoder reads data that anyone may have written.
    static let decoderNames = [
        "h264", "hevc", "mjpeg", "mpeg4", "mpeg1video", "mpeg2video", "h263", "flv", "vp8", "vp9", "libdav1d",
    ]

    /// The decoder of a codec; nil if it isn't on the list.
    static func decoder(of codec: AVCodecID) -> UnsafePointer<AVCodec>? {
        for name in decoderNames {
            if let decoder = avcodec_find_decoder_by_name(name), decoder.pointee.id == codec { return decoder }
        }
        return nil
    }

    /// The decoder of what a device of this machine sends, which may be uncompressed as well; nil if it isn't on the list.
    static func deviceDecoder(of codec: AVCodecID) -> UnsafePointer<AVCodec>? {
        codec == AV_CODEC_ID_RAWVIDEO ? avcodec_find_decoder(codec) : decoder(of: codec)
    }

    /// The decoder that FFmpeg calls so; nil if it was built without.
    static func decoder(named name: String) -> UnsafePointer<AVCodec>? { avcodec_find_decoder_by_name(name) }

    /// Whether a codec's standard says what each bit of a picture is, so that no decoder may give another.
    static func isExact(_ codec: AVCodecID) -> Bool {
        [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1].contains(codec)
    }

    static func name(of codec: AVCodecID) -> String { String(cString: avcodec_get_name(codec)) }

    /// Whether each packet is a picture of its own.
    static func isIntraOnly(_ codec: AVCodecID) -> Bool {
        guard let descriptor = avcodec_descriptor_get(codec) else { return false }
        return descriptor.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0
    }

    /// Whether pictures can be stored in another order than they are shown.
    static func mayReorder(_ codec: AVCodecID) -> Bool {
        guard let descriptor = avcodec_descriptor_get(codec) else { return true }
        return descriptor.pointee.props & AV_CODEC_PROP_REORDER != 0
    }
}
