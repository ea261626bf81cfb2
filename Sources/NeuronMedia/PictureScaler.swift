import CFFmpeg

/// Turns pictures of one pixel format into another of the same size; owns the `SwsContext`.
///
/// Made anew by itself where the pictures become others. The same bytes on every machine.
struct PictureScaler: ~Copyable {
    private let target: AVPixelFormat
    private let keepsRange: Bool
    private let method: Int32
    private var scaler: OpaquePointer?
    private var key: Key?

    private struct Key: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
        var isFullRange: Bool
    }

    /// Makes a scaler.
    ///
    /// - Parameters:
    ///   - target: the format that comes out.
    ///   - keepsRange: whether brightness stays as it is, limited or full; it comes out limited otherwise.
    ///   - method: `SWS_POINT`, `SWS_BILINEAR`.
    init(to target: AVPixelFormat, keepsRange: Bool, method: Int32) {
        self.target = target
        self.keepsRange = keepsRange
        self.method = method
    }

    deinit { sws_freeContext(scaler) }

    /// Gets ready for pictures like this one.
    ///
    /// - Returns: whether it is another kind than before, and whether FFmpeg can convert it.
    mutating func prepare(for picture: AVFrame) -> (isNew: Bool, isPossible: Bool) {
        let wanted = Key(
            width: picture.width,
            height: picture.height,
            format: picture.format,
            isFullRange: picture.color_range == AVCOL_RANGE_JPEG
        )
        if key == wanted { return (false, scaler != nil) }
        key = wanted
        sws_freeContext(scaler)
        scaler = sws_getContext(
            picture.width,
            picture.height,
            AVPixelFormat(picture.format),
            picture.width,
            picture.height,
            target,
            SWS_BITEXACT | SWS_ACCURATE_RND | method,
            nil,
            nil,
            nil
        )
        setRange(of: picture, isFull: wanted.isFullRange)
        return (true, scaler != nil)
    }

    /// Converts a picture that it is ready for.
    ///
    /// - Parameters:
    ///   - picture: as it was prepared for.
    ///   - planes: where the target's planes go, four of them; each row has room for whole vectors.
    ///   - strides: the distances from row to row, in bytes.
    /// - Returns: whether all rows were written.
    func convert(_ picture: AVFrame, to planes: [UnsafeMutablePointer<UInt8>?], strides: [Int32]) -> Bool {
        // The four planes of both sides as sws_scale wants them: arrays, not tuples.
        let source = [picture.data.0, picture.data.1, picture.data.2, picture.data.3]
            .map { plane in plane.map { UnsafePointer<UInt8>($0) } }
        let sourceStrides = [picture.linesize.0, picture.linesize.1, picture.linesize.2, picture.linesize.3]
        return sws_scale(scaler, source, sourceStrides, 0, picture.height, planes, strides) == picture.height
    }

    /// Without this, gray is taken for full range whatever the stream says, and a limited luma is stretched; RGB has no
    /// other.
    private func setRange(of picture: AVFrame, isFull: Bool) {
        guard let scaler, let description = av_pix_fmt_desc_get(AVPixelFormat(picture.format)),
            description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) == 0
        else { return }
        let coefficients = sws_getCoefficients(SWS_CS_DEFAULT)
        let (source, result): (Int32, Int32) = keepsRange ? (1, 1) : (isFull ? 1 : 0, 0)
        sws_setColorspaceDetails(scaler, coefficients, source, coefficients, result, 0, 1 << 16, 1 << 16)
    }
}
