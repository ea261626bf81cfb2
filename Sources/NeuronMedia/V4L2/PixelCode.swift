/// How a device calls a pixel format: four characters.
package struct PixelCode: Sendable, Hashable, CustomStringConvertible {
    package var rawValue: UInt32

    /// Takes a code as the kernel has it.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Takes four ASCII characters, the first in the lowest byte.
    init(_ characters: StaticString) {
        rawValue = characters.withUTF8Buffer { bytes in
            bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// The characters, without blanks at the end.
    ///
    /// What is not printable shows as a question mark; a big-endian format ends in `-BE`.
    package var description: String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> ($0 * 8)) & 0x7F }
        var text = String(decoding: bytes.map { (32..<127).contains($0) ? $0 : 63 }, as: UTF8.self)
        while text.hasSuffix(" ") { text.removeLast() }
        return rawValue >> 31 == 1 ? text + "-BE" : text
    }
}
