import CFFmpeg
import NeuronCore

extension EncoderContext {
    /// How good a video is to be, in the measures of its encoders.
    struct VideoQuality {
        /// libx264's: smaller is better, 18 is hardly to be told from the original.
        var constantRateFactor: Int
        /// 1 (best) to 31, for an encoder without rate control of its own.
        var scale: Int32
        /// Whether pictures may be stored in another order than they are shown.
        var allowsReordering: Bool
    }

    /// In the order of preference.
    static let videoNames = ["libx264", "mpeg4"]

    /// Opens an encoder of videos whose head stands in the file's head, as MP4 wants it; its times are ``VideoTicks``.
    ///
    /// - Parameters:
    ///   - names: FFmpeg's names of encoders in the order of preference.
    ///   - size: of the pictures; ``FrameSize/evened`` is used.
    ///   - quality: how good it is to be.
    /// - Returns: the open encoder of the first name that this FFmpeg has.
    /// - Throws: where there is no such encoder, or it refuses.
    static func video(
        among names: [String] = videoNames,
        size: FrameSize,
        _ quality: VideoQuality
    ) throws(MediaError) -> EncoderContext {
        guard let name = names.first(where: exists) else { throw .withoutEncoder(names) }
        let isX264 = name == "libx264"
        let options = isX264 ? [("preset", "veryfast"), ("crf", String(quality.constantRateFactor))] : []
        return try EncoderContext(named: name, options: options) { context in
            let even = size.evened
            context.width = Int32(even.width)
            context.height = Int32(even.height)
            context.pix_fmt = AV_PIX_FMT_YUV420P
            context.color_range = AVCOL_RANGE_MPEG
            context.time_base = AVRational(num: 1, den: Int32(VideoTicks.perSecond))
            context.framerate = AVRational(num: 25, den: 1)
            context.gop_size = 50
            if !quality.allowsReordering { context.max_b_frames = 0 }
            context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            if !isX264 {
                context.flags |= AV_CODEC_FLAG_QSCALE
                context.global_quality = FF_QP2LAMBDA * quality.scale
            }
        }
    }

    /// Gives the encoder a picture; what comes of it is fetched with ``receive(_:)``.
    func send(_ picture: ColourPicture, by filler: inout FrameFiller, ticks: Int64) throws(MediaError) {
        try filler.fill(with: picture)
        filler.frame.native.pointee.pts = ticks
        filler.frame.native.pointee.quality = native.pointee.global_quality
        let status = avcodec_send_frame(native, filler.frame.native)
        guard status >= 0 else { throw .encoding("a picture of \(picture.size)", status: status) }
    }
}

extension FrameSize {
    /// Rounded down to even numbers, at least 2 x 2: what encoders of shared colours take.
    var evened: FrameSize { FrameSize(width: max(width & ~1, 2), height: max(height & ~1, 2)) }
}
