import CFFmpeg
package import NeuronCore

/// Writes a clip in which privacy masks are painted: decodes each packet, burns the masks, and encodes again.
///
/// For cameras whose packets may not be passed on. Lives on one thread at a time, and costs about a core while pictures come. A
/// picture that cannot be painted is left out. Pictures are upright and of the first one's size.
package struct PaintedClipWriter: ~Copyable {
    /// When the first picture of the file is shown; nil before it.
    package private(set) var start: MediaTime?
    /// When the latest one is shown.
    package private(set) var end: MediaTime?
    private let take: ([UInt8]) -> Bool
    private var decoder: VideoDecoder?
    private var converter = ColourConverter()
    private var encoder: Encoder?
    private var hasBegun = false

    /// What is made when the first picture shows its size.
    private struct Encoder: ~Copyable {
        let context: EncoderContext
        var output: ClipOutput
        var filler: FrameFiller
        let packet: PacketHandle
        var ticks = VideoTicks()
    }

    /// Pictures in their order: what is decoded is shown.
    private static let quality = EncoderContext.VideoQuality(constantRateFactor: 23, scale: 4, allowsReordering: false)

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - parameters: of the stream.
    ///   - masks: what is painted over, at least one.
    ///   - take: gets the file's bytes, piece by piece; false where it could not take them.
    /// - Throws: where the stream cannot be decoded.
    package init(
        _ parameters: DecoderParameters,
        masks: PrivacyMasks,
        take: @escaping ([UInt8]) -> Bool
    ) throws(MediaError) {
        let decoder = try VideoDecoder(for: parameters, masks: masks)
        self.decoder = consume decoder
        self.take = take
    }

    /// Adds the next packet in decoding order; nothing is written before a keyframe.
    ///
    /// - Throws: where the encoder fails, or the bytes could not be taken.
    package mutating func write(_ packet: CompressedPacket) throws(MediaError) {
        guard hasBegun || packet.facts.isKeyframe else { return }
        hasBegun = true
        try decode(packet)
    }

    /// Writes what is held back and the file's end.
    package mutating func finish() throws(MediaError) {
        try decode(nil)
        guard var encoder = encoder.take() else { return }
        avcodec_send_frame(encoder.context.native, nil)
        try Self.drain(&encoder)
        try encoder.output.finish()
    }

    /// Decodes a packet, or gives out what is still inside the decoder.
    private mutating func decode(_ packet: CompressedPacket?) throws(MediaError) {
        guard var decoder = decoder.take() else { return }
        var pictures: [(picture: ColourPicture, time: MediaTime)] = []
        let keep = { (converter: inout ColourConverter, frame: borrowing DecodedFrame) in
            if let picture = converter.picture(of: frame) { pictures.append((picture, frame.time)) }
        }
        if let packet {
            try decoder.decode(packet) { keep(&converter, $0) }
        } else {
            try decoder.finish { keep(&converter, $0) }
        }
        self.decoder = consume decoder
        for (picture, time) in pictures { try encode(picture, at: time) }
    }

    private mutating func encode(_ picture: ColourPicture, at time: MediaTime) throws(MediaError) {
        if encoder == nil { encoder = try Self.encoder(for: picture.size, take: take) }
        guard var encoder = encoder.take() else { return }
        start = start ?? time
        end = max(end ?? time, time)
        try encoder.context.send(picture, by: &encoder.filler, ticks: encoder.ticks.next(at: time))
        try Self.drain(&encoder)
        self.encoder = consume encoder
    }

    private static func encoder(for size: FrameSize, take: @escaping ([UInt8]) -> Bool) throws(MediaError) -> Encoder {
        let context = try EncoderContext.video(size: size, quality)
        let filler = try FrameFiller(size: size.evened, format: AV_PIX_FMT_YUV420P)
        let packet = try PacketHandle()
        let output = try ClipOutput(encoder: context, take: take)
        return Encoder(context: context, output: output, filler: filler, packet: packet)
    }

    private static func drain(_ encoder: inout Encoder) throws(MediaError) {
        while try encoder.context.receive(encoder.packet) {
            let scale = ClipTimes.ticksPerSecond / 30_000
            let ticks = (encoder.packet.pts ?? 0) * scale / (VideoTicks.perSecond / 30_000)
            try encoder.output.write(encoder.packet, at: ClipTimes.Place(decoding: ticks, presentation: ticks))
            av_packet_unref(encoder.packet.native)
        }
    }
}
