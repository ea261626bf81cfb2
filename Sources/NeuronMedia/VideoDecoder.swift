import CFFmpeg
import Glibc
package import NeuronCore

/// Decodes the packets of one stream to pictures, the same bytes on every machine.
///
/// Lives on one thread at a time. Damage never becomes a picture by default: after a packet that does not decode, or
/// that is known to be damaged, pictures are left out until the next keyframe, since a smear looks like motion.
///
/// On hardware, what fails at the first pictures is decoded again by software, so that no picture is lost; hardware that
/// has failed is not tried again for the same stream.
package struct VideoDecoder: ~Copyable {
    package private(set) var statistics = DecoderStatistics()

    private let codecName: String
    private let orientation: PictureOrientation
    private var engine: DecoderEngine
    private let frame: FrameBuffer
    private let download: PictureDownload
    /// Nil for a camera that hides nothing, which it costs nothing.
    private var burner: MaskBurner?
    private var lumas = LumaSource()
    private var times: PictureTimes
    private var trust: DamageTrust
    private var restart = DecodingRestart.none
    /// Keyframes decoded alone since anything was decoded in order.
    private var keyframesInRow = 0
    /// Since the last picture.
    private var fruitlessPackets = 0
    private var lastFailure = nd_AVERROR_INVALIDDATA

    /// Which decoder it is, and why; changes where hardware fails.
    package var report: DecoderReport { engine.report }

    /// What becomes of pictures that follow damage.
    package enum DamagePolicy: Sendable, Hashable {
        /// They are left out and counted, up to the next good keyframe.
        case dropUntilKeyframe
        /// They are delivered as FFmpeg conceals them.
        case deliver
    }

    /// So many packets in a row without a picture are another stream than was announced.
    ///
    /// A codec holds back 16 pictures; a stream that refreshes itself bit by bit takes up to ten seconds for its first.
    private static let fruitlessLimit = 300

    /// After so many keyframes in a row it is made lean: a scene that wakes a camera time after time does not pay for that.
    private static let leanAfter = 3

    /// Makes a decoder.
    ///
    /// - Parameters:
    ///   - parameters: of a ``MediaSource``.
    ///   - choice: which decoder is wanted; where it can't be had, software decodes, and ``report`` says why.
    ///   - damagePolicy: what becomes of pictures that follow damage.
    ///   - masks: what is burned into every picture before anybody sees it.
    /// - Throws: `unsupportedCodec` or `outOfMemory`.
    package init(
        for parameters: DecoderParameters,
        by choice: DecoderChoice = .software,
        damagePolicy: DamagePolicy = .dropUntilKeyframe,
        masks: PrivacyMasks = .none
    ) throws(MediaError) {
        let engine = try DecoderEngine(for: parameters, by: choice)
        try self.init(for: parameters, engine: engine, damagePolicy: damagePolicy, masks: masks)
    }

    /// Makes a decoder of an open engine.
    init(
        for parameters: DecoderParameters,
        engine: consuming DecoderEngine,
        damagePolicy: DamagePolicy = .dropUntilKeyframe,
        masks: PrivacyMasks = .none
    ) throws(MediaError) {
        let frame = try FrameBuffer()
        let download = try PictureDownload()
        let burner: MaskBurner? = masks.isEmpty ? nil : try MaskBurner(masks)
        self.burner = consume burner
        self.engine = engine
        self.frame = frame
        self.download = download
        codecName = parameters.codecName
        orientation = parameters.orientation
        trust = DamageTrust(policy: damagePolicy)
        times = PictureTimes(nominalInterval: parameters.nominalFrameInterval)
    }

    /// Decodes the next packet of the stream.
    ///
    /// - Parameters:
    ///   - packet: the packet that follows the one before, or a keyframe after a flush; what follows a flush otherwise counts as
    ///     damaged.
    ///   - body: gets the pictures that came out, in the order of showing: none, one or several.
    /// - Throws: `invalidData` when hundreds of packets in a row gave no picture; a single one is only counted.
    package mutating func decode(
        _ packet: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        keyframesInRow = 0
        try decodeNext(packet, body)
    }

    private mutating func decodeNext(
        _ packet: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        statistics.packets += 1
        fruitlessPackets += 1
        guard fruitlessPackets <= Self.fruitlessLimit else {
            throw .undecodable(codec: codecName, packets: Self.fruitlessLimit, status: lastFailure)
        }
        if restart.isBroken(by: packet) { trust.lose() }
        guard !restart.isLeading(packet) else { return }
        try engine.prepare(for: packet)
        trust.note(packet)
        try send(packet, body)
        try leaveFailedHardware(isOver: false, body)
    }

    /// Delivers the pictures that are still held back at the end of a clip; the decoder is then as after a flush.
    package mutating func finish(_ body: (borrowing DecodedFrame) -> Void) throws(MediaError) {
        if engine.holdsPictures {
            try drainRest(body)
            if try leaveFailedHardware(isOver: true, body) { try drainRest(body) }
        }
        flush()
    }

    /// Decodes a keyframe by itself and delivers its picture at once; what was decoded before is forgotten.
    ///
    /// In a long row of them the memory is given back that decoding in order needed, one or several pictures.
    package mutating func decodeAlone(
        _ keyframe: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        flush()
        keyframesInRow += 1
        if keyframesInRow == Self.leanAfter { try engine.makeLean() }
        try decodeNext(keyframe, body)
        try finish(body)
    }

    /// Forgets all pictures; the next packet should be a keyframe, earlier or later than those before.
    package mutating func flush() {
        engine.flush()
        restart = .waiting
        times.restart()
        trust.restore()
    }

    private mutating func send(
        _ packet: CompressedPacket,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) {
        if engine.isHardware { times.note(packet.presentationTime) }
        var status = engine.send(packet)
        // Software takes every packet, once it has been asked for all its pictures.
        if status == nd_AVERROR(EAGAIN), engine.isHardware {
            try drain(body)
            status = engine.send(packet)
        }
        if status < 0 { try noteFailure(status) }
        try drain(body)
    }

    /// Gives software what hardware has made nothing of; returns whether it came to that.
    @discardableResult
    private mutating func leaveFailedHardware(
        isOver: Bool,
        _ body: (borrowing DecodedFrame) -> Void
    ) throws(MediaError) -> Bool {
        guard let packets = try engine.leaveHardware(after: fruitlessPackets, isOver: isOver) else { return false }
        fruitlessPackets = 0
        if packets.isEmpty { trust.lose() }
        for packet in packets { try send(packet, body) }
        return true
    }

    private mutating func drainRest(_ body: (borrowing DecodedFrame) -> Void) throws(MediaError) {
        _ = engine.send(nil)
        try drain(body)
    }

    private mutating func drain(_ body: (borrowing DecodedFrame) -> Void) throws(MediaError) {
        // FFmpeg goes on behind an error, but not without end: a codec holds back at most 16 pictures.
        var errors = 0
        while errors <= 32 {
            var status = engine.receive(frame.native)
            if status == nd_AVERROR(EAGAIN) || status == nd_AVERROR_EOF { return }
            if status >= 0 {
                status = take(body)
                av_frame_unref(frame.native)
            }
            guard status >= 0 else {
                try noteFailure(status)
                errors += 1
                continue
            }
        }
    }

    /// Takes what the codec gave; returns FFmpeg's status where it can't be had.
    private mutating func take(_ body: (borrowing DecodedFrame) -> Void) -> Int32 {
        var pixels = frame.native
        let isInDevice = frame.native.pointee.hw_frames_ctx != nil
        if isInDevice {
            do { pixels = try download.copy(frame.native) } catch { return error.status }
        }
        guard engine.succeed(isInDevice: isInDevice) else { return 0 }
        fruitlessPackets = 0
        deliver(pixels, body)
        return 0
    }

    private mutating func deliver(_ pixels: UnsafeMutablePointer<AVFrame>, _ body: (borrowing DecodedFrame) -> Void) {
        let time = times.time(ofStamp: frame.native.pointee.pts)
        guard trust.accepts(frame.native, at: time) else {
            statistics.damagedFrames += 1
            return
        }
        let orientation = shownOrientation()
        guard let pixels = burned(pixels, orientation) else {
            statistics.unconvertedFrames += 1
            return
        }
        let luma = lumas.samples(of: pixels.pointee)
        statistics.convertedFrames = lumas.conversions
        guard let (samples, stride) = luma else {
            statistics.unconvertedFrames += 1
            return
        }
        let (shownTime, isMoved) = times.rise(to: time)
        if isMoved { statistics.outOfOrderFrames += 1 }
        statistics.frames += 1
        let size = FrameSize(width: Int(pixels.pointee.width), height: Int(pixels.pointee.height))
        body(
            DecodedFrame(
                time: shownTime,
                storedSize: size,
                orientation: orientation,
                native: pixels,
                samples: samples,
                stride: stride,
                chroma: ChromaPlanes(pixels.pointee)
            )
        )
    }

    /// The picture without what nobody may see; nil where that can't be made sure.
    private mutating func burned(
        _ pixels: UnsafeMutablePointer<AVFrame>,
        _ orientation: PictureOrientation
    ) -> UnsafeMutablePointer<AVFrame>? {
        guard burner != nil else { return pixels }
        return burner?.burned(pixels, orientation: orientation)
    }

    private func shownOrientation() -> PictureOrientation {
        guard let matrix = av_frame_get_side_data(frame.native, AV_FRAME_DATA_DISPLAYMATRIX) else { return orientation }
        return PictureOrientation(
            displayMatrix: UnsafeRawPointer(matrix.pointee.data),
            byteCount: Int(matrix.pointee.size)
        )
    }

    private mutating func noteFailure(_ status: Int32) throws(MediaError) {
        if status == nd_AVERROR(ENOMEM), !engine.isHardware { throw .allocating("a picture") }
        lastFailure = status
        guard !engine.fail(status) else { return }
        statistics.failedPackets += 1
        trust.lose()
    }
}
