import NeuronCore

/// The smallest name that an alert of a time can have: names rise with the time at which alerts began.
enum ULIDBounds {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The first of the names of a millisecond.
    static func first(at time: WallTime) -> String {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let stamp = (0..<10).map { digits[Int(milliseconds >> (45 - 5 * UInt64($0)) & 31)] }
        return String(stamp) + String(repeating: "0", count: 16)
    }

    /// The first of the names behind a millisecond.
    static func first(after time: WallTime) -> String {
        time.milliseconds == .max ? first(at: time) : first(at: time + .milliseconds(1))
    }
}
