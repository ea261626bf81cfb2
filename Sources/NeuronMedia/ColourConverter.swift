import CFFmpeg
package import NeuronCore

/// Copies decoded pictures in colour, as they are displayed; owns the `SwsContext`.
package struct ColourConverter: ~Copyable {
    private var scaler: OpaquePointer?
    private var key: Key?

    private struct Key: Equatable {
        var width: Int32
        var height: Int32
        var format: Int32
        var isFullRange: Bool
    }

    /// Makes a converter for pictures of any size and format, one after another.
    package init() {}

    deinit { sws_freeContext(scaler) }

    /// Copies a picture.
    ///
    /// - Returns: nil if FFmpeg cannot convert its format.
    package mutating func picture(of frame: borrowing DecodedFrame) -> ColourPicture? {
        let native = frame.native.pointee
        guard prepare(for: native) else { return nil }
        // Rows are written in whole vectors: the last one of a plane needs room behind it.
        let lumaStride = (Int(native.width) + 63) & ~63
        let colourStride = ((Int(native.width) + 1) / 2 + 63) & ~63
        let (height, colourHeight) = (Int(native.height), (Int(native.height) + 1) / 2)
        var luma = [UInt8](repeating: 0, count: lumaStride * height + 64)
        var blue = [UInt8](repeating: 0, count: colourStride * colourHeight + 64)
        var red = blue
        let rows = convert(native, &luma, &blue, &red, strides: [Int32(lumaStride), Int32(colourStride)])
        guard rows == native.height else { return nil }
        var picture = ColourPicture(size: frame.storedSize)
        Self.copyRows(luma, stride: lumaStride, to: &picture.luma, width: picture.size.width)
        Self.copyRows(blue, stride: colourStride, to: &picture.blue, width: picture.colourWidth)
        Self.copyRows(red, stride: colourStride, to: &picture.red, width: picture.colourWidth)
        return picture.displayed(in: frame.orientation)
    }

    private mutating func prepare(for picture: AVFrame) -> Bool {
        let wanted = Key(
            width: picture.width,
            height: picture.height,
            format: picture.format,
            isFullRange: picture.color_range == AVCOL_RANGE_JPEG
        )
        if key == wanted { return scaler != nil }
        key = wanted
        sws_freeContext(scaler)
        scaler = sws_getContext(
            picture.width,
            picture.height,
            AVPixelFormat(picture.format),
            picture.width,
            picture.height,
            AV_PIX_FMT_YUV420P,
            SWS_BITEXACT | SWS_ACCURATE_RND | SWS_BILINEAR,
            nil,
            nil,
            nil
        )
        setRange(of: picture, isFull: wanted.isFullRange)
        return scaler != nil
    }

    /// Without this, gray is taken for full range whatever the stream says; RGB has no other.
    private func setRange(of picture: AVFrame, isFull: Bool) {
        guard let scaler, let description = av_pix_fmt_desc_get(AVPixelFormat(picture.format)),
            description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) == 0
        else { return }
        let coefficients = sws_getCoefficients(SWS_CS_DEFAULT)
        sws_setColorspaceDetails(scaler, coefficients, isFull ? 1 : 0, coefficients, 0, 0, 1 << 16, 1 << 16)
    }

    private func convert(
        _ native: AVFrame,
        _ luma: inout [UInt8],
        _ blue: inout [UInt8],
        _ red: inout [UInt8],
        strides: [Int32]
    ) -> Int32 {
        let planes = [native.data.0, native.data.1, native.data.2, native.data.3]
        var source = planes.map { plane in plane.map { UnsafePointer<UInt8>($0) } }
        var sourceStrides = [native.linesize.0, native.linesize.1, native.linesize.2, native.linesize.3]
        var targetStrides = [strides[0], strides[1], strides[1], 0]
        return luma.withUnsafeMutableBufferPointer { luma in
            blue.withUnsafeMutableBufferPointer { blue in
                red.withUnsafeMutableBufferPointer { red in
                    var target = [luma.baseAddress, blue.baseAddress, red.baseAddress, nil]
                    return sws_scale(scaler, &source, &sourceStrides, 0, native.height, &target, &targetStrides)
                }
            }
        }
    }

    private static func copyRows(_ rows: [UInt8], stride: Int, to plane: inout [UInt8], width: Int) {
        for row in 0..<plane.count / width {
            plane.replaceSubrange(row * width..<(row + 1) * width, with: rows[row * stride..<row * stride + width])
        }
    }
}
