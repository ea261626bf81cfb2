package import NeuronCore

/// How long to wait before a camera is tried again: doubling from about 1 s to about 60 s, for ever.
///
/// A quarter more or less by chance keeps the cameras behind one switch from coming back in step.
package struct Backoff: Sendable {
    private static let shortest = TimeSpan.seconds(1)
    private static let longest = TimeSpan.seconds(60)
    /// A session that delivered for this long ends a series of failures; a camera that accepts and hangs up does not.
    private static let recovery = TimeSpan.seconds(10)

    private var failures = 0

    package init() {}

    /// The wait after one more failure, between 1 s and 60 s.
    ///
    /// - Parameters:
    ///   - delivered: how long the session brought pictures before it failed.
    ///   - random: where chance comes from.
    /// - Returns: the time to wait.
    package mutating func next(delivered: TimeSpan, using random: inout some RandomNumberGenerator) -> TimeSpan {
        if delivered >= Self.recovery { failures = 0 }
        // 48 s at most, so that with a quarter more it is 60.
        let base = min(48_000, Int64(1_500) << Int64(min(failures, 5)))
        failures += 1
        let milliseconds = base * 3 / 4 + Int64.random(in: 0...(base / 2), using: &random)
        return max(Self.shortest, min(Self.longest, .milliseconds(milliseconds)))
    }
}
