import CFFmpeg

/// Takes the upper eight bits of a brightness that has more, wherever its samples lie: 10, 12 or 16 bits, planar or packed.
///
/// FFmpeg has other ideas of that: it takes all grey for full range and stretches what is limited, it adds a pattern, and where it
/// copies without scaling it takes the samples of P010, which lie in the upper bits, for those of other kinds.
struct DeepLuma {
    private let plane: Int
    private let offset: Int
    /// Bytes from sample to sample.
    private let step: Int
    /// From a sample's 16 bits to its upper eight.
    private let shift: UInt16
    private let isBigEndian: Bool

    /// What a pixel format has; nil for RGB, floating point, and brightness of eight bits or fewer.
    init?(_ format: Int32) {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format))?.pointee else { return nil }
        let unlike =
            AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
            | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER
        let luma = description.comp.0
        guard description.flags & UInt64(unlike) == 0, (9...16).contains(luma.depth), luma.shift + luma.depth <= 16,
            luma.step >= 2, luma.plane >= 0, luma.plane < 4, luma.offset >= 0
        else { return nil }
        plane = Int(luma.plane)
        offset = Int(luma.offset)
        step = Int(luma.step)
        shift = UInt16(luma.shift + luma.depth - 8)
        isBigEndian = description.flags & UInt64(AV_PIX_FMT_FLAG_BE) != 0
    }

    /// Copies a picture's brightness.
    ///
    /// - Parameters:
    ///   - picture: of the format that this was made for.
    ///   - target: room for as many rows.
    ///   - stride: from row to row of the target, at least the picture's width.
    /// - Returns: false where the picture's rows are not there.
    func copy(_ picture: AVFrame, to target: UnsafeMutablePointer<UInt8>, stride: Int) -> Bool {
        let planes = [picture.data.0, picture.data.1, picture.data.2, picture.data.3]
        let strides = [picture.linesize.0, picture.linesize.1, picture.linesize.2, picture.linesize.3]
        let (width, gap) = (Int(picture.width), Int(strides[plane]))
        guard let source = planes[plane], abs(gap) >= offset + (width - 1) * step + 2, stride >= width else {
            return false
        }
        for y in 0..<Int(picture.height) {
            // In bounds: the row holds all samples, as was checked above.
            let row = UnsafeRawPointer(source + y * gap + offset)
            let result = target + y * stride
            for x in 0..<width {
                let stored = row.loadUnaligned(fromByteOffset: x * step, as: UInt16.self)
                let sample = isBigEndian ? UInt16(bigEndian: stored) : UInt16(littleEndian: stored)
                result[x] = UInt8(truncatingIfNeeded: sample >> shift)
            }
        }
        return true
    }
}
