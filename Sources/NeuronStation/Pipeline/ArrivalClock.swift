package import NeuronCore
package import NeuronIncidents

/// Maps the media time of a live stream to civil time: the least delayed picture wins.
///
/// A picture arrives late by what the network and the camera held it up, never early; so the smallest distance between
/// arrival and media time seen lately is the best there is. It is followed at no more than 500 ppm, so that intervals between
/// alerts stay true, and taken over at once while a stream is new, and where it is off by more than a second. The rule is
/// moonfire-nvr's.
///
/// Arrivals are measured by the clock that never steps; what civil time that is comes anew with each picture, so that a box
/// whose clock is set is right from the next picture on.
package struct ArrivalClock: Sendable {
    private static let windowLength = TimeSpan.seconds(10)
    private static let slewPartsPerMillion: Int64 = 500
    private static let jump = TimeSpan.seconds(1)

    /// The box's monotonic time minus media time, in nanoseconds; nil before the first picture.
    private var offset: Int64?
    /// What the offset moves to.
    private var target: Int64 = 0
    /// Civil time minus the box's monotonic time, by the latest arrival.
    private var civil: Int64 = 0
    private var lastMedia = MediaTime.zero
    /// Whether what is known does not hold for the next picture.
    private var isOutdated = false
    private var isFirstWindow = true
    private var windowStart = MonotonicTime(nanoseconds: 0)
    private var windowMinimum = Int64.max
    private var windowMaximum = Int64.min
    /// How much later than the least delayed picture of the last window its most delayed one was.
    private var spread: TimeSpan?

    package init() {}

    /// A stream begins, or its time stamps have jumped: where it lies in time is found anew with the next picture.
    package mutating func begin() { isOutdated = true }

    /// Notes when a picture's packet arrived.
    ///
    /// - Parameters:
    ///   - arrival: when.
    ///   - media: the picture's media time; with B pictures it goes back a little now and then.
    package mutating func note(_ arrival: CameraLink.Instant, of media: MediaTime) {
        civil = arrival.wall.nanoseconds &- arrival.monotonic.nanoseconds
        let candidate = arrival.monotonic.nanoseconds &- media.nanoseconds
        guard let offset, !isOutdated else { return start(media, candidate, at: arrival.monotonic) }
        windowMinimum = min(windowMinimum, candidate)
        windowMaximum = max(windowMaximum, candidate)
        // By arrivals: what comes in a burst after a stall is late as a whole, however much of the stream it is.
        let isWindowOver = arrival.monotonic - windowStart >= Self.windowLength
        // A less delayed picture is news at once; a more delayed one only if a whole window brought nothing better.
        if candidate < target || isWindowOver { target = isWindowOver ? windowMinimum : candidate }
        // A hostile stream's times can be anywhere in 64 bits.
        let distance = target &- offset
        if isFirstWindow || distance.magnitude > Self.jump.nanoseconds.magnitude {
            self.offset = target
            lastMedia = media
        } else {
            let step = max(0, (media - lastMedia).nanoseconds) / 1_000_000 * Self.slewPartsPerMillion
            self.offset = offset &+ max(-step, min(step, distance))
            lastMedia = max(lastMedia, media)
        }
        if isWindowOver { endWindow(at: arrival.monotonic) }
    }

    /// The civil time at which a picture was taken, as far as arrivals can tell; the epoch before the first one.
    package func wallTime(of media: MediaTime) -> WallTime { offset.map { wall(media, $0) } ?? .epoch }

    /// The same by the least delayed picture lately, without waiting until that has been followed.
    package func bestWallTime(of media: MediaTime) -> WallTime { offset.map { _ in wall(media, target) } ?? .epoch }

    /// How far a picture's time may be off: what the network adds at times, and what has still to be followed.
    ///
    /// Nil before the first window of a stream is over: until then all of its pictures may have been held up.
    package var error: TimeSpan? {
        guard let spread, let offset else { return nil }
        let (sum, overflow) = Int64(clamping: spread.nanoseconds.magnitude)
            .addingReportingOverflow(Int64(clamping: (target &- offset).magnitude))
        return TimeSpan(nanoseconds: overflow ? .max : sum)
    }

    private func wall(_ media: MediaTime, _ offset: Int64) -> WallTime {
        WallTime(nanoseconds: media.nanoseconds &+ offset &+ civil)
    }

    private mutating func start(_ media: MediaTime, _ candidate: Int64, at now: MonotonicTime) {
        (offset, target) = (candidate, candidate)
        lastMedia = media
        (isOutdated, isFirstWindow) = (false, true)
        spread = nil
        windowStart = now
        (windowMinimum, windowMaximum) = (candidate, candidate)
    }

    private mutating func endWindow(at now: MonotonicTime) {
        isFirstWindow = false
        spread = TimeSpan(nanoseconds: windowMaximum &- windowMinimum)
        windowStart = now
        (windowMinimum, windowMaximum) = (.max, .min)
    }
}
