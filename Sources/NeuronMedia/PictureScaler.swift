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
    ///   - keepsRange: whether brightness stays as it is, limited or full, and that of RGB comes out full; all comes out
    ///     limited otherwise.
    ///   - method: `SWS_POINT`, `SWS_BILINEAR`.
    init(to target: AVPixelFormat, keepsRange: Bool, method: Int32) {
        self.target = target
        self.keepsRange = keepsRange
        self.method = method
    }

    deinit { sws_freeContext(scaler) }

    /// Gets ready for pictures like this one.
    ///
    /// - Returns: whether FFmpeg can convert it.
    mutating func prepare(for picture: AVFrame) -> Bool {
        let wanted = Key(
            width: picture.width,
            height: picture.height,
            format: picture.format,
            isFullRange: picture.color_range == AVCOL_RANGE_JPEG
        )
        if key == wanted { return scaler != nil }
        key = wanted
        sws_freeContext(scaler)
        scaler = opened(for: wanted)
        return scaler != nil
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

    private func opened(for key: Key) -> OpaquePointer? {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(key.format)),
            let scaler = sws_alloc_context()
        else { return nil }
        let isRGB = description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        let ranges = ranges(isFull: key.isFullRange, isRGB: isRGB)
        guard describe(scaler, key, ranges), sws_init_context(scaler, nil, nil) >= 0 else {
            sws_freeContext(scaler)
            return nil
        }
        // Opening takes 8-bit grey for full range whatever it was told.
        if !isRGB {
            let coefficients = sws_getCoefficients(SWS_CS_DEFAULT)
            sws_setColorspaceDetails(
                scaler,
                coefficients,
                ranges.source,
                coefficients,
                ranges.result,
                0,
                1 << 16,
                1 << 16
            )
        }
        return scaler
    }

    /// What FFmpeg calls 1 is the full range; RGB has no other, and only its result has one.
    private func ranges(isFull: Bool, isRGB: Bool) -> (source: Int32, result: Int32) {
        if isRGB { return (0, keepsRange ? 1 : 0) }
        // Grey is full for FFmpeg; with both alike, brightness stays what it is.
        if keepsRange, target == AV_PIX_FMT_GRAY8 { return (1, 1) }
        return isFull ? (1, keepsRange ? 1 : 0) : (0, 0)
    }

    /// Says all before the scaler is opened: what it is told of ranges afterwards undoes neither a stretched range of ten bits nor
    /// the plain copy that it has chosen where both ranges seemed to be alike.
    private func describe(_ scaler: OpaquePointer, _ key: Key, _ ranges: (source: Int32, result: Int32)) -> Bool {
        let object = UnsafeMutableRawPointer(scaler)
        let numbers: [(String, Int32)] = [
            ("srcw", key.width), ("srch", key.height), ("dstw", key.width), ("dsth", key.height),
            ("src_range", ranges.source), ("dst_range", ranges.result),
            ("sws_flags", SWS_BITEXACT | SWS_ACCURATE_RND | method),
        ]
        return numbers.allSatisfy { av_opt_set_int(object, $0.0, Int64($0.1), 0) >= 0 }
            && av_opt_set_pixel_fmt(object, "src_format", AVPixelFormat(key.format), 0) >= 0
            && av_opt_set_pixel_fmt(object, "dst_format", target, 0) >= 0
            // The upper eight bits of ten, without a pattern laid over them.
            && av_opt_set(object, "sws_dither", "none", 0) >= 0
    }
}
