import NeuronCore

extension ValueType where Value == DecoderConfiguration {
    /// A word, or a word and a device.
    static let decoder = ValueType(
        name: kind.name + ", or `{use: vaapi, device: /dev/dri/renderD128}`",
        schema: .members([
            "oneOf": .array([
                kind.schema,
                .members([
                    "type": .string("object"), "additionalProperties": .bool(false),
                    "required": .strings(["use", "device"]),
                    "properties": .members([
                        "use": .members(["enum": .strings(kindsWithDevice)]),
                        "device": .members(["type": .string("string"), "pattern": .string("^/dev/.+$")]),
                    ]),
                ]),
            ])
        ]),
        text: { value in
            value.device.map { "{use: \(value.use.rawValue), device: \($0)}" } ?? value.use.rawValue
        }
    ) { node, context in
        guard case .mapping(let entries) = node.content else {
            return kind.read(node, &context).map { DecoderConfiguration(use: $0) }
        }
        return withDevice(entries, of: node, &context)
    }

    private static let kind = ValueType<DecoderConfiguration.Kind>.choice
    private static let kindsWithDevice = DecoderConfiguration.Kind.allCases.filter(\.hasDevice).map(\.rawValue)

    private static func withDevice(
        _ entries: [YAMLNode.Entry],
        of node: YAMLNode,
        _ context: inout ReadingContext
    ) -> DecoderConfiguration? {
        var (use, device): (DecoderConfiguration.Kind?, String?)
        for entry in entries {
            switch entry.key {
            case "use": use = kind.read(entry.value, &context)
            case "device": device = path(entry.value, &context)
            default:
                let message = "A decoder has `use` and `device`, and no \(quoted(entry.key))."
                context.log.report(at: entry.keyPosition, path: node.path, message)
                return nil
            }
        }
        for key in ["use", "device"] where !entries.contains(where: { $0.key == key }) {
            context.log.report(node, "Here `\(key)` is missing: `{use: vaapi, device: /dev/dri/renderD128}`.")
        }
        guard let use, let device else { return nil }
        guard use.hasDevice else {
            context.log.report(node, "Only `vaapi` and `drm` take a device; write `decoder: \(use.rawValue)`.")
            return nil
        }
        return DecoderConfiguration(use: use, device: device)
    }

    private static func path(_ node: YAMLNode, _ context: inout ReadingContext) -> String? {
        let expectation = "the path of a device, such as `/dev/dri/renderD128`"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        if text.hasPrefix("/dev/"), text.count > 5, !text.contains(where: \.isNewline) { return text }
        context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
        return nil
    }
}
