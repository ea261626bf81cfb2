import NeuronCore

extension ValueType where Value == Bool {
    /// `true` or `false`; the other words that YAML 1.1 took for them are refused, since `no` is also a country.
    static let flag = ValueType(
        name: "`true` or `false`",
        schema: .members(["type": .string("boolean")]),
        text: { $0 ? "true" : "false" }
    ) { node, context in
        guard let text = context.scalar(node, expecting: "`true` or `false`") else { return nil }
        if text == "true" { return true }
        if text == "false" { return false }
        let isYes = ["yes", "on", "true", "y", "1"].contains(text.lowercased())
        let isNo = ["no", "off", "false", "n", "0"].contains(text.lowercased())
        let hint = isYes ? "; write `true`" : isNo ? "; write `false`" : ""
        context.log.report(node, "\(quoted(text)) is neither `true` nor `false`\(hint).")
        return nil
    }
}

extension ValueType where Value == String {
    /// Free text of 1 to so many characters on one line.
    static func text(maxLength: Int) -> ValueType {
        ValueType(
            name: "text, up to \(maxLength) characters",
            schema: .members([
                "type": .string("string"), "minLength": .number("1"), "maxLength": .number("\(maxLength)"),
            ]),
            text: { $0 }
        ) { node, context in
            guard let text = context.scalar(node, expecting: "a text") else { return nil }
            guard !text.isEmpty, text.unicodeScalars.count <= maxLength, !text.contains(where: \.isNewline) else {
                context.log.report(node, "The text must have 1 to \(maxLength) characters on one line.")
                return nil
            }
            return text
        }
    }

    /// So many digits, of which nothing else is checked.
    static func digits(_ count: Int) -> ValueType {
        ValueType(
            name: "\(count) digits",
            schema: .members(["type": .string("string"), "pattern": .string("^[0-9]{\(count)}$")]),
            text: { $0 }
        ) { node, context in
            guard let text = context.scalar(node, expecting: "\(count) digits") else { return nil }
            let digits = text.utf8.count { (48...57).contains($0) }
            guard digits == count, text.utf8.count == count else {
                let found = digits == text.utf8.count ? "it has \(digits)" : "it has other characters too"
                context.log.report(node, "Here should be \(count) digits and nothing else; \(found).")
                return nil
            }
            return text
        }
    }

    /// One level of a topic.
    static let token = ValueType(
        name: "name of `a-z`, `0-9`, `_`, `-`, up to 64",
        schema: .members(["type": .string("string"), "pattern": .string("^[a-z0-9_-]{1,64}$")]),
        text: { $0 }
    ) { node, context in
        guard let text = context.scalar(node, expecting: "a name") else { return nil }
        guard TopicToken.isValid(text) else {
            let sanitised = SensorID(sanitising: text).rawValue
            let hint = text.contains("://") || text.contains("@") ? "" : "; write \(quoted(sanitised))"
            context.log.report(
                node,
                "\(quoted(text)) can't stand in a topic: a name has 1 to 64 characters of `a-z`, `0-9`, `_`, `-`\(hint)."
            )
            return nil
        }
        return text
    }
}

extension ValueType where Value == SensorID {
    /// A camera's id.
    static let sensorID = ValueType<String>.token.mapped({ SensorID($0) }, back: \.rawValue)
}

extension ValueType where Value == BoxID {
    /// A box's name.
    static let boxID = ValueType<String>.token.mapped({ BoxID($0) }, back: \.rawValue)
}

extension ValueType {
    /// The same texts for another Swift type; a value that `convert` refuses must have been reported by the type itself.
    func mapped<Other: Sendable>(
        _ convert: @escaping @Sendable (Value) -> Other?,
        back: @escaping @Sendable (Other) -> Value
    ) -> ValueType<Other> {
        let (read, text) = (self.read, self.text)
        return ValueType<Other>(
            name: name,
            schema: schema,
            text: { text(back($0)) },
            read: { node, context in read(node, &context).flatMap(convert) }
        )
    }
}

extension ValueType where Value: CaseIterable & RawRepresentable & Equatable, Value.RawValue == String {
    /// One of a few words.
    static var choice: ValueType {
        let words = Value.allCases.map(\.rawValue)
        return ValueType(
            name: words.map { "`\($0)`" }.joined(separator: ", "),
            schema: .members(["enum": .strings(words)]),
            text: { $0.rawValue }
        ) { node, context in
            let list = KeySuggestion.list(words)
            guard let text = context.scalar(node, expecting: list) else { return nil }
            if let value = Value(rawValue: text) { return value }
            let hint = KeySuggestion.nearest(to: text, among: words).map { " Did you mean `\($0)`?" } ?? ""
            context.log.report(node, "\(quoted(text)) isn't known here; possible are \(list).\(hint)")
            return nil
        }
    }
}
