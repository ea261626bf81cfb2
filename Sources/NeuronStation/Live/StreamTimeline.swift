import NeuronCore
import NeuronMedia

/// Where the sessions of a camera's stream lie on its one time line, one after the other.
struct StreamTimeline: Sendable {
    /// Counts the streams that were opened.
    var session = 0
    private(set) var packets = 0
    private(set) var lastArrival: MonotonicTime?
    private var last: MediaTime?
    private var interval = TimeSpan.milliseconds(40)
    /// Since when packets come that nothing can begin with; nil while others come.
    private var waitingSince: MonotonicTime?
    /// For so long they prove that a camera is connected.
    private static let longestWait = TimeSpan.seconds(60)
    /// The instant of media time zero, for a clip that is played at its own speed.
    private var origin: MonotonicTime?

    /// Where a clip goes on that is played again.
    var next: MediaTime { last.map { $0 + interval } ?? .zero }

    /// Where a camera goes on that was away: as much later as it was away, from packet to packet.
    func resumed(at now: MonotonicTime) -> MediaTime {
        guard let last, let lastArrival else { return .zero }
        return last + max(interval, now - lastArrival)
    }

    mutating func note(_ packet: CompressedPacket, at now: MonotonicTime, interval: TimeSpan) {
        packets += 1
        waitingSince = nil
        lastArrival = now
        last = max(last ?? .zero, packet.presentationTime)
        self.interval = interval
    }

    /// Takes a packet that nothing can begin with.
    ///
    /// - Returns: whether it proves that the camera is connected: a keyframe may yet come.
    mutating func wait(at now: MonotonicTime) -> Bool {
        let since = waitingSince ?? now
        waitingSince = since
        return now - since <= Self.longestWait
    }

    /// How far a clip's picture is ahead of its time.
    mutating func ahead(_ time: MediaTime, at now: MonotonicTime) -> TimeSpan {
        let origin = origin ?? MonotonicTime(nanoseconds: now.nanoseconds &- time.nanoseconds)
        self.origin = origin
        return (time - .zero) - (now - origin)
    }
}
