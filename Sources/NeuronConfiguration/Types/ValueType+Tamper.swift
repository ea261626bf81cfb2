import NeuronCore

extension ValueType where Value == [TamperMode] {
    /// A list of modes, each once; at least one.
    static let tamperModes = ValueType(
        name: "list of " + words.map { "`\($0)`" }.joined(separator: ", "),
        schema: .members([
            "type": .string("array"), "minItems": .number("1"), "uniqueItems": .bool(true),
            "items": .members(["enum": .strings(words)]),
        ]),
        text: { "[" + $0.map(\.rawValue).joined(separator: ", ") + "]" }
    ) { node, context in
        guard let nodes = context.items(of: node, noun: "mode", count: 1...words.count) else { return nil }
        let modes = nodes.compactMap { ValueType<TamperMode>.choice.read($0, &context) }
        guard modes.count == nodes.count else { return nil }
        // In the order of the table, so that the order in the file makes no difference.
        let sorted = TamperMode.allCases.filter { modes.contains($0) }
        guard sorted.count == modes.count else {
            context.log.report(node, "One of the modes stands here twice; delete one of the two.")
            return nil
        }
        return sorted
    }

    private static let words = TamperMode.allCases.map(\.rawValue)
}
