/// The names of alerts and events (github.com/ulid/spec): 26 digits of Crockford's base 32, of which the first ten are the
/// milliseconds since 1970, so that names sort by time.
package enum ULID {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The name of a time.
    ///
    /// - Parameters:
    ///   - time: its milliseconds count; before 1970 there are none.
    ///   - tail: the ten bytes behind them; none gives the first name of the millisecond.
    /// - Returns: the name.
    package static func text(at time: WallTime, tail: [UInt8] = []) -> String {
        let milliseconds = UInt128(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        let value = milliseconds << 80 | tail.reduce(0) { $0 << 8 | UInt128($1) }
        return String(decoding: (0..<26).map { digits[Int(value >> UInt128(125 - 5 * $0) & 31)] }, as: UTF8.self)
    }

    /// Whether a text has the form of a name, in capitals.
    package static func isOne(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 26 && text.utf8.allSatisfy(digits.contains)
    }

    /// The time of a name; nil for a text that is none.
    package static func time(of text: some StringProtocol) -> WallTime? {
        guard isOne(text) else { return nil }
        let milliseconds = text.utf8.prefix(10).reduce(Int64(0)) { $0 << 5 | Int64(digits.firstIndex(of: $1) ?? 0) }
        let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? nil : WallTime(nanoseconds: nanoseconds)
    }
}
