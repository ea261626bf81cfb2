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

    /// The head that stands in a packet; nil for none.
    mutating func head(in packet: CompressedPacket) -> [UInt8]? {
        guard av_packet_ref(scratch.native, packet.native) >= 0 else { return nil }
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
