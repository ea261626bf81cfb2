package import NeuronCore

/// A ratio of whole numbers: seconds per tick of a time base, or frames per second of a rate.
package struct Ratio: Sendable, Hashable, Codable, CustomStringConvertible {
    package var numerator: Int
    package var denominator: Int

    /// Makes a ratio; nil unless both parts are positive.
    package init?(_ numerator: Int, _ denominator: Int) {
        guard numerator > 0, denominator > 0 else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    private init(validNumerator: Int, denominator: Int) {
        numerator = validNumerator
        self.denominator = denominator
    }

    /// The nanosecond as a time base.
    package static let nanosecond = Ratio(validNumerator: 1, denominator: 1_000_000_000)
    /// 25 pictures a second: what a stream is taken for that does not say.
    package static let usualFrameRate = Ratio(validNumerator: 25, denominator: 1)

    package var inverse: Ratio { Ratio(validNumerator: denominator, denominator: numerator) }

    /// The value as a number, for people; not for arithmetic.
    package var value: Double { Double(numerator) / Double(denominator) }

    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

/// What a source says of its video stream when it is opened; the stream may turn out different later.
package struct StreamFacts: Sendable, Hashable {
    /// FFmpeg's name of the codec: `h264`, `hevc`, `mjpeg`, `mpeg4`.
    package var codecName: String
    package var profile: String?
    /// As stored, before any turn.
    ///
    /// Each frame says its own: it may change within a session.
    package var size: FrameSize
    package var orientation: PictureOrientation
    /// Frames per second as declared; nil where nothing plausible is.
    package var averageFrameRate: Ratio?
    /// What lies between two frames where time stamps are missing: the declared rate's, else 1/25 s.
    package var nominalFrameInterval: TimeSpan
    /// Seconds per tick of the container's time stamps.
    package var timebase: Ratio
    /// Whether each packet is a picture of its own.
    package var isIntraOnly: Bool
    /// The clip's length as declared.
    package var durationSeconds: Double?
    /// Whether there is sound beside the video; false for a camera that was not asked (`asksForAudio`).
    package var hasAudio: Bool
    /// FFmpeg's name of the container: `mov,mp4,…`, `matroska,webm`, `mpegts`, `avi`, `rtsp`.
    package var containerName: String
    /// Bits per second as declared.
    package var bitRate: Int?
    /// FFmpeg's name of the pixel format, once known: `yuv420p`.
    package var pixelFormat: String?
    /// What is other than was asked for, each a sentence; of a V4L2 device.
    package var remarks: [String] = []

    /// Codec and size in a few words: `h264 1280x720`, and of raw video its pixels: `rawvideo yuyv422 640x480`.
    package var text: String {
        let pixels = codecName == "rawvideo" ? pixelFormat : nil
        return [codecName, pixels, size.description].compactMap(\.self).joined(separator: " ")
    }
}
