import CV4L2
import NeuronCore

/// What came of a device, and what did not; pure.
struct CaptureTally: Sendable, Hashable, CustomStringConvertible {
    /// Buffers that came.
    private(set) var buffers = 0
    /// Pictures that the device took and that found no buffer, by its count of them.
    private(set) var lost = 0
    /// With the driver's mark of an error.
    var damaged = 0
    /// With fewer bytes than a picture has, or none.
    var short = 0
    private var last: UInt32?

    /// A step of the count above this is a device that begins to count anew.
    private static let longestGap: UInt32 = 1 << 16

    /// Notes a buffer with its place in the device's count; returns how many are missing before it.
    @discardableResult
    mutating func note(sequence: UInt32) -> Int {
        buffers += 1
        defer { last = sequence }
        // A driver that does not count gives the same number each time.
        guard let last, sequence != last else { return 0 }
        let missing = sequence &- last &- 1
        guard missing < Self.longestGap else { return 0 }
        lost += Int(missing)
        return Int(missing)
    }

    /// What could not be used.
    var unusable: Int { damaged + short }

    var description: String {
        let faults = [(lost, "lost"), (damaged, "damaged"), (short, "short or empty")].filter { $0.0 > 0 }
        let text = buffers == 1 ? "1 picture" : "\(buffers) pictures"
        return text + faults.map { ", \($0.0) \($0.1)" }.joined()
    }
}

/// When a device took a picture.
struct CaptureStamp: Sendable, Hashable {
    /// On the machine's monotonic clock; nil where the driver's stamp is of another kind.
    var time: MonotonicTime?
    var isKeyframe: Bool

    init(_ buffer: v4l2_buffer) {
        let kind = buffer.flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK)
        let (seconds, microseconds) = (Int64(buffer.timestamp.tv_sec), Int64(buffer.timestamp.tv_usec))
        let nanoseconds = seconds &* 1_000_000_000 &+ microseconds &* 1000
        time = kind == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) ? MonotonicTime(nanoseconds: nanoseconds) : nil
        isKeyframe = buffer.flags & UInt32(V4L2_BUF_FLAG_KEYFRAME) != 0
    }

    /// Takes what a driver's stamp says.
    init(time: MonotonicTime?, isKeyframe: Bool = false) {
        self.time = time
        self.isKeyframe = isKeyframe
    }

    /// The stamp, or the time of arrival where there is none or it can't be: a picture does not wait for long.
    func time(arrivedAt now: MonotonicTime) -> MonotonicTime {
        guard let time, time <= now, time >= MonotonicTime(nanoseconds: now.nanoseconds &- 5_000_000_000) else {
            return now
        }
        return time
    }
}
