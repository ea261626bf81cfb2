import NeuronCore

/// A number with a unit behind it, as in `300ms` or `64MiB`.
struct UnitNumber {
    var number: Double
    var unit: String

    /// Splits a text into number and unit; nil when it doesn't begin with a decimal number.
    init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." || $0 == "-" }
        guard let number = DecimalNumber.parse(digits) else { return nil }
        self.number = number
        unit = String(text[digits.endIndex...].drop { $0 == " " })
    }

    /// The amount in the smallest unit; nil when it doesn't fit.
    func scaled(by factor: Int64) -> Int64? {
        Int64(exactly: (number * Double(factor)).rounded())
    }
}

extension ValueType where Value == TimeSpan {
    /// A time with its unit within a range.
    static func time(_ range: ClosedRange<TimeSpan>) -> ValueType {
        let limits = "\(TimeUnit.text(range.lowerBound)) to \(TimeUnit.text(range.upperBound))"
        return ValueType(
            name: "time, \(limits)",
            schema: .members([
                "type": .string("string"), "pattern": .string("^[0-9]*\\.?[0-9]+ *(ms|s|m|h|d)$"),
            ]),
            text: { TimeUnit.text($0) }
        ) { node, context in
            guard let text = context.scalar(node, expecting: "a time with its unit, such as 10s") else { return nil }
            switch TimeUnit.read(text) {
            case .failure(let complaint):
                context.log.report(node, complaint.message)
                return nil
            case .success(let value):
                guard range.contains(value) else {
                    context.log.report(node, "\(quoted(text)) is out of range; possible is \(limits).")
                    return nil
                }
                return value
            }
        }
    }
}

extension ValueType where Value == ByteCount {
    /// A size in bytes with its unit within a range.
    static func size(_ range: ClosedRange<ByteCount>) -> ValueType {
        let limits = "\(SizeUnit.text(range.lowerBound)) to \(SizeUnit.text(range.upperBound))"
        return ValueType(
            name: "size, \(limits)",
            schema: .members([
                "type": .string("string"), "pattern": .string("^[0-9]*\\.?[0-9]+ *(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)$"),
            ]),
            text: { SizeUnit.text($0) }
        ) { node, context in
            guard let text = context.scalar(node, expecting: "a size with its unit, such as 64MiB") else { return nil }
            switch SizeUnit.read(text) {
            case .failure(let complaint):
                context.log.report(node, complaint.message)
                return nil
            case .success(let value):
                guard range.contains(value) else {
                    context.log.report(node, "\(quoted(text)) is out of range; possible is \(limits).")
                    return nil
                }
                return value
            }
        }
    }
}

/// What is wrong with a value, before its place is known.
struct Complaint: Error {
    var message: String
}

/// The units of times.
enum TimeUnit {
    private static let factors: KeyValuePairs<String, Int64> = [
        "d": 86_400_000_000_000, "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000,
    ]
    private static let otherNames: [String: String] = [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
        "hour": "h", "hours": "h", "hr": "h", "day": "d", "days": "d", "msec": "ms", "millis": "ms",
        "milliseconds": "ms",
        "S": "s", "H": "h", "D": "d", "MS": "ms", "Ms": "ms",
    ]

    static func read(_ text: String) -> Result<TimeSpan, Complaint> {
        guard let value = UnitNumber(text), value.number >= 0 else {
            return .failure(
                Complaint(message: "\(quoted(text)) isn't a time; write a number and its unit, such as 10s.")
            )
        }
        guard let factor = factors.first(where: { $0.key == value.unit })?.value else {
            return .failure(Complaint(message: unitComplaint(text, value)))
        }
        guard let nanoseconds = value.scaled(by: factor) else {
            return .failure(Complaint(message: "\(quoted(text)) is longer than any time here can be."))
        }
        return .success(TimeSpan(nanoseconds: nanoseconds))
    }

    private static func unitComplaint(_ text: String, _ value: UnitNumber) -> String {
        let number = DecimalNumber.text(value.number)
        if value.unit.isEmpty {
            return "\(quoted(text)) has no unit; write \(number)s for seconds or \(number)ms for milliseconds."
        }
        if let unit = otherNames[value.unit] {
            return "The unit of \(quoted(text)) is written `\(unit)`: \(number)\(unit)."
        }
        return "The unit of \(quoted(text)) isn't known; units of time are ms, s, m, h and d."
    }

    /// The time in its largest whole unit.
    static func text(_ value: TimeSpan) -> String {
        if value == .zero { return "0s" }
        for (unit, factor) in factors where value.nanoseconds % factor == 0 {
            return "\(value.nanoseconds / factor)\(unit)"
        }
        return DecimalNumber.text(Double(value.nanoseconds) / 1e6) + "ms"
    }
}

/// The units of sizes.
enum SizeUnit {
    private static let factors: KeyValuePairs<String, Int64> = [
        "TiB": 1 << 40, "GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10,
        "TB": 1_000_000_000_000, "GB": 1_000_000_000, "MB": 1_000_000, "kB": 1000, "B": 1,
    ]

    static func read(_ text: String) -> Result<ByteCount, Complaint> {
        guard let value = UnitNumber(text), value.number >= 0 else {
            return .failure(
                Complaint(message: "\(quoted(text)) isn't a size; write a number and its unit, such as 64MiB.")
            )
        }
        guard let factor = factors.first(where: { $0.key == value.unit })?.value else {
            return .failure(Complaint(message: unitComplaint(text, value)))
        }
        guard let bytes = value.scaled(by: factor) else {
            return .failure(Complaint(message: "\(quoted(text)) is larger than any size here can be."))
        }
        return .success(ByteCount(bytes: bytes))
    }

    private static func unitComplaint(_ text: String, _ value: UnitNumber) -> String {
        let number = DecimalNumber.text(value.number)
        if value.unit.isEmpty { return "\(quoted(text)) has no unit; \(number)MiB is so many times 1,048,576 bytes." }
        let letter = value.unit.lowercased().first.map(String.init) ?? ""
        let near = ["t": "TiB", "g": "GiB", "m": "MiB", "k": "KiB", "b": "B"][letter]
        if let near { return "The unit of \(quoted(text)) isn't known; write \(number)\(near)." }
        return "The unit of \(quoted(text)) isn't known; units of size are B, KiB, MiB, GiB, TiB, kB, MB, GB and TB."
    }

    /// The size in its largest whole unit.
    static func text(_ value: ByteCount) -> String {
        for (unit, factor) in factors where value.bytes != 0 && value.bytes % factor == 0 {
            return "\(value.bytes / factor)\(unit)"
        }
        return "\(value.bytes)B"
    }
}
