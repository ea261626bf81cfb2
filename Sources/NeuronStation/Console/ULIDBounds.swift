import NeuronCore

/// The smallest name that an alert of a time can have, and the time that a name says: names rise with the time at which alerts
/// began.
enum ULIDBounds {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The first of the names of a millisecond.
    static func first(at time: WallTime) -> String {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let stamp = (0..<10).map { digits[Int(milliseconds >> (45 - 5 * UInt64($0)) & 31)] }
        return String(decoding: stamp, as: UTF8.self) + String(repeating: "0", count: 16)
    }

    /// The first of the names behind a millisecond.
    static func first(after time: WallTime) -> String {
        time.milliseconds == .max ? first(at: time) : first(at: time + .milliseconds(1))
    }

    /// When the alert of a name began, to the millisecond; nil where it is no such name, or a time far away.
    static func time(of name: String) -> WallTime? {
        guard name.utf8.count == 26 else { return nil }
        var milliseconds: Int64 = 0
        for byte in name.utf8.prefix(10) {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            milliseconds = milliseconds << 5 | Int64(digit)
        }
        let (nanoseconds, isFar) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return isFar ? nil : WallTime(nanoseconds: nanoseconds)
    }
}
