import CV4L2
import Glibc
import NeuronCore

/// The buffers that a device fills, mapped into this process; unmapped when this goes.
struct MappedBuffers: ~Copyable {
    private var buffers: [UnsafeRawBufferPointer] = []

    var count: Int { buffers.count }

    /// Asks for buffers and maps them.
    ///
    /// - Parameters:
    ///   - device: whose format is set; must outlive the mapping's use, not the mapping.
    ///   - wanted: how many; a driver may give more or fewer.
    /// - Throws: where another program has the device's buffers, or there is no memory.
    init(of device: borrowing V4L2Device, wanted: UInt32) throws(MediaError) {
        var request = v4l2_requestbuffers()
        request.count = wanted
        request.type = V4L2Device.captureType
        request.memory = V4L2_MEMORY_MMAP.rawValue
        guard nd_v4l2_request_buffers(device.descriptor, &request) == 0 else {
            throw .device(device.source, "asking for buffers", number: errno)
        }
        for index in 0..<min(request.count, 64) {
            var buffer = v4l2_buffer()
            buffer.index = index
            buffer.type = V4L2Device.captureType
            buffer.memory = V4L2_MEMORY_MMAP.rawValue
            guard nd_v4l2_query_buffer(device.descriptor, &buffer) == 0,
                let start = nd_v4l2_map(device.descriptor, Int(buffer.length), buffer.m.offset)
            else { throw .device(device.source, "mapping a buffer", number: errno) }
            buffers.append(UnsafeRawBufferPointer(start: start, count: Int(buffer.length)))
        }
        // With one, the device has nowhere to write while it is read.
        guard buffers.count >= 2 else {
            throw .unsuitable(device.source, "the driver gives \(buffers.count) buffers, and two are needed")
        }
    }

    deinit {
        for buffer in buffers {
            if let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) {
                nd_v4l2_unmap(start, buffer.count)
            }
        }
    }

    /// What the device wrote: never more than is mapped, whatever it says.
    func bytes(of index: Int, used: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffers[index].prefix(used))
    }
}
