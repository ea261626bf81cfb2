import CFFmpeg
package import NeuronCore

/// Copies decoded pictures in colour, as they are displayed.
package struct ColourConverter: ~Copyable {
    private var scaler = PictureScaler(to: AV_PIX_FMT_YUV420P, keepsRange: false, method: SWS_BILINEAR)

    /// Makes a converter for pictures of any size and format, one after another.
    package init() {}

    /// Copies a picture.
    ///
    /// - Returns: nil if FFmpeg cannot convert its format.
    package mutating func picture(of frame: borrowing DecodedFrame) -> ColourPicture? {
        let native = frame.native.pointee
        guard scaler.prepare(for: native) else { return nil }
        // Rows are written in whole vectors: the last one of a plane needs room behind it.
        let lumaStride = (Int(native.width) + 63) & ~63
        let colourStride = ((Int(native.width) + 1) / 2 + 63) & ~63
        let (height, colourHeight) = (Int(native.height), (Int(native.height) + 1) / 2)
        var luma = [UInt8](repeating: 0, count: lumaStride * height + 64)
        var blue = [UInt8](repeating: 0, count: colourStride * colourHeight + 64)
        var red = blue
        guard convert(native, &luma, &blue, &red, strides: [lumaStride, colourStride, colourStride, 0]) else {
            return nil
        }
        var picture = ColourPicture(size: frame.storedSize)
        Self.copyRows(luma, stride: lumaStride, to: &picture.luma, width: picture.size.width)
        Self.copyRows(blue, stride: colourStride, to: &picture.blue, width: picture.colourWidth)
        Self.copyRows(red, stride: colourStride, to: &picture.red, width: picture.colourWidth)
        return picture.displayed(in: frame.orientation)
    }

    private func convert(
        _ native: AVFrame,
        _ luma: inout [UInt8],
        _ blue: inout [UInt8],
        _ red: inout [UInt8],
        strides: [Int]
    ) -> Bool {
        luma.withUnsafeMutableBufferPointer { luma in
            blue.withUnsafeMutableBufferPointer { blue in
                red.withUnsafeMutableBufferPointer { red in
                    let planes = [luma.baseAddress, blue.baseAddress, red.baseAddress, nil]
                    return scaler.convert(native, to: planes, strides: strides.map { Int32($0) })
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
