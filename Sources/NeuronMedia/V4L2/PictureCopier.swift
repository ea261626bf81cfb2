import CFFmpeg
import NeuronCore

/// Makes a packet of what a device wrote into its buffer: one copy, after which the buffer is free.
struct PictureCopier: Sendable, Hashable {
    let format: CaptureFormat
    /// Nil for what is compressed.
    let layout: RawPicture?

    /// Copies one picture.
    ///
    /// - Parameters:
    ///   - bytes: what the device says that it wrote.
    ///   - isMarked: whether it says that decoding can begin here.
    /// - Returns: the packet, without a time; nil where the bytes are too few for a picture.
    /// - Throws: `outOfMemory`.
    func packet(of bytes: UnsafeRawBufferPointer, isMarked: Bool) throws(MediaError) -> PacketHandle? {
        guard bytes.count >= max(1, layout?.neededBytes ?? 1) else { return nil }
        let packet = try PacketHandle()
        let size = layout?.byteCount ?? bytes.count
        guard let length = Int32(exactly: size), av_new_packet(packet.native, length) == 0,
            let target = packet.native.pointee.data
        else { throw .allocating("a packet of \(size) bytes") }
        let room = UnsafeMutableRawBufferPointer(start: target, count: size)
        if let layout { layout.copy(bytes, to: room) } else { room.copyMemory(from: bytes) }
        if format != .h264 || isMarked || H264Units.isKeyframe(bytes) {
            packet.native.pointee.flags |= AV_PKT_FLAG_KEY
        }
        return packet
    }
}
