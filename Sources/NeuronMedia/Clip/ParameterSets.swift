import CFFmpeg
import NeuronCore

/// Finds the head of an H.264 or H.265 stream in its keyframes; owns the filter.
///
/// Cameras say it when a session begins, sometimes wrongly or not at all, and change it in the middle of one. What stands in
/// the stream is what its pictures need.
struct ParameterSets: ~Copyable {
    private let filter: UnsafeMutablePointer<AVBSFContext>
    private let scratch: PacketHandle

    /// Makes a finder; nil for streams that carry no head in their packets.
    init?(of parameters: DecoderParameters) {
        let native = parameters.native.pointee
        guard [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC].contains(native.codec_id), parameters.isAnnexB,
            let scratch = try? PacketHandle(), let kind = av_bsf_get_by_name("extract_extradata")
        else { return nil }
        var context: UnsafeMutablePointer<AVBSFContext>?
        guard av_bsf_alloc(kind, &context) >= 0, let made = context else { return nil }
        guard avcodec_parameters_copy(made.pointee.par_in, parameters.native) >= 0, av_bsf_init(made) >= 0 else {
            av_bsf_free(&context)
            return nil
        }
        filter = made
        self.scratch = scratch
    }

    /// The head that a stream's first pictures need.
    ///
    /// What stands in the first keyframe is right. Where nothing does, it is what the camera said when the session began, and without
    /// that what a later keyframe says.
    ///
    /// - Throws: where nobody says it: no player could show a picture.
    mutating func head(
        of parameters: DecoderParameters,
        beginningWith packets: [CompressedPacket]
    ) throws(MediaError) -> [UInt8] {
        let keyframes = packets.filter(\.facts.isKeyframe)
        if let first = keyframes.first, let head = head(in: first) { return head }
        if let announced = announced(parameters) { return announced }
        for packet in keyframes.dropFirst() { if let head = head(in: packet) { return head } }
        throw .codec(
            parameters.codecName,
            reason: "neither the camera nor its keyframes have said its parameter sets, so that no player could show it"
        )
    }

    /// What the session began with, in the form in which the filter gives what stands in packets.
    private mutating func announced(_ parameters: DecoderParameters) -> [UInt8]? {
        let native = parameters.native.pointee
        guard let data = native.extradata, native.extradata_size > 0,
            av_new_packet(scratch.native, native.extradata_size) >= 0
        else { return nil }
        scratch.native.pointee.data?.update(from: data, count: Int(native.extradata_size))
        return headOfScratch()
    }

    /// The head that stands in a packet; nil for none.
    mutating func head(in packet: CompressedPacket) -> [UInt8]? {
        guard av_packet_ref(scratch.native, packet.native) >= 0 else { return nil }
        return headOfScratch()
    }

    private mutating func headOfScratch() -> [UInt8]? {
        guard av_bsf_send_packet(filter, scratch.native) >= 0 else {
            av_packet_unref(scratch.native)
            return nil
        }
        var head: [UInt8]?
        while av_bsf_receive_packet(filter, scratch.native) >= 0 {
            var size = 0
            if let data = av_packet_get_side_data(scratch.native, AV_PKT_DATA_NEW_EXTRADATA, &size), size > 0 {
                head = Array(UnsafeBufferPointer(start: data, count: size))
            }
            av_packet_unref(scratch.native)
        }
        return head
    }

    deinit {
        var context: UnsafeMutablePointer<AVBSFContext>? = filter
        av_bsf_free(&context)
    }
}

extension DecoderParameters {
    /// Whether packets are separated by start codes, as in RTSP and MPEG-TS, rather than by their lengths.
    var isAnnexB: Bool {
        let size = Int(native.pointee.extradata_size)
        guard size > 0, let data = native.pointee.extradata else { return true }
        return size > 3 && data[0] == 0 && data[1] == 0 && (data[2] == 1 || data[2] == 0 && data[3] == 1)
    }
}
