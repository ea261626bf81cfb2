/// One type of setting: how it is read, written, described to people and to a JSON Schema.
///
/// The table of a section names a type for each key. Reader, schema and reference page all come from it and can't differ.
struct ValueType<Value: Sendable>: Sendable {
    /// For the reference: `time, 100ms to 5m`.
    var name: String
    /// The JSON Schema of the value, without title and default.
    var schema: JSONText
    /// Gives the value, or nil after reporting why not.
    var read: @Sendable (YAMLNode, inout ReadingContext) -> Value?
    /// The value as a file would have it.
    var text: @Sendable (Value) -> String

    init(
        name: String,
        schema: JSONText,
        text: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (YAMLNode, inout ReadingContext) -> Value?
    ) {
        self.name = name
        self.schema = schema
        self.read = read
        self.text = text
    }

    /// The same type for a setting that may be absent.
    var optional: ValueType<Value?> {
        let (read, text) = (self.read, self.text)
        return ValueType<Value?>(
            name: name,
            schema: schema,
            text: { $0.map(text) ?? "" },
            read: { node, context in read(node, &context).map(Optional.some) }
        )
    }
}

/// What reading a value may need besides the value: where problems go, and where relative paths begin.
struct ReadingContext {
    var log = ProblemLog()
    /// The folder of the configuration file.
    var directory: String
    /// The process's environment, as far as the reader was given it.
    var environment: [String: String]
}

extension ReadingContext {
    /// The text of a single value, or nil after reporting that there is none.
    ///
    /// - Parameters:
    ///   - node: the value.
    ///   - expectation: what should stand there, `a time with its unit, such as 10s`.
    /// - Returns: the text without its quotes.
    mutating func scalar(_ node: YAMLNode, expecting expectation: String) -> String? {
        if node.isRefused { return nil }
        guard !node.isMissing else {
            log.report(node, "Here should be \(expectation), and nothing is written.")
            return nil
        }
        guard case .scalar(let text, _) = node.content else {
            log.report(node, "Here should be \(expectation), not \(node.kindName).")
            return nil
        }
        // In double quotes YAML can write any character, as in "\\e[2J", which would act on a terminal.
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) else {
            log.report(node, "Here should be \(expectation), and the value holds a control character.")
            return nil
        }
        return text
    }
}
