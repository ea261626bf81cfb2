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
    package static func - (a: MediaTime, b: MediaTime) -> Span { Span(nanoseconds: a.nanoseconds &- b.nanoseconds) }
    package static func + (a: MediaTime, b: Span) -> MediaTime {
        MediaTime(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
    package static func - (a: MediaTime, b: Span) -> MediaTime {
        MediaTime(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }

    /// A length of time, of a stream or of a clock, in nanoseconds.
    package typealias Span = TimeSpan
}

/// A length of time in whole nanoseconds.
///
/// Integer arithmetic only, so that the same stream gives the same numbers on every machine. `Duration` has 128 bits and
/// attoseconds; this is what fits beside a frame.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    /// Makes a length of nanoseconds.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Makes a length out of what a file or a person says; nil where 64 bits of nanoseconds do not hold it.
    package init?(seconds: Double) {
        guard let nanoseconds = Int64(exactly: (seconds * 1e9).rounded()) else { return nil }
        self.nanoseconds = nanoseconds
    }

    package static let zero = TimeSpan(nanoseconds: 0)

    package static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count &* 1_000_000_000) }
    package static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count &* 1_000_000) }

    package var milliseconds: Int64 { nanoseconds / 1_000_000 }
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    package static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
    package static func - (a: TimeSpan, b: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
    package static func * (a: TimeSpan, count: Int64) -> TimeSpan { TimeSpan(nanoseconds: a.nanoseconds &* count) }
}
