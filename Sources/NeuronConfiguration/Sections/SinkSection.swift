import NeuronCore

/// A sink while it is read: which keys count depends on its type.
struct SinkDraft: Sendable {
    var type: String
    var name: String
    var file = JSONLinesConfiguration(path: JSONLinesConfiguration.defaultName)
    var mqtt = MQTTConfiguration(broker: BrokerAddress(scheme: "mqtt", host: "localhost", port: 1883))
    var nats = NATSConfiguration(servers: [BrokerAddress(scheme: "nats", host: "localhost", port: 4222)])
}

/// The types of sinks.
///
/// A new one is a table here and a case in ``make(_:stateDirectory:)``.
enum SinkSection {
    static let types: KeyValuePairs<String, ConfigurationSection<SinkDraft>> = [
        "jsonl": jsonl, "stdout": stdout, "mqtt": mqtt, "nats": nats,
    ]

    private static let jsonl = section(
        "jsonl",
        summary: "Alerts in a file, one line of JSON each; the file is rotated by size.",
        fields: [
            ConfigurationField(
                "path",
                \.file.path,
                .filePath,
                "The file. A relative path begins at the folder `state`."
            ),
            ConfigurationField(
                "rotate",
                \.file.rotate,
                .size(.kibibytes(64)...(.gibibytes(1024))),
                "The size at which the file is set aside as `.1` and a new one is begun."
            ),
            ConfigurationField(
                "keep",
                \.file.keep,
                .integer(1...10_000),
                "How many files that were set aside are kept; the disk needs `rotate` times one more than that."
            ),
        ]
    )

    private static let stdout = section(
        "stdout",
        summary: "Alerts on standard output, one line of JSON each; under systemd that is the journal.",
        fields: []
    )

    static func section(
        _ type: String,
        summary: String,
        fields: [ConfigurationField<SinkDraft>],
        advice: [String: String] = [:],
        check: @escaping @Sendable (SinkDraft, GivenKeys, inout ReadingContext) -> Void = { _, _, _ in }
    ) -> ConfigurationSection<SinkDraft> {
        ConfigurationSection(
            name: "\(type)-sink",
            summary: summary,
            prototype: SinkDraft(type: type, name: type),
            fields: [
                ConfigurationField("type", \.type, .constant(type), isRequired: true, "The kind of sink."),
                ConfigurationField(
                    "name",
                    \.name,
                    .token,
                    "Under which the outbox remembers how far the sink has come; unique within the file. A new name starts anew."
                ),
            ] + fields,
            advice: advice,
            check: check
        )
    }

    /// Reads one item of the list by the table of its type.
    static func read(_ node: YAMLNode, stateDirectory: String, _ context: inout ReadingContext) -> SinkConfiguration? {
        guard let type = type(of: node, &context) else { return nil }
        guard let section = types.first(where: { $0.key == type.text })?.value else {
            context.log.report(type.node, unknownTypeMessage(type.text))
            return nil
        }
        guard let draft = section.read(node, from: section.prototype, &context) else { return nil }
        return make(draft, stateDirectory: stateDirectory)
    }

    private static func make(_ draft: SinkDraft, stateDirectory: String) -> SinkConfiguration {
        switch draft.type {
        case "mqtt": return SinkConfiguration(name: draft.name, kind: .mqtt(draft.mqtt))
        case "nats": return SinkConfiguration(name: draft.name, kind: .nats(draft.nats))
        case "jsonl":
            var file = draft.file
            file.path = joinedPath(stateDirectory, file.path)
            return SinkConfiguration(name: draft.name, kind: .jsonl(file))
        default: return SinkConfiguration(name: draft.name, kind: .stdout)
        }
    }

    private static func type(of node: YAMLNode, _ context: inout ReadingContext) -> (text: String, node: YAMLNode)? {
        let words = KeySuggestion.list(types.map(\.key))
        if node.isRefused { return nil }
        guard case .mapping(let entries) = node.content else {
            context.log.report(node, "Here should be a mapping such as `{type: jsonl, path: alerts.jsonl}`.")
            return nil
        }
        guard let child = entries.first(where: { $0.key == "type" })?.value else {
            context.log.report(node, "`type` is missing, and a sink needs it; possible are \(words).")
            return nil
        }
        return context.scalar(child, expecting: "the type of a sink, \(words),").map { ($0, child) }
    }

    private static func unknownTypeMessage(_ type: String) -> String {
        let words = types.map(\.key)
        let hint = KeySuggestion.nearest(to: type, among: words).map { " Did you mean `\($0)`?" } ?? ""
        return "The type \(quoted(type)) isn't known; possible are \(KeySuggestion.list(words)).\(hint)"
    }
}

extension ConfigurationField<Configuration> {
    private static let count = 0...16

    /// The list of sinks, each read by the table of its type.
    static let sinks = ConfigurationField(
        key: "sinks",
        summary: "Where alerts go, each sink at its own pace.",
        typeName: "list of up to \(count.upperBound), see "
            + SinkSection.types.map { "[\($0.value.name)](#\($0.value.name))" }.joined(separator: ", "),
        schema: .members([
            "type": .string("array"), "maxItems": .number("\(count.upperBound)"),
            "items": .members([
                "oneOf": .array(SinkSection.types.map { .members(["$ref": .string("#/$defs/\($0.value.name)")]) })
            ]),
        ]),
        isRequired: false,
        defaultNote: "`alerts.jsonl` in `state`, and standard output",
        children: SinkSection.types.map(\.value.description),
        text: { _ in "" },
        read: { node, root, context in
            guard let nodes = context.items(of: node, noun: "sink", count: count) else { return false }
            context.reportRepeatedSinks(nodes)
            let directory = root.stateDirectory
            root.sinks = nodes.compactMap { SinkSection.read($0, stateDirectory: directory, &context) }
            return true
        }
    )
}

extension ReadingContext {
    /// A sink without a name is called like its type, so two of a type need names.
    fileprivate mutating func reportRepeatedSinks(_ nodes: [YAMLNode]) {
        var firstLines: [String: Int] = [:]
        for node in nodes {
            guard case .mapping(let entries) = node.content,
                let value = (entries.first { $0.key == "name" } ?? entries.first { $0.key == "type" })?.value,
                case .scalar(let name, _) = value.content
            else { continue }
            if let line = firstLines[name] {
                log.report(
                    value,
                    "The sink in line \(line) is already called \(quoted(name)); give this one a `name` of its own."
                )
            } else {
                firstLines[name] = value.position.line
            }
        }
    }
}
