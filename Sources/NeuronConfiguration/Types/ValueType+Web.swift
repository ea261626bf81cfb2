import NeuronCore

extension ValueType where Value == String {
    /// Where something is served: `https://box.example/media/`; without user, password, query and fragment.
    static let webAddress = ValueType(
        name: "address, `http://…` or `https://…`",
        schema: .members(["type": .string("string"), "pattern": .string("^https?://[^\\s?#@\"<>\\\\]+$")]),
        text: { $0 }
    ) { node, context in
        guard let text = context.scalar(node, expecting: "an address that begins with `https://` or `http://`") else {
            return nil
        }
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        let rest = text.dropFirst(scheme?.count ?? 0)
        guard scheme != nil, !rest.isEmpty, rest.utf8.count <= 500, !rest.hasPrefix("/"), isPlain(rest) else {
            context.log.report(
                node,
                "Here should be an address that begins with `https://` or `http://`, without user, password, query and blanks."
            )
            return nil
        }
        return text
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"?#@\"<>\\".utf8.contains($0) }
    }
}
