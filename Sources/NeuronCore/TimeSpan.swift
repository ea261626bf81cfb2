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
