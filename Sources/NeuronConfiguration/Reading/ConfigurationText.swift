/// The text of a configuration file, once its bytes are known to be text.
struct ConfigurationText {
    let text: String

    /// The largest file that is read.
    static let maxBytes = 1 << 20

    /// Takes a file's bytes; reports and gives nil when they aren't UTF-8 text of a bearable size.
    init?(bytes: [UInt8], log: inout ProblemLog) {
        guard bytes.count <= Self.maxBytes else {
            log.report(at: .start, "The file is larger than 1 MiB; a configuration never is: is this the right file?")
            return nil
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            log.report(at: .start, "The file is encoded as UTF-16; save it as UTF-8.")
            return nil
        }
        // A byte order mark is invisible and harmless.
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let position = firstInvalidPosition(content)
            log.report(at: position, "Here is a byte that isn't UTF-8; save the file as UTF-8.")
            return nil
        }
        guard Self.isFreeOfControls(text, log: &log) else { return nil }
        self.text = text
    }

    /// The last line's number, where a mistake beyond the end is reported; a line end at the end begins no line.
    var lineCount: Int {
        let ends = text.utf8.count { $0 == 10 }
        return max(1, text.utf8.last == 10 ? ends : ends + 1)
    }

    private static func isFreeOfControls(_ text: String, log: inout ProblemLog) -> Bool {
        var position = TextPosition.start
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            if let name = forbiddenName(scalar) {
                log.report(at: position, "Here is \(name), which has no place in YAML; delete it.")
                return false
            }
            // libyaml counts it as a line end, editors don't.
            if previous == "\r", scalar != "\n" {
                log.report(
                    at: position,
                    "The line before ends in a lone carriage return; save the file with LF line ends."
                )
                return false
            }
            previous = scalar
            position = scalar == "\n" ? TextPosition(line: position.line + 1, column: 1) : position.advanced
        }
        return true
    }

    /// Besides the controls that YAML forbids, three invisible line ends: with them every later line number would differ
    /// from the editor's.
    private static func forbiddenName(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 9, 10, 13: nil
        case 0..<32, 127..<160, 0xFFFE, 0xFFFF: "the control character U+\(hexadecimal(scalar.value))"
        case 0x2028, 0x2029: "the invisible line separator U+\(hexadecimal(scalar.value))"
        case 0xFEFF: "a byte order mark (U+FEFF)"
        default: nil
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension TextPosition {
    fileprivate var advanced: TextPosition { TextPosition(line: line, column: column + 1) }
}

private func firstInvalidPosition(_ bytes: ArraySlice<UInt8>) -> TextPosition {
    var position = TextPosition.start
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
        position = scalar == "\n" ? TextPosition(line: position.line + 1, column: 1) : position.advanced
    }
    return position
}
