import CFFmpeg

/// Turns pictures without a plain 8-bit luma plane (10 bits, RGB, packed YUV) into one.
///
/// Brightness keeps its range: limited stays limited, as in the planes that are used as they are.
struct GrayConverter: ~Copyable {
    private var scaler = PictureScaler(to: AV_PIX_FMT_GRAY8, keepsRange: true, method: SWS_POINT)
    private var buffer: UnsafeMutableBufferPointer<UInt8>?

    init() {}

    deinit { buffer?.deallocate() }

    /// Converts a picture; the result is valid until the next call.
    ///
    /// - Returns: samples and the distance from row to row; nil if FFmpeg cannot convert the format.
    mutating func convert(_ frame: borrowing FrameBuffer) -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        let picture = frame.native.pointee
        let (isNew, isPossible) = scaler.prepare(for: picture)
        guard isPossible else { return nil }
        let stride = (Int(picture.width) + 63) & ~63
        if isNew { makeRoom(stride * Int(picture.height)) }
        guard let base = buffer?.baseAddress else { return nil }
        let isWhole = scaler.convert(picture, to: [base, nil, nil, nil], strides: [Int32(stride), 0, 0, 0])
        return isWhole ? (UnsafePointer(base), stride) : nil
    }

    private mutating func makeRoom(_ byteCount: Int) {
        buffer?.deallocate()
        // The last row may be written to in whole vectors.
        buffer = .allocate(capacity: byteCount + 64)
        buffer?.initialize(repeating: 0)
    }
}
