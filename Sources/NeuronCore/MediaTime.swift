/// A point on one stream's own time line, in nanoseconds since its first frame.
///
/// Never compared between streams and never read from a clock: in a replay it is all the time there is.
package struct MediaTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    /// Makes a time of nanoseconds since the stream's first frame.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The stream's first frame.
    package static let zero = MediaTime(nanoseconds: 0)

    /// The time in seconds, for people and for labels; not for arithmetic.
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    package static func < (a: MediaTime, b: MediaTime) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func - (a: MediaTime, b: MediaTime) -> TimeSpan {
        TimeSpan(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
    package static func + (a: MediaTime, b: TimeSpan) -> MediaTime {
        MediaTime(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
    package static func - (a: MediaTime, b: TimeSpan) -> MediaTime {
        MediaTime(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
}
