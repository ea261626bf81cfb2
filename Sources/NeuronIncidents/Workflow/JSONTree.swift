/// A JSON value as it came from outside, read within bounds.
package indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// Nothing that is said here needs more.
    package static let deepest = 12
    package static let longest = 64 << 10

    /// Reads bytes that may be anything.
    ///
    /// Stricter than JSON must be: a key that stands twice in one object is refused, as two readers could take it for two
    /// different things. Time and memory are bounded by the length.
    ///
    /// - Throws: `malformed`, with the place.
    package init(hostile bytes: [UInt8]) throws(Rejection) {
        guard bytes.count <= Self.longest else {
            throw Rejection(.malformed, "A message has \(Self.longest) bytes at most; this one has \(bytes.count).")
        }
        var scanner = JSONScanner(bytes)
        self = try scanner.document()
    }
}

/// One pass over the bytes, by recursive descent to a depth that is fixed.
private struct JSONScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(Rejection) -> JSONTree {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw wrong("something follows the value") }
        return value
    }

    private func wrong(_ what: String) -> Rejection {
        Rejection(.malformed, "This is no JSON that can be read here: \(what), at byte \(position).")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Rejection) -> JSONTree {
        guard depth <= JSONTree.deepest else { throw wrong("it is nested deeper than \(JSONTree.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONTree) throws(Rejection) -> JSONTree {
        for byte in "\(text)".utf8 where !take(byte) { throw wrong("a value is expected") }
        return value
    }

    private mutating func object(depth: Int) throws(Rejection) -> JSONTree {
        position += 1
        var members: [String: JSONTree] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw wrong("a key is expected") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw wrong("a colon is expected") }
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: key) == nil else { throw wrong("a key stands here twice") }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw wrong("an object does not end") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Rejection) -> JSONTree {
        position += 1
        var elements: [JSONTree] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw wrong("an array does not end") }
        return .array(elements)
    }

    private mutating func string() throws(Rejection) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw wrong("a text is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text += try escaped()
            case 0..<0x20: throw wrong("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw wrong("a text does not end")
    }

    private mutating func escaped() throws(Rejection) -> [UInt8] {
        guard let byte = next else { throw wrong("a text does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw wrong("an escape is unknown")
        }
    }

    private mutating func scalar() throws(Rejection) -> Unicode.Scalar {
        let first = try fourDigits()
        var code = UInt32(first)
        if (0xD800..<0xDC00).contains(first) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw wrong("half a character is missing") }
            let second = try fourDigits()
            guard (0xDC00..<0xE000).contains(second) else { throw wrong("half a character is missing") }
            code = 0x10000 + (UInt32(first - 0xD800) << 10 | UInt32(second - 0xDC00))
        }
        guard let scalar = Unicode.Scalar(code) else { throw wrong("half a character is missing") }
        return scalar
    }

    private mutating func fourDigits() throws(Rejection) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }),
            let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw wrong("four hexadecimal digits are expected") }
        position += 4
        return value
    }

    private mutating func number() throws(Rejection) -> JSONTree {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let first = next
        guard takeDigits() > 0 else { throw wrong("a value is expected") }
        let isPadded = first == UInt8(ascii: "0") && bytes[start..<position].drop { $0 == UInt8(ascii: "-") }.count > 1
        guard !isPadded else { throw wrong("a number begins with 0") }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard takeDigits() > 0 else { throw wrong("a number does not end") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            guard takeDigits() > 0 else { throw wrong("a number does not end") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw wrong("a number is too large") }
        return .number(number)
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }
}
