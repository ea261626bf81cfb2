/// A JSON value that keeps the order of its keys, so that the schema reads like the reference.
indirect enum JSONText: Sendable, Hashable {
    case string(String)
    /// A number as it is to be written.
    case number(String)
    case bool(Bool)
    case array([JSONText])
    case object([Member])

    struct Member: Sendable, Hashable {
        var name: String
        var value: JSONText
    }

    /// An object of pairs in their order.
    static func members(_ pairs: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(pairs.map { Member(name: $0.key, value: $0.value) })
    }

    static func strings(_ texts: [String]) -> JSONText { .array(texts.map { .string($0) }) }

    /// The object with more members behind its own; anything else comes back as it is.
    func adding(_ pairs: KeyValuePairs<String, JSONText>) -> JSONText {
        adding(.object(pairs.map { Member(name: $0.key, value: $0.value) }))
    }

    /// The object with the members of another behind its own; anything else comes back as it is.
    func adding(_ other: JSONText) -> JSONText {
        guard case .object(let members) = self, case .object(let more) = other else { return self }
        return .object(members + more)
    }

    /// The value as indented text.
    func text(indentation: String = "") -> String {
        let inner = indentation + "  "
        switch self {
        case .string(let text): return Self.escaped(text)
        case .number(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .array(let items):
            guard !items.isEmpty else { return "[]" }
            return "[\n" + items.map { inner + $0.text(indentation: inner) }.joined(separator: ",\n")
                + "\n\(indentation)]"
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let lines = members.map { inner + Self.escaped($0.name) + ": " + $0.value.text(indentation: inner) }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
