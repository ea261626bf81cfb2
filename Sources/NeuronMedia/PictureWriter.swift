import CFFmpeg
package import NeuronCore

/// Encodes single pictures as JPEG or PNG files; owns the encoder, which is made anew when the size changes.
package struct PictureWriter: ~Copyable {
    package let format: Format
    private var encoder: EncoderContext?
    private var filler: FrameFiller?
    /// For which both are open; nil where there are none, or a failure has left them in doubt.
    private var size: FrameSize?

    /// What kind of file is made.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case jpeg
        case png

        /// The ending of a file's name.
        package var fileEnding: String { self == .jpeg ? "jpg" : "png" }
    }

    /// Of 2 (best) to 31: hardly to be told from the original, at a tenth of a PNG.
    package static let fine = 3

    /// Makes a writer; the encoder is opened with the first picture.
    package init(_ format: Format) { self.format = format }

    /// The encoder's quality for one that people write, 1 to 100.
    package static func quality(percent: Int) -> Int { 31 - (min(max(percent, 1), 100) - 1) * 29 / 99 }

    /// Encodes a picture.
    ///
    /// - Parameters:
    ///   - picture: of any size.
    ///   - wanted: the file's size; nil for the picture's own.
    ///   - quality: of a JPEG, 2 (best) to 31.
    /// - Returns: a whole file.
    /// - Throws: where this FFmpeg lacks the encoder, or it fails.
    package mutating func file(
        of picture: ColourPicture,
        size wanted: FrameSize? = nil,
        quality: Int = PictureWriter.fine
    ) throws(MediaError) -> [UInt8] {
        let target = wanted ?? picture.size
        if size != target { try prepare(target) }
        guard var filler = filler.take(), let encoder = encoder.take() else { throw .allocating("an encoder") }
        size = nil
        try filler.fill(with: picture)
        filler.frame.native.pointee.quality = FF_QP2LAMBDA * Int32(min(max(quality, 2), 31))
        filler.frame.native.pointee.pts += 1
        let status = avcodec_send_frame(encoder.native, filler.frame.native)
        guard status >= 0 else { throw .encoding("a picture of \(picture.size)", status: status) }
        let packet = try PacketHandle()
        guard try encoder.receive(packet) else { throw .encoding("a picture of \(picture.size)", status: 0) }
        let bytes = UnsafeBufferPointer(start: packet.native.pointee.data, count: packet.byteCount)
        self.filler = consume filler
        self.encoder = consume encoder
        size = target
        return Array(bytes)
    }

    private mutating func prepare(_ size: FrameSize) throws(MediaError) {
        let pixels = format == .jpeg ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_RGB24
        let encoder = try EncoderContext(named: format == .jpeg ? "mjpeg" : "png") { context in
            context.width = Int32(size.width)
            context.height = Int32(size.height)
            context.pix_fmt = pixels
            context.time_base = AVRational(num: 1, den: 25)
            if format == .jpeg {
                context.flags |= AV_CODEC_FLAG_QSCALE
                context.global_quality = FF_QP2LAMBDA * Int32(Self.fine)
                // The transforms of single instruction sets round otherwise.
                context.dct_algo = FF_DCT_INT
            }
        }
        filler = try FrameFiller(size: size, format: pixels)
        filler?.frame.native.pointee.pts = 0
        self.encoder = consume encoder
        self.size = size
    }
}
