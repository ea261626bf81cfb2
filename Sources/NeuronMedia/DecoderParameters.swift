import CFFmpeg
package import NeuronCore

/// All that a decoder needs to know of a stream; immutable, so that a decoder can be made on another thread.
package final class DecoderParameters: Sendable {
    /// FFmpeg's name of the codec.
    package let codecName: String
    package let orientation: PictureOrientation
    package let nominalFrameInterval: TimeSpan
    package let isIntraOnly: Bool

    // Sound: a copy of our own that nobody writes to after init; FFmpeg takes it as `const AVCodecParameters *`.
    nonisolated(unsafe) let native: UnsafeMutablePointer<AVCodecParameters>

    init(
        copying parameters: UnsafePointer<AVCodecParameters>,
        orientation: PictureOrientation,
        nominalFrameInterval: TimeSpan
    ) throws(MediaError) {
        guard let copy = avcodec_parameters_alloc() else { throw .allocating("codec parameters") }
        guard avcodec_parameters_copy(copy, parameters) >= 0 else {
            var failed: UnsafeMutablePointer<AVCodecParameters>? = copy
            avcodec_parameters_free(&failed)
            throw .allocating("codec parameters")
        }
        native = copy
        codecName = VideoCodecs.name(of: copy.pointee.codec_id)
        isIntraOnly = VideoCodecs.isIntraOnly(copy.pointee.codec_id)
        self.orientation = orientation
        self.nominalFrameInterval = nominalFrameInterval
    }

    /// The width of the picture as displayed in parts of its height, by the shape of its pixels; nil where the stream does not say.
    package var shape: Double? {
        let (width, height, pixel) = (native.pointee.width, native.pointee.height, native.pointee.sample_aspect_ratio)
        guard width > 0, height > 0 else { return nil }
        let stored = Double(width) / Double(height) * (pixel.num > 0 && pixel.den > 0 ? av_q2d(pixel) : 1)
        return [.clockwise, .counterClockwise].contains(orientation) ? 1 / stored : stored
    }

    deinit {
        var parameters: UnsafeMutablePointer<AVCodecParameters>? = native
        avcodec_parameters_free(&parameters)
    }
}
