import CFFmpeg

/// What is set once for the whole process before the first call into FFmpeg.
enum FFmpegRuntime {
    /// Does it on the first call.
    static func prepare() { _ = isPrepared }

    /// No single allocation above this: a picture of 64 megapixels needs less, and a hostile file can ask for any size.
    private static let largestAllocation = 512 << 20

    private static let isPrepared: Bool = {
        av_max_alloc(largestAllocation)
        FFmpegLog.connect()
        avformat_network_init()
        return true
    }()
}
