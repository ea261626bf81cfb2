import NeuronCore

extension ValueType where Value == Sensitivity {
    /// A word or a level.
    static let sensitivity = ValueType(
        name: "`low`, `normal`, `high`, or 1 to 10",
        schema: .members([
            "oneOf": .array([
                .members(["enum": .strings(names.map(\.key))]),
                .members(["type": .string("integer"), "minimum": .number("1"), "maximum": .number("10")]),
            ])
        ]),
        text: { value in names.first { $0.value == value }?.key ?? String(value.level) }
    ) { node, context in
        let expectation = "`low`, `normal`, `high` or a whole number from 1 to 10"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        if let named = names.first(where: { $0.key == text })?.value { return named }
        if let level = Int(text), let value = Sensitivity(level: level) { return value }
        context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
        return nil
    }

    private static let names: KeyValuePairs<String, Sensitivity> = ["low": .low, "normal": .normal, "high": .high]
}

extension ValueType where Value == CameraConfiguration.Sampling {
    private static var words: [String] { ["auto", "always", "keyframes"] }

    /// A word, or a number of frames a second.
    static let sampling = ValueType(
        name: "`auto`, `always`, `keyframes`, or `{fps: 5}` with 0.1 to 120",
        schema: .members([
            "oneOf": .array([
                .members(["enum": .strings(words)]),
                .members(["type": .string("string"), "pattern": .string("^fps: *[0-9]*\\.?[0-9]+$")]),
                .members([
                    "type": .string("object"), "additionalProperties": .bool(false), "required": .strings(["fps"]),
                    "properties": .members([
                        "fps": .members([
                            "type": .string("number"), "minimum": .number("0.1"), "maximum": .number("120"),
                        ])
                    ]),
                ]),
            ])
        ]),
        text: { $0.text }
    ) { node, context in
        if case .mapping(let entries) = node.content { return framesPerSecond(entries, of: node, &context) }
        let expectation = "`auto`, `always`, `keyframes` or `{fps: 5}`"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        switch text {
        case "auto": return .auto
        case "always": return .always
        case "keyframes": return .keyframes
        default:
            if text.hasPrefix("fps:") { return framesPerSecond(String(text.dropFirst(4)), at: node, &context) }
            let hint = KeySuggestion.nearest(to: text, among: words)
            let question = hint.map { " Did you mean `\($0)`?" } ?? ""
            context.log.report(node, "Here should be \(expectation), not \(quoted(text)).\(question)")
            return nil
        }
    }

    private static func framesPerSecond(
        _ entries: [YAMLNode.Entry],
        of node: YAMLNode,
        _ context: inout ReadingContext
    ) -> CameraConfiguration.Sampling? {
        for entry in entries where entry.key != "fps" {
            let message = "Of the ways to sample only `fps` has a number: `sampling: {fps: 5}`."
            context.log.report(at: entry.keyPosition, path: node.path, message)
        }
        guard entries.count == 1, let entry = entries.first, entry.key == "fps" else {
            if entries.isEmpty { context.log.report(node, "Here should be `{fps: 5}`, and the braces are empty.") }
            return nil
        }
        guard let text = context.scalar(entry.value, expecting: "a number of frames a second") else { return nil }
        return framesPerSecond(text, at: entry.value, &context)
    }

    private static func framesPerSecond(
        _ text: String,
        at node: YAMLNode,
        _ context: inout ReadingContext
    ) -> CameraConfiguration.Sampling? {
        let digits = text.drop { $0 == " " }
        guard let value = DecimalNumber.parse(digits), (0.1...120).contains(value) else {
            context.log.report(node, "Frames a second are a number from 0.1 to 120, not \(quoted(text)).")
            return nil
        }
        return .framesPerSecond(value)
    }
}

extension CameraConfiguration.Sampling {
    /// The way to sample as a file would have it.
    fileprivate var text: String {
        switch self {
        case .auto: "auto"
        case .always: "always"
        case .keyframes: "keyframes"
        case .framesPerSecond(let value): "{fps: \(DecimalNumber.text(value))}"
        }
    }
}
