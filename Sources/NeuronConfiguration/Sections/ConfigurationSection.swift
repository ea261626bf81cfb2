/// A mapping with a fixed set of keys: their table, and the rules between them.
struct ConfigurationSection<Value: Sendable>: Sendable {
    /// For headings and for the schema's definitions: `camera`.
    let name: String
    let summary: String
    /// The value in which nothing has been set: it holds the defaults.
    let prototype: Value
    /// Read in this order, whatever the order in the file.
    let fields: [ConfigurationField<Value>]
    /// Where a key belongs that people look for here, and what to write: `password` to a sentence.
    let advice: [String: String]
    /// Looks at what only several keys together can get wrong.
    let check: @Sendable (Value, GivenKeys, inout ReadingContext) -> Void

    init(
        name: String,
        summary: String,
        prototype: Value,
        fields: [ConfigurationField<Value>],
        advice: [String: String] = [:],
        check: @escaping @Sendable (Value, GivenKeys, inout ReadingContext) -> Void = { _, _, _ in }
    ) {
        self.name = name
        self.summary = summary
        self.prototype = prototype
        self.fields = fields
        self.advice = advice
        self.check = check
    }

    /// Reads a mapping on top of a value.
    ///
    /// - Returns: the value with what the file changes; nil when a required key is missing or wrong. A wrong optional key is
    ///   reported and leaves the base's value, so that reading goes on to the next mistake.
    func read(_ node: YAMLNode, from base: Value, _ context: inout ReadingContext) -> Value? {
        guard let given = keys(of: node, &context) else { return nil }
        var value = base
        var isComplete = true
        for field in fields {
            if let child = given.nodes[field.key] {
                if !field.read(child, &value, &context) { isComplete = isComplete && !field.isRequired }
            } else if field.isRequired {
                context.log.report(node, "`\(field.key)` is missing; every \(name) needs it.")
                isComplete = false
            }
        }
        guard isComplete else { return nil }
        check(value, given, &context)
        return value
    }

    private func keys(of node: YAMLNode, _ context: inout ReadingContext) -> GivenKeys? {
        if node.isRefused { return nil }
        guard case .mapping(let entries) = node.content else {
            let found = node.isMissing ? "nothing is written" : "here is \(node.kindName)"
            context.log.report(node, "Here should be a mapping with keys such as `\(fields[0].key):`, and \(found).")
            return nil
        }
        reportUnknown(entries.filter { entry in !fields.contains { $0.key == entry.key } }, in: node, &context)
        return GivenKeys(nodes: Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first })
    }

    private func reportUnknown(_ entries: [YAMLNode.Entry], in node: YAMLNode, _ context: inout ReadingContext) {
        // Finding what was meant takes a while; nobody reads more of it.
        let shown = 100
        for entry in entries.prefix(shown) {
            let path = YAMLNode.path(node.path, key: entry.key)
            context.log.report(at: entry.keyPosition, path: path, unknownKeyMessage(entry.key))
        }
        guard entries.count > shown else { return }
        let message = "This and the \(entries.count - shown - 1) unknown keys behind it aren't listed."
        context.log.report(at: entries[shown].keyPosition, path: node.path, message)
    }

    private func unknownKeyMessage(_ key: String) -> String {
        let start = "The key \(quoted(key)) isn't known here."
        if let sentence = advice[key.lowercased()] { return "\(start) \(sentence)" }
        if let parent = fields.first(where: { $0.children.contains { $0.keys.contains(key) } }) {
            return "\(start) It belongs under `\(parent.key)`."
        }
        if let near = KeySuggestion.nearest(to: key, among: fields.map(\.key)) {
            return "\(start) Did you mean `\(near)`?"
        }
        return "\(start) Possible are \(KeySuggestion.list(fields.map(\.key)))."
    }
}

/// The keys that a mapping of the file really has.
struct GivenKeys: Sendable {
    var nodes: [String: YAMLNode]
}
