package import NeuronCore

/// Maps the media time of a live stream to civil time: the least delayed picture wins.
///
/// A picture arrives late by what the network and the camera held it up, never early; so the smallest distance between
/// arrival and media time seen lately is the best there is. It is followed at no more than 500 ppm, so that intervals between
/// alerts stay true, and taken over at once when the clock was set or the stream jumped. The rule is moonfire-nvr's.
package struct ArrivalClock: Sendable {
    private static let windowLength = TimeSpan.seconds(10)
    private static let slewPartsPerMillion: Int64 = 500
    private static let jump = TimeSpan.seconds(1)

    /// Civil time minus media time, in nanoseconds; nil before the first picture.
    private var offset: Int64?
    private var lastMedia = MediaTime.zero
    private var windowStart = MediaTime.zero
    private var windowMinimum = Int64.max
    private var windowMaximum = Int64.min
    /// How much later than the least delayed picture of a window its most delayed one was: what the network adds at times.
    package private(set) var jitter: TimeSpan?
    /// What the offset moves to.
    private var target: Int64 = 0

    package init() {}

    /// Notes when a picture's packet arrived.
    ///
    /// - Parameters:
    ///   - arrival: when.
    ///   - media: the picture's media time; with B pictures it goes back a little now and then.
    package mutating func note(_ arrival: WallTime, of media: MediaTime) {
        let candidate = arrival.nanoseconds &- media.nanoseconds
        guard var offset else { return start(media, candidate) }
        windowMinimum = min(windowMinimum, candidate)
        windowMaximum = max(windowMaximum, candidate)
        let isWindowOver = media - windowStart >= Self.windowLength
        // A less delayed picture is news at once; a more delayed one only if a whole window brought nothing better.
        if candidate < target || isWindowOver { target = isWindowOver ? windowMinimum : candidate }
        if isWindowOver {
            jitter = TimeSpan(nanoseconds: windowMaximum &- windowMinimum)
            (windowStart, windowMinimum, windowMaximum) = (media, .max, .min)
        }
        // A hostile stream's times can be anywhere in 64 bits.
        let distance = target &- offset
        if distance.magnitude > Self.jump.nanoseconds.magnitude {
            offset = target
            lastMedia = media
        } else {
            let step = max(0, (media - lastMedia).nanoseconds) / 1_000_000 * Self.slewPartsPerMillion
            offset &+= max(-step, min(step, distance))
            lastMedia = max(lastMedia, media)
        }
        self.offset = offset
    }

    /// The civil time at which a picture was taken, as far as arrivals can tell; the epoch before the first one.
    package func wallTime(of media: MediaTime) -> WallTime {
        offset.map { WallTime(nanoseconds: media.nanoseconds &+ $0) } ?? .epoch
    }

    private mutating func start(_ media: MediaTime, _ candidate: Int64) {
        offset = candidate
        target = candidate
        lastMedia = media
        windowStart = media
    }
}
