import CFFmpeg
package import NeuronCore

/// One compressed picture of a stream, with its place on the repaired time line.
///
/// Owns its data; immutable from the moment it is made, and so safe to hand to any thread and to keep in several
/// places.
package final class CompressedPacket: Sendable {
    package let facts: PacketFacts
    /// When the picture is shown; ``PacketFacts/time`` is the latest of these up to here in decoding order.
    package let presentationTime: MediaTime
    /// When it must be decoded for the pictures to be shown in time, for those who store it; nil where nothing says so.
    package let decodingTime: MediaTime?
    /// Whether its stamp lay too far from those before: it was placed right behind them, whatever time has passed.
    package let hasJumped: Bool
    /// Whether data are known to be missing in it or right before it: what it decodes to may be damaged.
    package let isDamaged: Bool
    /// The camera's own wall clock for this picture, from RTCP sender reports; nil before the first report.
    package let senderTime: WallTime?

    private let handle: PacketHandle

    /// What FFmpeg reads; `const` to all of its calls.
    var native: UnsafePointer<AVPacket> { UnsafePointer(handle.native) }

    /// Whether it tells of the stream what was not known when it was opened.
    var bringsParameters: Bool {
        var size = 0
        return av_packet_get_side_data(handle.native, AV_PKT_DATA_NEW_EXTRADATA, &size) != nil
    }

    package var byteCount: Int { facts.byteCount }

    /// Takes over a packet; its stamps become nanoseconds of the time line.
    init(
        _ handle: PacketHandle,
        facts: PacketFacts,
        presentationTime: MediaTime,
        decodingTime: MediaTime?,
        hasJumped: Bool = false
    ) {
        self.hasJumped = hasJumped
        let native = handle.native
        isDamaged = handle.isCorrupt
        senderTime = handle.senderTime
        native.pointee.pts = presentationTime.nanoseconds
        native.pointee.dts = decodingTime?.nanoseconds ?? nd_AV_NOPTS_VALUE
        native.pointee.time_base = AVRational(num: 1, den: 1_000_000_000)
        self.handle = handle
        self.facts = facts
        self.presentationTime = presentationTime
        self.decodingTime = decodingTime
    }

    /// The packet's bytes, as the container has them; for hashing and for tests.
    package func withBytes<R>(_ body: (borrowing RawSpan) -> R) -> R {
        let bytes = UnsafeRawBufferPointer(start: native.pointee.data, count: Int(native.pointee.size))
        return body(bytes.bytes)
    }
}
