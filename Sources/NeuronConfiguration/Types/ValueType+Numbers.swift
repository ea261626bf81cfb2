import NeuronCore

extension ValueType where Value == Int {
    /// A whole number within a range.
    static func integer(_ range: ClosedRange<Int>) -> ValueType {
        ValueType(
            name: "whole number, \(range.lowerBound) to \(range.upperBound)",
            schema: .members([
                "type": .string("integer"), "minimum": .number("\(range.lowerBound)"),
                "maximum": .number("\(range.upperBound)"),
            ]),
            text: { String($0) }
        ) { node, context in
            let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard let text = context.scalar(node, expecting: expectation) else { return nil }
            guard let value = Int(text), range.contains(value) else {
                context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
                return nil
            }
            return value
        }
    }
}

extension ValueType where Value == Double {
    /// A part of a whole, `0.0005` or `0.05%`.
    static let fraction = ValueType(
        name: "fraction, above 0 and up to 1, or per cent with `%`",
        schema: .members([
            "oneOf": .array([
                .members(["type": .string("number"), "exclusiveMinimum": .number("0"), "maximum": .number("1")]),
                .members(["type": .string("string"), "pattern": .string("^[0-9]*\\.?[0-9]+%$")]),
            ])
        ]),
        text: { DecimalNumber.text($0) }
    ) { node, context in
        guard let text = context.scalar(node, expecting: "a fraction above 0 and up to 1, such as 0.01") else {
            return nil
        }
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard let number = DecimalNumber.parse(digits) else {
            context.log.report(
                node,
                "Here should be a fraction above 0 and up to 1, such as 0.01, not \(quoted(text))."
            )
            return nil
        }
        let value = isPercent ? number / 100 : number
        guard value > 0, value <= 1 else {
            let hint = value > 1 && value <= 100 && !isPercent ? "; \(text) per cent is written \(text)%" : ""
            context.log.report(node, "\(quoted(text)) isn't a fraction above 0 and up to 1\(hint).")
            return nil
        }
        return value
    }
}

extension ValueType where Value == Double {
    /// An angle from minus to plus so many degrees.
    static func degrees(_ limit: Int) -> ValueType {
        ValueType(
            name: "degrees, -\(limit) to \(limit)",
            schema: .members([
                "type": .string("number"), "minimum": .number("-\(limit)"), "maximum": .number("\(limit)"),
            ]),
            text: { DecimalNumber.text($0) }
        ) { node, context in
            let expectation = "degrees from -\(limit) to \(limit) with a decimal point, such as 31.2304"
            guard let text = context.scalar(node, expecting: expectation) else { return nil }
            guard let value = DecimalNumber.parse(text), abs(value) <= Double(limit) else {
                context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
                return nil
            }
            return value
        }
    }
}

/// Numbers as YAML's core schema has them, in decimal only: no `inf`, no `nan`, no hexadecimal.
enum DecimalNumber {
    /// Reads `12`, `-0.5` or `1e-3`; nil for anything else.
    static func parse(_ text: some StringProtocol) -> Double? {
        let text = String(text)
        let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let last = text.utf8.last, (48...57).contains(last) else { return nil }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The shortest text that reads back as the same number, without an exponent for numbers of everyday size.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        let short = value.description
        guard let exponent = short.firstIndex(of: "e"), let power = Int(short[short.index(after: exponent)...]),
            power < 0, power > -20
        else { return short }
        let digits = short[..<exponent].filter { $0 != "." && $0 != "-" }
        return (value < 0 ? "-" : "") + "0." + String(repeating: "0", count: -power - 1) + digits.trimmingZeros
    }
}

extension String {
    fileprivate var trimmingZeros: String {
        var copy = self
        while copy.hasSuffix("0") { copy.removeLast() }
        return copy
    }
}
