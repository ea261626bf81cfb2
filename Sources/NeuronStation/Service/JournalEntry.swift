/// One entry of systemd's journal in its native protocol: named fields, each with any bytes.
///
/// See https://systemd.io/JOURNAL_NATIVE_PROTOCOL: a value without a line end stands behind `=`, any other behind its length.
package struct JournalEntry: Sendable, Hashable {
    /// What is to be sent.
    package private(set) var bytes: [UInt8] = []

    /// The longest name of a field that the journal keeps.
    private static let longestName = 64

    /// Makes an entry without fields.
    package init() {}

    /// Adds a field.
    ///
    /// - Parameters:
    ///   - name: of `A` to `Z`, digits and `_`, beginning with a letter.
    ///   - value: any text.
    package mutating func add(_ name: String, _ value: String) {
        let value = Array(value.utf8)
        bytes += Array(name.utf8)
        if value.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: UInt64(value.count) >> UInt64(shift)))
            }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The name of a field of ours: `camera` is `NEUROND_CAMERA`.
    package static func fieldName(_ key: String) -> String {
        let letters = key.uppercased().unicodeScalars.map { scalar in
            ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
        }
        return String(("NEUROND_" + String(letters)).prefix(longestName))
    }
}
