import CFFmpeg
import NeuronCore

/// Brings colour pictures into the size and format that an encoder wants; owns the `SwsContext`.
struct FrameFiller: ~Copyable {
    /// The picture for the encoder; its buffers stay the same from picture to picture where the encoder lets go of them.
    let frame: FrameBuffer
    private var scaler: OpaquePointer?

    init(size: FrameSize, format: AVPixelFormat) throws(MediaError) {
        let frame = try FrameBuffer()
        frame.native.pointee.width = Int32(size.width)
        frame.native.pointee.height = Int32(size.height)
        frame.native.pointee.format = format.rawValue
        guard av_frame_get_buffer(frame.native, 0) >= 0 else { throw .allocating("a picture's buffer") }
        self.frame = frame
    }

    deinit { sws_freeContext(scaler) }

    /// Fills the frame with a picture, of whatever size.
    mutating func fill(with picture: ColourPicture) throws(MediaError) {
        // An encoder may still hold the buffers of the picture before.
        guard av_frame_make_writable(frame.native) >= 0 else { throw .allocating("a picture's buffer") }
        let target = frame.native.pointee
        scaler = sws_getCachedContext(
            scaler,
            Int32(picture.size.width),
            Int32(picture.size.height),
            AV_PIX_FMT_YUV420P,
            target.width,
            target.height,
            AVPixelFormat(target.format),
            SWS_BITEXACT | SWS_ACCURATE_RND | SWS_BILINEAR,
            nil,
            nil,
            nil
        )
        guard scaler != nil else { throw .allocating("a converter of pictures") }
        var targets = [target.data.0, target.data.1, target.data.2, target.data.3]
        var targetStrides = [target.linesize.0, target.linesize.1, target.linesize.2, target.linesize.3]
        let colourStride = Int32(picture.colourWidth)
        var strides = [Int32(picture.size.width), colourStride, colourStride, 0]
        let rows = picture.luma.withUnsafeBufferPointer { luma in
            picture.blue.withUnsafeBufferPointer { blue in
                picture.red.withUnsafeBufferPointer { red in
                    var source = [luma.baseAddress, blue.baseAddress, red.baseAddress, nil]
                    return sws_scale(
                        scaler,
                        &source,
                        &strides,
                        0,
                        Int32(picture.size.height),
                        &targets,
                        &targetStrides
                    )
                }
            }
        }
        guard rows > 0 else { throw .encoding("a picture of \(picture.size)", status: rows) }
    }
}
