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
    private var first: MediaTime?
    private var lastTicks: Int64 = -1
    /// Between the last two pictures; nothing tells how long the very last one is shown.
    private var interval = ticksPerSecond / 25

    /// In the order of preference.
    package static let encoderNames = ["libx264", "mpeg4"]

    /// Divides the usual frame rates; MPEG-4 takes no more than 65535.
    private static let ticksPerSecond: Int64 = 60_000

    /// Of 1 (best) to 31, where the encoder has no rate control of its own.
    private static let mpeg4Quality: Int32 = 3

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
        let even = FrameSize(width: max(size.width & ~1, 2), height: max(size.height & ~1, 2))
        guard let name = encoders.first(where: EncoderContext.exists) else { throw .withoutEncoder(encoders) }
        let encoder = try Self.encoder(name, even)
        let filler = try FrameFiller(size: even, format: AV_PIX_FMT_YUV420P)
        let packet = try PacketHandle()
        let output = try OutputFile(path: path, encoder: encoder)
        encoderName = name
        self.encoder = encoder
        self.filler = filler
        self.packet = packet
        self.output = output
    }

    private static func encoder(_ name: String, _ size: FrameSize) throws(MediaError) -> EncoderContext {
        let isX264 = name == "libx264"
        return try EncoderContext(named: name, options: isX264 ? [("preset", "veryfast"), ("crf", "20")] : []) {
            context in
            context.width = Int32(size.width)
            context.height = Int32(size.height)
            context.pix_fmt = AV_PIX_FMT_YUV420P
            context.color_range = AVCOL_RANGE_MPEG
            context.time_base = AVRational(num: 1, den: Int32(ticksPerSecond))
            context.framerate = AVRational(num: 25, den: 1)
            context.gop_size = 50
            // MP4 wants the codec's head in the file's head.
            context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            if !isX264 {
                context.flags |= AV_CODEC_FLAG_QSCALE
                context.global_quality = FF_QP2LAMBDA * mpeg4Quality
            }
        }
    }

    /// Adds a picture.
    ///
    /// - Parameters:
    ///   - picture: of any size.
    ///   - time: when it is shown, counted from the first; one that is not later than the last follows it at once.
    /// - Throws: where the encoder fails or the file cannot be written.
    package mutating func write(_ picture: ColourPicture, at time: MediaTime) throws(MediaError) {
        let start = first ?? time
        first = start
        let ticks = (time - start).nanoseconds / 1000 * Self.ticksPerSecond / 1_000_000
        let previous = lastTicks
        lastTicks = max(ticks, lastTicks + 1)
        if previous >= 0 { interval = lastTicks - previous }
        try filler.fill(with: picture)
        filler.frame.native.pointee.pts = lastTicks
        filler.frame.native.pointee.quality = encoder.native.pointee.global_quality
        let status = avcodec_send_frame(encoder.native, filler.frame.native)
        guard status >= 0 else { throw .encoding("a picture of \(picture.size)", status: status) }
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
