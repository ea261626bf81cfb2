import NeuronCore

extension ValueType where Value == String {
    /// A folder; a relative one begins at the configuration file's folder.
    static let folder = ValueType(name: "path of a folder", schema: pathSchema, text: { $0 }) { node, context in
        let directory = context.directory
        return path(node, expecting: "the path of a folder", &context).map { joinedPath(directory, $0) }
    }

    /// A file's path as it is written; who uses it knows where a relative one begins.
    static let filePath = ValueType(name: "path of a file", schema: pathSchema, text: { $0 }) { node, context in
        guard let text = path(node, expecting: "the path of a file", &context) else { return nil }
        guard !text.hasSuffix("/") else {
            context.log.report(node, "\(quoted(text)) is a folder; write the path of a file.")
            return nil
        }
        return text
    }

    /// Exactly one word.
    static func constant(_ word: String) -> ValueType {
        ValueType(name: "`\(word)`", schema: .members(["const": .string(word)]), text: { $0 }) { _, _ in word }
    }

    private static let pathSchema = JSONText.members(["type": .string("string"), "minLength": .number("1")])

    fileprivate static func path(
        _ node: YAMLNode,
        expecting expectation: String,
        _ context: inout ReadingContext
    ) -> String? {
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        if text.isEmpty || text.contains(where: \.isNewline) {
            context.log.report(node, "Here should be \(expectation), on one line.")
            return nil
        }
        if text.hasPrefix("~") {
            context.log.report(node, "`~` isn't replaced by a home folder here; write the whole path.")
            return nil
        }
        if text.contains("://") {
            context.log.report(node, "Here should be \(expectation), not a URL.")
            return nil
        }
        return text
    }
}

extension ValueType where Value == CredentialReference {
    /// Where user and password are; no message shows the value, for it may be the secret itself.
    static let credentials = ValueType(
        name: "name of a systemd credential, or path of a file",
        schema: .members(["type": .string("string"), "pattern": .string("^([A-Za-z0-9._-]{1,255}|[^:]*/[^:]*)$")]),
        text: { $0.text }
    ) { node, context in
        let expectation = "the name of a systemd credential or the path of a file"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        if let reference = CredentialReference(text, relativeTo: context.directory) { return reference }
        let hint =
            text.contains(":")
            ? "user:password belongs into that file, never here"
            : "a name has only A-Z, a-z, 0-9, `.`, `_`, `-`; a path has a `/`"
        context.log.report(node, "Here should be \(expectation); \(hint).")
        return nil
    }
}
