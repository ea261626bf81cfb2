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
    /// What the offset moves to.
    private var target: Int64 = 0

    package init() {}

    /// The civil time of a picture.
    ///
    /// - Parameters:
    ///   - media: its media time; rises from call to call.
    ///   - arrival: when its packet arrived.
    /// - Returns: when it was taken, as far as arrival can tell.
    package mutating func wallTime(of media: MediaTime, arrival: WallTime) -> WallTime {
        let candidate = arrival.nanoseconds &- media.nanoseconds
        guard var offset else {
            start(media, candidate)
            return arrival
        }
        windowMinimum = min(windowMinimum, candidate)
        let isWindowOver = media - windowStart >= Self.windowLength
        // A less delayed picture is news at once; a more delayed one only if a whole window brought nothing better.
        if candidate < target || isWindowOver { target = isWindowOver ? windowMinimum : candidate }
        if isWindowOver { (windowStart, windowMinimum) = (media, .max) }
        // A hostile stream's times can be anywhere in 64 bits.
        let distance = target &- offset
        if distance.magnitude > Self.jump.nanoseconds.magnitude {
            offset = target
        } else {
            let step = max(0, (media - lastMedia).nanoseconds) / 1_000_000 * Self.slewPartsPerMillion
            offset &+= max(-step, min(step, distance))
        }
        self.offset = offset
        lastMedia = media
        return WallTime(nanoseconds: media.nanoseconds &+ offset)
    }

    private mutating func start(_ media: MediaTime, _ candidate: Int64) {
        offset = candidate
        target = candidate
        lastMedia = media
        windowStart = media
    }
}
