import CFFmpeg
import NeuronCore

extension StreamFacts {
    /// Reads the facts of a stream that `avformat_find_stream_info` has seen; nil if it has no picture size.
    init?(_ stream: UnsafeMutablePointer<AVStream>, in context: borrowing FormatContext) {
        let parameters = stream.pointee.codecpar.pointee
        guard parameters.width > 0, parameters.height > 0 else { return nil }
        let rate = declaredRate(stream)
        let duration = context.native.pointee.duration
        codecName = VideoCodecs.name(of: parameters.codec_id)
        profile = avcodec_profile_name(parameters.codec_id, parameters.profile).map { String(cString: $0) }
        size = FrameSize(width: Int(parameters.width), height: Int(parameters.height))
        orientation = PictureOrientation(ofStream: stream)
        averageFrameRate = rate
        nominalFrameInterval = (rate ?? .usualFrameRate).period
        timebase = Ratio(stream.pointee.time_base) ?? .nanosecond
        isIntraOnly = VideoCodecs.isIntraOnly(parameters.codec_id)
        durationSeconds = duration > 0 ? Double(duration) / Double(AV_TIME_BASE) : nil
        hasAudio = context.streams.contains { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO }
        containerName = String(cString: context.native.pointee.iformat.pointee.name)
        bitRate = parameters.bit_rate > 0 ? Int(parameters.bit_rate) : nil
        pixelFormat = av_get_pix_fmt_name(AVPixelFormat(parameters.format)).map { String(cString: $0) }
    }
}

/// The average rate, or the base rate where there is none; only what a camera can have.
private func declaredRate(_ stream: UnsafeMutablePointer<AVStream>) -> Ratio? {
    [stream.pointee.avg_frame_rate, stream.pointee.r_frame_rate]
        .compactMap { Ratio($0) }
        .first { $0.numerator <= 240 * $0.denominator && $0.denominator <= 3600 * $0.numerator }
}

extension Ratio {
    init?(_ native: AVRational) { self.init(Int(native.num), Int(native.den)) }

    /// The time between two events of this rate, cut to nanoseconds.
    fileprivate var period: TimeSpan { TimeSpan(nanoseconds: Int64(denominator) * 1_000_000_000 / Int64(numerator)) }
}
