import CFFmpeg
import NeuronCore

/// Owns one `AVPacket`, from the read to the last use.
///
/// Written to only before it is wrapped in a ``CompressedPacket``; from then on it is read only.
final class PacketHandle: Sendable {
    // Sound: the pointer is set once; what it points to changes only while one thread, the reader's, knows of it.
    nonisolated(unsafe) let native: UnsafeMutablePointer<AVPacket>

    init() throws(MediaError) {
        guard let allocated = av_packet_alloc() else { throw .allocating("a packet") }
        native = allocated
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = native
        av_packet_free(&packet)
    }

    var pts: Int64? { native.pointee.pts == nd_AV_NOPTS_VALUE ? nil : native.pointee.pts }
    var dts: Int64? { native.pointee.dts == nd_AV_NOPTS_VALUE ? nil : native.pointee.dts }
    var isKeyframe: Bool { native.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    var isCorrupt: Bool { native.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Decoded for others to refer to, and not shown: before the start of an edit list.
    var isHidden: Bool { native.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
    var byteCount: Int { Int(native.pointee.size) }

    /// The sender's wall clock, which FFmpeg derives from RTCP sender reports.
    var senderTime: WallTime? {
        var size = 0
        guard let data = av_packet_get_side_data(native, AV_PKT_DATA_PRFT, &size),
            size >= MemoryLayout<AVProducerReferenceTime>.size
        else { return nil }
        let time = UnsafeRawPointer(data).loadUnaligned(as: AVProducerReferenceTime.self)
        return WallTime(nanoseconds: time.wallclock &* 1000)
    }
}
