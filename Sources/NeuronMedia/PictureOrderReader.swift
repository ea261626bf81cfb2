import CFFmpeg

/// Reads from a compressed picture's header where it belongs in the order of showing; owns an FFmpeg parser.
struct PictureOrderReader: ~Copyable {
    private let parser: UnsafeMutablePointer<AVCodecParserContext>
    private let codec: CodecContext
    private let hasPictureOrderCount: Bool
    private var count = 0

    /// How many pictures a codec can hold back; 0 where they are always stored in the order of showing.
    static func depth(of codec: AVCodecID) -> Int {
        switch codec {
        case AV_CODEC_ID_H264, AV_CODEC_ID_HEVC: 16
        case AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO: 1
        default: 0
        }
    }

    /// Makes a reader for a stream's codec; nil where pictures are always stored in the order of showing.
    init?(_ parameters: DecoderParameters) throws(MediaError) {
        let id = parameters.native.pointee.codec_id
        guard Self.depth(of: id) > 0 else { return nil }
        let codec = try CodecContext(parsing: parameters)
        guard let parser = av_parser_init(Int32(bitPattern: id.rawValue)) else { return nil }
        parser.pointee.flags |= PARSER_FLAG_COMPLETE_FRAMES
        self.parser = parser
        self.codec = codec
        hasPictureOrderCount = Self.depth(of: id) > 1
    }

    deinit { av_parser_close(parser) }

    /// The number that the pictures of a sequence are shown by, for ``PresentationSorter``.
    mutating func order(of packet: PacketHandle) -> Int {
        var output: UnsafeMutablePointer<UInt8>?
        var outputSize: Int32 = 0
        _ = av_parser_parse2(
            parser,
            codec.native,
            &output,
            &outputSize,
            packet.native.pointee.data,
            packet.native.pointee.size,
            nd_AV_NOPTS_VALUE,
            nd_AV_NOPTS_VALUE,
            0
        )
        if hasPictureOrderCount { return Int(parser.pointee.output_picture_number) }
        count += 1
        return parser.pointee.pict_type == Int32(AV_PICTURE_TYPE_B.rawValue) ? Int.min : count
    }
}
