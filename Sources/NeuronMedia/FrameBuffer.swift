import CFFmpeg

/// A reusable decoded picture; owns the `AVFrame`, whose data FFmpeg pools.
struct FrameBuffer: ~Copyable {
    let native: UnsafeMutablePointer<AVFrame>

    init() throws(MediaError) {
        guard let allocated = av_frame_alloc() else { throw .allocating("a frame") }
        native = allocated
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = native
        av_frame_free(&frame)
    }
}
