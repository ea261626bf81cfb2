import CFFmpeg
import NeuronCore

/// The codec behind a ``VideoDecoder``: FFmpeg's own, or hardware until that has failed.
///
/// On hardware, the first picture, also after a flush, is a trial: where it fails to come, software is given the same packets again. Later,
/// hardware that gives nothing any more is left, and software begins with the next keyframe.
struct DecoderEngine: ~Copyable {
    /// Which decoder it is, and why; changes where hardware fails.
    private(set) var report: DecoderReport
    private(set) var isHardware: Bool

    private let parameters: DecoderParameters
    private let choice: DecoderChoice
    private var codec: CodecContext
    /// Until hardware has given its first picture, or its first after a flush.
    private var trial: HardwareTrial?
    private var mustReopen = false
    /// Whether the stream has told in its midst what else it is made of: a new codec would not know.
    private var hasOwnParameters = false

    /// So many packets without a picture on hardware, and software is to show whether it is the stream.
    private static let patience = 100

    /// Opens what is wanted, or software.
    init(for parameters: DecoderParameters, by choice: DecoderChoice) throws(MediaError) {
        var report = DecoderReport(wanted: choice.kind, name: parameters.codecName)
        let codec = try CodecContext.opening(parameters, choice, &report)
        self.init(for: parameters, by: choice, codec: codec, report)
    }

    /// Takes an open codec context, of which the report says what it is.
    init(
        for parameters: DecoderParameters,
        by choice: DecoderChoice,
        codec: consuming CodecContext,
        _ report: DecoderReport
    ) {
        self.parameters = parameters
        self.choice = choice
        self.codec = codec
        self.report = report
        isHardware = report.used != .software
        trial = report.used != .software ? HardwareTrial() : nil
    }

    /// Makes ready for the next packet of the stream, which is then sent.
    mutating func prepare(for packet: CompressedPacket) throws(MediaError) {
        if mustReopen { try reopen() }
        if packet.bringsParameters { hasOwnParameters = true }
        trial?.keep(packet)
    }

    /// Hands a packet to FFmpeg, or the stream's end; returns FFmpeg's status.
    func send(_ packet: CompressedPacket?) -> Int32 { avcodec_send_packet(codec.native, packet?.native) }

    /// Takes the next picture from FFmpeg; returns its status.
    func receive(_ frame: UnsafeMutablePointer<AVFrame>) -> Int32 { avcodec_receive_frame(codec.native, frame) }

    /// Whether there may be pictures inside.
    var holdsPictures: Bool { !mustReopen }

    /// Forgets all pictures inside.
    mutating func flush() {
        // FFmpeg's wrapper of V4L2 decodes nothing any more after its end was asked for: it is opened anew.
        if report.used == .v4l2m2m { mustReopen = true } else { avcodec_flush_buffers(codec.native) }
        // Where keyframes are decoded alone, hardware that has died would otherwise be noticed minutes later.
        if isHardware { trial = HardwareTrial() }
    }

    /// Gives back what a flushed software codec keeps: it holds on to the memory of all pictures that it ever had at once.
    mutating func makeLean() throws(MediaError) {
        guard !isHardware, !hasOwnParameters, codec.isAsAnnounced(by: parameters) else { return }
        codec = try CodecContext(decoding: parameters)
    }

    /// A picture came out and could be read; returns whether it counts: after a failed trial software gives it again.
    mutating func succeed(isInDevice: Bool) -> Bool {
        guard trial?.failure == nil else { return false }
        if isHardware, codec.fillsDeviceMemory, !isInDevice {
            codec.refuseDevice()
            become(software: "the device does not take this stream: its profile, size or pixel format")
        }
        trial = nil
        return true
    }

    /// Something did not decode; returns whether that is held against the hardware and not against the stream.
    mutating func fail(_ status: Int32) -> Bool {
        guard let trial, trial.isJudging else { return false }
        self.trial?.fail("its first pictures failed: \(ffmpegText(status))")
        return true
    }

    /// Leaves hardware that has failed.
    ///
    /// - Parameters:
    ///   - packets: in a row that gave no picture.
    ///   - isOver: whether nothing more will come of them.
    /// - Returns: the packets that software is to decode again; nil where nothing changes.
    /// - Throws: where software does not open.
    mutating func leaveHardware(after packets: Int, isOver: Bool) throws(MediaError) -> [CompressedPacket]? {
        guard isHardware else { return nil }
        let kept = trial?.packets ?? []
        var reason = trial?.failure
        if reason == nil, packets >= Self.patience { reason = "no picture came of \(packets) packets" }
        if reason == nil, isOver, !kept.isEmpty, try softwareShows(kept) {
            reason = "no picture came of \(kept.count) packets"
        }
        guard let reason else { return nil }
        codec = try CodecContext(decoding: parameters)
        become(software: "\(report.used.rawValue) was left: \(reason)")
        return kept
    }

    /// Whether software makes a picture of what hardware has made none of; where not, it lies with the stream.
    private func softwareShows(_ packets: [CompressedPacket]) throws(MediaError) -> Bool {
        let codec = try CodecContext(decoding: parameters)
        let frame = try FrameBuffer()
        for packet in packets {
            _ = avcodec_send_packet(codec.native, packet.native)
            if avcodec_receive_frame(codec.native, frame.native) >= 0 { return true }
        }
        _ = avcodec_send_packet(codec.native, nil)
        return avcodec_receive_frame(codec.native, frame.native) >= 0
    }

    private mutating func reopen() throws(MediaError) {
        mustReopen = false
        // First, since the device may not take two streams; and software stays where it can't be opened again.
        codec = try CodecContext(decoding: parameters)
        do throws(HardwareRefusal) {
            codec = try CodecContext.onHardware(parameters, by: report.used, device: choice.device)
        } catch {
            become(software: error.reason)
        }
    }

    private mutating func become(software reason: String) {
        report.fallBack(to: codec.decoderName, because: reason + ".")
        isHardware = false
        mustReopen = false
        trial = nil
    }
}
