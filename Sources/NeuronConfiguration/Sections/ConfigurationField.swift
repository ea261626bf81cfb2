/// One key of a section: its type, its meaning, and where its value goes.
///
/// A new setting is one more field in a section's table; reader, schema, reference page and the check of the example follow.
struct ConfigurationField<Section: Sendable>: Sendable {
    let key: String
    /// One to three sentences on meaning and consequence, for the reference and the schema.
    let summary: String
    let typeName: String
    let schema: JSONText
    let isRequired: Bool
    /// What holds when the key is absent, where that is no fixed value.
    let defaultNote: String?
    let children: [SectionDescription]
    /// The value as a file would have it; empty for none.
    let text: @Sendable (Section) -> String
    /// Stores the value; false after reporting why it can't.
    let read: @Sendable (YAMLNode, inout Section, inout ReadingContext) -> Bool

    /// A field of one value.
    init<Value>(
        _ key: String,
        _ keyPath: any WritableKeyPath<Section, Value> & Sendable,
        _ type: ValueType<Value>,
        isRequired: Bool = false,
        defaultNote: String? = nil,
        _ summary: String
    ) {
        self.init(
            key: key,
            summary: summary,
            typeName: type.name,
            schema: type.schema,
            isRequired: isRequired,
            defaultNote: defaultNote,
            children: [],
            text: { type.text($0[keyPath: keyPath]) },
            read: { node, section, context in
                guard let value = type.read(node, &context) else { return false }
                section[keyPath: keyPath] = value
                return true
            }
        )
    }

    /// A field of one value that may be absent.
    init<Value>(
        _ key: String,
        _ keyPath: any WritableKeyPath<Section, Value?> & Sendable,
        optional type: ValueType<Value>,
        _ summary: String
    ) {
        self.init(key, keyPath, type.optional, summary)
    }

    /// A field that is a section of its own; its keys change single values of what is already there.
    init<Child>(
        _ key: String,
        _ keyPath: any WritableKeyPath<Section, Child> & Sendable,
        section child: ConfigurationSection<Child>,
        defaultNote: String? = nil,
        _ summary: String
    ) {
        self.init(
            key: key,
            summary: summary,
            typeName: "mapping, see [\(child.name)](#\(child.name))",
            schema: .members(["$ref": .string("#/$defs/\(child.name)")]),
            isRequired: false,
            defaultNote: defaultNote,
            children: [child.description],
            text: { _ in "" },
            read: { node, section, context in
                guard let value = child.read(node, from: section[keyPath: keyPath], &context) else { return false }
                section[keyPath: keyPath] = value
                return true
            }
        )
    }

    /// A field that is a list of sections.
    ///
    /// `identity` is the key whose value must be unique, and `prototype` gives what an item is before its keys are read. A
    /// list that must not be empty is required, and one that may be empty where it says so.
    init<Item>(
        _ key: String,
        _ keyPath: any WritableKeyPath<Section, [Item]> & Sendable,
        listOf item: ConfigurationSection<Item>,
        identity: String,
        count: ClosedRange<Int>,
        isRequired: Bool? = nil,
        prototype: @escaping @Sendable (Section) -> Item,
        _ summary: String
    ) {
        let isRequired = isRequired ?? (count.lowerBound > 0)
        self.init(
            key: key,
            summary: summary,
            typeName: "list of up to \(count.upperBound), see [\(item.name)](#\(item.name))",
            schema: .members([
                "type": .string("array"), "minItems": .number("\(count.lowerBound)"),
                "maxItems": .number("\(count.upperBound)"),
                "items": .members(["$ref": .string("#/$defs/\(item.name)")]),
            ]),
            isRequired: isRequired,
            defaultNote: isRequired ? nil : "none",
            children: [item.description],
            text: { _ in "" },
            read: { node, section, context in
                guard let nodes = context.items(of: node, noun: item.name, count: count) else { return false }
                context.reportRepeated(identity, in: nodes, noun: item.name)
                let base = prototype(section)
                section[keyPath: keyPath] = nodes.compactMap { item.read($0, from: base, &context) }
                return true
            }
        )
    }

    init(
        key: String,
        summary: String,
        typeName: String,
        schema: JSONText,
        isRequired: Bool,
        defaultNote: String?,
        children: [SectionDescription],
        text: @escaping @Sendable (Section) -> String,
        read: @escaping @Sendable (YAMLNode, inout Section, inout ReadingContext) -> Bool
    ) {
        self.key = key
        self.summary = summary
        self.typeName = typeName
        self.schema = schema
        self.isRequired = isRequired
        self.defaultNote = defaultNote
        self.children = children
        self.text = text
        self.read = read
    }
}

extension ConfigurationField {
    /// A key that stands for several others, and itself leaves nothing behind: it must come before them in the table.
    static func preset(
        _ summary: String,
        apply: @escaping @Sendable (MotionPreset, inout Section) -> Void
    ) -> ConfigurationField {
        let type = ValueType<MotionPreset>.choice
        return ConfigurationField(
            key: "preset",
            summary: summary,
            typeName: type.name,
            schema: type.schema,
            isRequired: false,
            defaultNote: "none",
            children: [],
            text: { _ in "" },
            read: { node, section, context in
                guard let preset = type.read(node, &context) else { return false }
                apply(preset, &section)
                return true
            }
        )
    }
}

extension ReadingContext {
    /// The items of a list, or nil after reporting that there is none.
    mutating func items(of node: YAMLNode, noun: String, count: ClosedRange<Int>) -> [YAMLNode]? {
        if node.isRefused { return nil }
        guard case .sequence(let items) = node.content else {
            let found = node.isMissing ? "nothing is written" : "here is \(node.kindName)"
            log.report(node, "Here should be a list, each \(noun) beginning with `- `, and \(found).")
            return nil
        }
        if items.isEmpty, count.lowerBound > 0 {
            log.report(node, "The list is empty; it needs at least one \(noun).")
            return nil
        }
        guard items.count <= count.upperBound else {
            log.report(
                items[count.upperBound],
                "The list may have up to \(count.upperBound) items, and has \(items.count)."
            )
            return nil
        }
        return items
    }

    /// Reports each item whose identity an earlier item already has.
    mutating func reportRepeated(_ key: String, in nodes: [YAMLNode], noun: String) {
        var firstLines: [String: Int] = [:]
        for node in nodes {
            guard case .mapping(let entries) = node.content, let value = entries.first(where: { $0.key == key })?.value,
                case .scalar(let text, _) = value.content, !text.isEmpty
            else { continue }
            if let line = firstLines[text] {
                log.report(
                    value,
                    "The \(noun) in line \(line) is already called \(quoted(text)); give this one another name."
                )
            } else {
                firstLines[text] = value.position.line
            }
        }
    }
}
