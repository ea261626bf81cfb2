import CV4L2
import Glibc
import NeuronCore

/// A device that streams into mapped buffers.
///
/// What comes is copied out of the buffer and the buffer is given back before anything else happens: packets wait in queues
/// and rings for seconds, and a device has only a few buffers. A buffer that the driver does not take back is offered again
/// with each picture.
struct V4L2Stream: ~Copyable {
    // In this order, since the buffers are unmapped before the device is closed.
    private let buffers: MappedBuffers
    private let device: V4L2Device
    private let copier: PictureCopier
    /// Not yet taken back by the driver.
    private var owed: [UInt32] = []
    private(set) var tally = CaptureTally()

    /// Enough for a reader that is held up for a quarter of a second at 15 pictures a second.
    private static let bufferCount: UInt32 = 4
    /// As often as FFmpeg looks at its interrupt.
    private static let waitMilliseconds: Int32 = 100

    /// What a device gave.
    enum Capture {
        /// `missing` pictures before it were lost on the way.
        case picture(PacketHandle, CaptureStamp, missing: Int)
        /// Something that is no picture, and is counted.
        case unusable
    }

    /// Starts streaming; the format is set.
    init(_ device: consuming V4L2Device, copier: PictureCopier) throws(MediaError) {
        let buffers = try MappedBuffers(of: device, wanted: Self.bufferCount)
        for index in 0..<buffers.count {
            guard Self.queue(UInt32(index), of: device.descriptor) else {
                throw .device(device.source, "giving it a buffer", number: errno)
            }
        }
        var subscription = v4l2_event_subscription()
        subscription.type = UInt32(V4L2_EVENT_SOURCE_CHANGE)
        // Most devices have no such event.
        _ = nd_v4l2_subscribe_event(device.descriptor, &subscription)
        guard nd_v4l2_stream_on(device.descriptor, Int32(V4L2Device.captureType)) == 0 else {
            throw .device(device.source, "starting the stream", number: errno)
        }
        self.device = device
        self.buffers = buffers
        self.copier = copier
    }

    deinit {
        // All buffers come back to us, and the driver stops writing into them; then they are unmapped, then it is closed.
        _ = nd_v4l2_stream_off(device.descriptor, Int32(V4L2Device.captureType))
    }

    /// Waits for the next picture and copies it.
    ///
    /// - Parameter interrupt: armed by the caller.
    /// - Returns: nil where it was interrupted.
    /// - Throws: that the device failed or is gone.
    mutating func next(_ interrupt: SourceInterrupt) throws(MediaError) -> Capture? {
        while !interrupt.shouldReturn {
            giveBack()
            var seen: Int16 = 0
            let ready = nd_v4l2_wait(device.descriptor, Self.waitMilliseconds, &seen)
            if ready < 0, errno != EINTR { throw failure(errno) }
            guard ready > 0 else { continue }
            if seen & Int16(POLLPRI) != 0, isChanged() { throw .deviceChanged(device.source) }
            guard seen & Int16(POLLIN | POLLERR | POLLHUP | POLLNVAL) != 0 else { continue }
            var buffer = v4l2_buffer()
            buffer.type = V4L2Device.captureType
            buffer.memory = V4L2_MEMORY_MMAP.rawValue
            guard nd_v4l2_dequeue_buffer(device.descriptor, &buffer) == 0 else {
                try passOver(errno, seen)
                continue
            }
            guard buffer.index < buffers.count else { throw failure(EOVERFLOW) }
            defer { giveBack(buffer.index) }
            return try capture(buffer)
        }
        return nil
    }

    private mutating func capture(_ buffer: v4l2_buffer) throws(MediaError) -> Capture {
        let missing = tally.note(sequence: buffer.sequence)
        guard buffer.flags & UInt32(V4L2_BUF_FLAG_ERROR) == 0 else {
            tally.damaged += 1
            return .unusable
        }
        let stamp = CaptureStamp(buffer)
        let bytes = buffers.bytes(of: Int(buffer.index), used: Int(buffer.bytesused))
        guard let packet = try copier.packet(of: bytes, isMarked: stamp.isKeyframe) else {
            tally.short += 1
            return .unusable
        }
        return .picture(packet, stamp, missing: missing)
    }

    /// An error that may pass: nothing to take, or a picture that was lost on its way.
    private mutating func passOver(_ number: Int32, _ seen: Int16) throws(MediaError) {
        switch number {
        case EAGAIN where seen & Int16(POLLERR | POLLHUP | POLLNVAL) == 0: break
        // Without the mark in poll it comes for as long as a signal is bad; with it the driver has given up for good.
        case EIO where seen & Int16(POLLERR) == 0:
            tally.damaged += 1
            // Poll does not wait for it to pass.
            _ = poll(nil, 0, Self.waitMilliseconds)
        // Poll says so where the driver has none of the buffers, and where the device is gone.
        case EAGAIN where !owed.isEmpty: _ = poll(nil, 0, Self.waitMilliseconds)
        case EAGAIN: throw failure(EIO)
        default: throw failure(number)
        }
    }

    private mutating func giveBack(_ index: UInt32? = nil) {
        if let index { owed.append(index) }
        owed.removeAll { Self.queue($0, of: device.descriptor) }
    }

    private func isChanged() -> Bool {
        var event = v4l2_event()
        guard nd_v4l2_dequeue_event(device.descriptor, &event) == 0 else {
            // A driver that announces what it does not give would keep this thread busy.
            _ = poll(nil, 0, Self.waitMilliseconds)
            return false
        }
        return event.type == UInt32(V4L2_EVENT_SOURCE_CHANGE)
            && event.u.src_change.changes & UInt32(V4L2_EVENT_SRC_CH_RESOLUTION) != 0
    }

    private func failure(_ number: Int32) -> MediaError {
        .deviceFailed(device.source, number: number, after: tally.description)
    }

    private static func queue(_ index: UInt32, of descriptor: Int32) -> Bool {
        var buffer = v4l2_buffer()
        buffer.index = index
        buffer.type = V4L2Device.captureType
        buffer.memory = V4L2_MEMORY_MMAP.rawValue
        return nd_v4l2_queue_buffer(descriptor, &buffer) == 0
    }
}
