import CFFmpeg
package import NeuronCore

/// Encodes pictures to an MP4 file: H.264 where this FFmpeg has libx264, else MPEG-4.
///
/// Lives on one thread at a time. The size is the first picture's, rounded down to even numbers; others are scaled to it.
package struct VideoWriter: ~Copyable {
    /// FFmpeg's name of the encoder in use.
    package let encoderName: String
    private let encoder: EncoderContext
    private var output: OutputFile
    private var filler: FrameFiller
    private let packet: PacketHandle
    private var ticks = VideoTicks()
    /// Between the last two pictures; nothing tells how long the very last one is shown.
    private var interval = VideoTicks.perSecond / 25

    /// In the order of preference.
    package static let encoderNames = EncoderContext.videoNames

    private static let quality = EncoderContext.VideoQuality(constantRateFactor: 20, scale: 3, allowsReordering: true)

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where it will be; it appears with ``finish()``, in place of one that is there.
    ///   - size: of the pictures, at least 2 x 2.
    ///   - encoders: FFmpeg's names in the order of preference.
    /// - Throws: where there is no encoder, or the file cannot be written.
    package init(
        path: String,
        size: FrameSize,
        encoders: [String] = VideoWriter.encoderNames
    ) throws(MediaError) {
        let encoder = try EncoderContext.video(among: encoders, size: size, Self.quality)
        let filler = try FrameFiller(size: size.evened, format: AV_PIX_FMT_YUV420P)
        let packet = try PacketHandle()
        let output = try OutputFile(path: path, encoder: encoder)
        encoderName = encoder.name
        self.encoder = encoder
        self.filler = filler
        self.packet = packet
        self.output = output
    }

    /// Adds a picture.
    ///
    /// - Parameters:
    ///   - picture: of any size.
    ///   - time: when it is shown, counted from the first; one that is not later than the last follows it at once.
    /// - Throws: where the encoder fails or the file cannot be written.
    package mutating func write(_ picture: ColourPicture, at time: MediaTime) throws(MediaError) {
        let previous = ticks.last
        let next = ticks.next(at: time)
        if previous >= 0 { interval = next - previous }
        try encoder.send(picture, by: &filler, ticks: next)
        try drain()
    }

    /// Writes what the encoder still holds and closes the file; nothing is written afterwards.
    package mutating func finish() throws(MediaError) {
        avcodec_send_frame(encoder.native, nil)
        try drain()
        try output.finish()
    }

    private mutating func drain() throws(MediaError) {
        while try encoder.receive(packet) {
            packet.native.pointee.duration = interval
            try output.write(packet, timebase: encoder.native.pointee.time_base)
        }
    }
}
