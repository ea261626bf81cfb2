/// How the civil time of a picture was found.
package enum ClockSource: String, Sendable, Hashable, Codable, CaseIterable {
    /// A replay: media time counted from a given start.
    case media
    /// By the arrival of the least delayed picture.
    case arrival
    /// By the camera's own clock, from RTCP sender reports.
    case sender
}

/// Where a civil time comes from, and how far it may be off.
package struct ClockReading: Sendable, Hashable {
    package var source: ClockSource
    /// How far the time may be off as far as is known here; nil where it is what it is, as in a replay.
    package var error: TimeSpan?

    /// Makes a reading.
    package init(source: ClockSource, error: TimeSpan? = nil) {
        self.source = source
        self.error = error
    }

    /// A replay's: media time is all the time there is.
    package static let media = ClockReading(source: .media)
}
