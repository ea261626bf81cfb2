import CFFmpeg

/// The brightness of decoded pictures, where it lies or converted; owns the converter.
struct LumaSource: ~Copyable {
    private var converter = GrayConverter()
    /// Pictures whose brightness had to be computed.
    private(set) var conversions = 0

    init() {}

    /// The samples of a picture and the distance from row to row, valid until the next call; nil where there are none.
    mutating func samples(of picture: AVFrame) -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        guard picture.width > 0, picture.height > 0 else { return nil }
        let stride = Int(picture.linesize.0)
        if Self.hasPlainLuma(picture.format), stride >= Int(picture.width), let samples = picture.data.0 {
            return (UnsafePointer(samples), stride)
        }
        conversions += 1
        return converter.convert(picture)
    }

    /// Whether the first plane of a pixel format is one byte of brightness after another.
    static func hasPlainLuma(_ format: Int32) -> Bool {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format)) else { return false }
        let unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
        let luma = description.pointee.comp.0
        return description.pointee.flags & UInt64(unlike) == 0
            && luma.plane == 0 && luma.step == 1 && luma.offset == 0 && luma.shift == 0 && luma.depth == 8
    }
}
