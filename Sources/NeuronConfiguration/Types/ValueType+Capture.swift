import NeuronCore

extension ValueType where Value == FrameSize {
    /// `1280x720`.
    static let frameSize = ValueType(
        name: "size, as `1280x720`",
        schema: .members(["type": .string("string"), "pattern": .string("^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$")]),
        text: { $0.description }
    ) { node, context in
        let expectation = "a size in pixels, such as `1280x720`"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        let edges = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard edges.count == 2, text.allSatisfy({ $0 == "x" || $0.isASCII && $0.isNumber }),
            let width = edges[0], let height = edges[1]
        else {
            context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
            return nil
        }
        guard (16...16_384).contains(width), (16...16_384).contains(height) else {
            context.log.report(node, "A picture's edges have 16 to 16384 pixels, and here is \(quoted(text)).")
            return nil
        }
        return FrameSize(width: width, height: height)
    }
}

extension ValueType where Value == Double {
    /// Pictures a second.
    static let frameRate = ValueType(
        name: "pictures a second, 0.1 to 240",
        schema: .members(["type": .string("number"), "minimum": .number("0.1"), "maximum": .number("240")]),
        text: { DecimalNumber.text($0) }
    ) { node, context in
        let expectation = "pictures a second from 0.1 to 240, such as 15"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        guard let value = DecimalNumber.parse(text), (0.1...240).contains(value) else {
            context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
            return nil
        }
        return value
    }
}

extension ValueType where Value == [V4L2Configuration.Control] {
    private static let mostControls = 64

    /// A device's controls by name; which there are, only the device knows.
    static let controls = ValueType(
        name: "mapping of up to \(mostControls) names to values",
        schema: .members([
            "type": .string("object"), "maxProperties": .number("\(mostControls)"),
            "propertyNames": .members(["pattern": .string("^[a-z0-9_]{1,64}$")]),
            "additionalProperties": .members(["type": .strings(["integer", "boolean", "string"])]),
        ]),
        text: { controls in
            let items = controls.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
            return controls.isEmpty ? "" : "{\(items)}"
        }
    ) { node, context in
        if node.isRefused { return nil }
        guard case .mapping(let entries) = node.content, entries.count <= mostControls else {
            let message =
                "Here should be up to \(mostControls) names with values, such as `power_line_frequency: 50 Hz`."
            context.log.report(node, message)
            return nil
        }
        let controls = entries.compactMap { control($0, in: node, &context) }
        return controls.count == entries.count ? controls : nil
    }

    private static func control(
        _ entry: YAMLNode.Entry,
        in node: YAMLNode,
        _ context: inout ReadingContext
    ) -> V4L2Configuration.Control? {
        let isName = entry.key.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        guard isName, (1...64).contains(entry.key.utf8.count) else {
            let message =
                "\(quoted(entry.key)) is no name of a control: they have `a-z`, `0-9` and `_`, as `neurond devices` shows them."
            context.log.report(at: entry.keyPosition, path: node.path, message)
            return nil
        }
        let expectation = "a whole number, `true`, `false` or the name of a menu's item"
        guard let text = context.scalar(entry.value, expecting: expectation) else { return nil }
        guard (1...64).contains(text.count), !text.contains(where: \.isNewline), Int64(text) != nil || !isNumber(text)
        else {
            context.log.report(entry.value, "Here should be \(expectation), not \(quoted(text)).")
            return nil
        }
        return V4L2Configuration.Control(name: entry.key, value: text)
    }

    /// `1.5` and `99999999999999999999` are neither a whole number nor a word.
    private static func isNumber(_ text: String) -> Bool { DecimalNumber.parse(text) != nil }
}
