import CFFmpeg

/// Turns pictures without a plain 8-bit luma plane (10 bits, RGB, packed YUV) into one.
///
/// Brightness keeps its range: limited stays limited, as in the planes that are used as they are; that of RGB is full.
struct GrayConverter: ~Copyable {
    private var scaler = PictureScaler(to: AV_PIX_FMT_GRAY8, keepsRange: true, method: SWS_POINT)
    private var buffer: UnsafeMutableBufferPointer<UInt8>?

    init() {}

    deinit { buffer?.deallocate() }

    /// Converts a picture; the result is valid until the next call.
    ///
    /// - Returns: samples and the distance from row to row; nil if FFmpeg cannot convert the format.
    mutating func convert(_ picture: AVFrame) -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        let stride = (Int(picture.width) + 63) & ~63
        guard let base = room(stride * Int(picture.height)) else { return nil }
        if let deep = DeepLuma(picture.format) {
            return deep.copy(picture, to: base, stride: stride) ? (UnsafePointer(base), stride) : nil
        }
        guard scaler.prepare(for: picture) else { return nil }
        let isWhole = scaler.convert(picture, to: [base, nil, nil, nil], strides: [Int32(stride), 0, 0, 0])
        return isWhole ? (UnsafePointer(base), stride) : nil
    }

    private mutating func room(_ byteCount: Int) -> UnsafeMutablePointer<UInt8>? {
        // The last row may be written to in whole vectors.
        let capacity = byteCount + 64
        if buffer?.count != capacity {
            buffer?.deallocate()
            buffer = .allocate(capacity: capacity)
            buffer?.initialize(repeating: 0)
        }
        return buffer?.baseAddress
    }
}
