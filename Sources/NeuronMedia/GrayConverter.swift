import CFFmpeg

/// Turns pictures without a plain 8-bit luma plane (10 bits, RGB, packed YUV) into one; owns the `SwsContext`.
///
/// Brightness keeps its range: limited stays limited, as in the planes that are used as they are.
struct GrayConverter: ~Copyable {
    private var scaler: OpaquePointer?
    private var buffer: UnsafeMutableBufferPointer<UInt8>?
    private var key: Key?

    private struct Key: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
    }

    init() {}

    deinit {
        sws_freeContext(scaler)
        buffer?.deallocate()
    }

    /// Converts a picture; the result is valid until the next call.
    ///
    /// - Returns: samples and the distance from row to row; nil if FFmpeg cannot convert the format.
    mutating func convert(_ picture: AVFrame) -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        guard prepare(for: picture), let buffer, let base = buffer.baseAddress else { return nil }
        let stride = Self.stride(of: picture.width)
        // The four planes of both sides as sws_scale wants them: arrays, not tuples.
        let planes = [picture.data.0, picture.data.1, picture.data.2, picture.data.3]
        var source = planes.map { plane in plane.map { UnsafePointer<UInt8>($0) } }
        var sourceStride = [
            picture.linesize.0, picture.linesize.1, picture.linesize.2, picture.linesize.3,
        ]
        var target: [UnsafeMutablePointer<UInt8>?] = [base, nil, nil, nil]
        var targetStride: [Int32] = [Int32(stride), 0, 0, 0]
        let rows = sws_scale(scaler, &source, &sourceStride, 0, picture.height, &target, &targetStride)
        return rows == picture.height ? (UnsafePointer(base), stride) : nil
    }

    private static func stride(of width: Int32) -> Int { (Int(width) + 63) & ~63 }

    private mutating func prepare(for picture: AVFrame) -> Bool {
        let wanted = Key(width: picture.width, height: picture.height, format: picture.format)
        if key == wanted { return scaler != nil }
        key = wanted
        sws_freeContext(scaler)
        scaler = sws_getContext(
            picture.width,
            picture.height,
            AVPixelFormat(picture.format),
            picture.width,
            picture.height,
            AV_PIX_FMT_GRAY8,
            SWS_BITEXACT | SWS_ACCURATE_RND | SWS_POINT,
            nil,
            nil,
            nil
        )
        keepRange(of: picture)
        buffer?.deallocate()
        // The last row may be written to in whole vectors.
        buffer = .allocate(capacity: Self.stride(of: picture.width) * Int(picture.height) + 64)
        buffer?.initialize(repeating: 0)
        return scaler != nil
    }

    /// Without this, gray is taken for full range and a limited luma is stretched.
    private func keepRange(of picture: AVFrame) {
        guard let scaler, let description = av_pix_fmt_desc_get(AVPixelFormat(picture.format)),
            description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) == 0
        else { return }
        let coefficients = sws_getCoefficients(SWS_CS_DEFAULT)
        sws_setColorspaceDetails(scaler, coefficients, 1, coefficients, 1, 0, 1 << 16, 1 << 16)
    }
}
