import CFFmpeg
import NeuronCore

/// When the pictures of a decoder are shown: as their packets say, and always later than the one before.
struct PictureTimes {
    private let nominalInterval: TimeSpan
    private var last: MediaTime?
    /// Of the latest packets, where the decoder rounds their times; V4L2 counts microseconds.
    private var stamps: [MediaTime] = []
    private var oldestStamp = 0

    /// More than any decoder holds back.
    private static let capacity = 64

    init(nominalInterval: TimeSpan) { self.nominalInterval = nominalInterval }

    /// Remembers the exact time of a packet that the decoder is about to get.
    mutating func note(_ time: MediaTime) {
        if stamps.count < Self.capacity { return stamps.append(time) }
        stamps[oldestStamp] = time
        oldestStamp = (oldestStamp + 1) % Self.capacity
    }

    /// The time of a picture by its stamp: that of the packet within a microsecond, if any was noted.
    func time(ofStamp stamp: Int64) -> MediaTime {
        guard stamp != nd_AV_NOPTS_VALUE else { return last.map { $0 + nominalInterval } ?? .zero }
        return stamps.first { abs($0.nanoseconds - stamp) <= 1000 } ?? MediaTime(nanoseconds: stamp)
    }

    /// Makes a time later than the one before; says whether it had to be moved.
    mutating func rise(to time: MediaTime) -> (time: MediaTime, isMoved: Bool) {
        let isMoved = last.map { time <= $0 } ?? false
        let risen = isMoved ? (last ?? time) + TimeSpan(nanoseconds: 1) : time
        last = risen
        return (risen, isMoved)
    }

    /// The decoder was flushed.
    mutating func restart() { last = nil }
}
