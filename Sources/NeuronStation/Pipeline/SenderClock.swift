package import NeuronCore

/// Maps the media time of a live stream to civil time by the camera's own clock.
///
/// RTCP sender reports say which civil time belongs to which picture, free of what the network does. They are worth as much as
/// the camera's clock: it is believed only while pictures arrive shortly after it says that they were taken.
package struct SenderClock: Sendable {
    /// A report makes a picture look as if it had arrived this much before it was taken, or after: then the clock is wrong.
    private static let believable: ClosedRange<Int64> = -200_000_000...10_000_000_000
    private static let slewPartsPerMillion: Int64 = 500
    private static let jump: Int64 = 1_000_000_000
    /// A clock that was wrong must be right for this long before it is believed.
    private static let probation = TimeSpan.seconds(10)

    /// Civil time minus media time in nanoseconds; nil before the first report.
    private var offset: Int64?
    /// What the offset moves to.
    private var target: Int64 = 0
    private var lastMedia = MediaTime.zero
    private var wrongAt: MediaTime?
    private var lastReport: MediaTime?
    /// A camera that has stopped to report is not followed for ever.
    private static let patience = TimeSpan.seconds(60)

    package init() {}

    /// A stream begins, or its time stamps have jumped: nothing is known of it before its next report.
    package mutating func begin() { (offset, lastReport) = (nil, nil) }

    /// Whether the camera's clock is to be believed for a picture.
    package func isBelieved(at media: MediaTime) -> Bool {
        guard offset != nil, let lastReport, media - lastReport <= Self.patience else { return false }
        return wrongAt.map { media - $0 >= Self.probation } ?? true
    }

    /// Notes what the camera says.
    ///
    /// - Parameters:
    ///   - sent: when the picture was taken, by the camera's clock; nil while it says nothing.
    ///   - arrival: when its packet arrived.
    ///   - media: its media time.
    package mutating func note(_ sent: WallTime?, arrival: WallTime, of media: MediaTime) {
        guard let sent else { return }
        lastReport = media
        if !Self.believable.contains(arrival.nanoseconds &- sent.nanoseconds) { wrongAt = media }
        target = sent.nanoseconds &- media.nanoseconds
        let distance = offset.map { target &- $0 }
        guard let offset, let distance, distance.magnitude <= Self.jump.magnitude else {
            self.offset = target
            lastMedia = media
            return
        }
        let step = max(0, (media - lastMedia).nanoseconds) / 1_000_000 * Self.slewPartsPerMillion
        self.offset = offset &+ max(-step, min(step, distance))
        lastMedia = max(lastMedia, media)
    }

    /// How far its time is from what the camera says, which has still to be followed.
    package var remainder: TimeSpan {
        TimeSpan(nanoseconds: offset.map { Int64(clamping: (target &- $0).magnitude) } ?? 0)
    }

    /// The civil time at which a picture was taken, by the camera's clock; the epoch before the first report.
    package func wallTime(of media: MediaTime) -> WallTime {
        offset.map { WallTime(nanoseconds: media.nanoseconds &+ $0) } ?? .epoch
    }
}
