extension ValueType where Value == ListenAddress {
    /// Where a server listens.
    static let listenAddress = ValueType(
        name: "`HOST:PORT`",
        schema: .members([
            "type": .string("string"), "pattern": .string("^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+):[0-9]+$"),
        ]),
        text: { $0.description }
    ) { node, context in
        guard let text = context.scalar(node, expecting: "an address and a port, such as 127.0.0.1:8737") else {
            return nil
        }
        guard let address = ListenAddress(text) else {
            context.log.report(
                node,
                "\(quoted(text)) is no address with a port; write 127.0.0.1:8737 or [::1]:8737, for instance."
            )
            return nil
        }
        return address
    }
}

extension ValueType where Value == [String] {
    /// Names of hosts.
    static let hostNames = ValueType(
        name: "list of up to 16 host names",
        schema: .members([
            "type": .string("array"), "maxItems": .number("16"),
            "items": .members(["type": .string("string"), "pattern": .string("^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$")]),
        ]),
        text: { $0.isEmpty ? "" : "[\($0.joined(separator: ", "))]" }
    ) { node, context in
        guard let items = context.items(of: node, noun: "host name", count: 0...16) else { return nil }
        let names = items.compactMap { item -> String? in
            guard let name = context.scalar(item, expecting: "the name of a host") else { return nil }
            guard HostName.isValid(name) else {
                context.log.report(item, "\(quoted(name)) is no name of a host; write it without scheme and port.")
                return nil
            }
            return name.lowercased()
        }
        return names.count == items.count ? names : nil
    }
}
