import NeuronCore

extension ValueType where Value == BrokerAddress {
    /// The URL of a broker: one of two schemes, a host, and a port unless it is the usual one.
    ///
    /// - Parameters:
    ///   - plain: the scheme without encryption and its usual port.
    ///   - encrypted: the scheme with TLS and its usual port.
    ///   - sink: the name of the credential that advice speaks of.
    /// - Returns: the type.
    static func broker(
        plain: (scheme: String, port: Int),
        encrypted: (scheme: String, port: Int),
        sink: String
    ) -> ValueType {
        let ports = [plain.scheme: plain.port, encrypted.scheme: encrypted.port]
        let forms = "`\(plain.scheme)://HOST[:\(plain.port)]` or `\(encrypted.scheme)://HOST[:\(encrypted.port)]`"
        let syntax = BrokerSyntax(ports: ports, forms: forms, sink: sink)
        return ValueType(
            name: "URL, " + forms,
            schema: .members([
                "type": .string("string"),
                "pattern": .string("^(\(plain.scheme)|\(encrypted.scheme))://[^/@?# ]+$"),
            ]),
            text: { $0.description }
        ) { node, context in
            guard let text = context.scalar(node, expecting: "the URL of a broker, \(forms)") else { return nil }
            switch syntax.read(text) {
            case .success(let address): return address
            case .failure(let complaint):
                context.log.report(node, complaint.message)
                return nil
            }
        }
    }
}

extension ValueType where Value == [BrokerAddress] {
    /// One URL or a list of them.
    static func brokers(_ item: ValueType<BrokerAddress>, count: ClosedRange<Int>) -> ValueType {
        ValueType(
            name: "\(item.name); or a list of up to \(count.upperBound)",
            schema: .members([
                "oneOf": .array([
                    item.schema,
                    .members([
                        "type": .string("array"), "minItems": .number("\(count.lowerBound)"),
                        "maxItems": .number("\(count.upperBound)"), "items": item.schema,
                    ]),
                ])
            ]),
            text: { $0.count == 1 ? item.text($0[0]) : "[" + $0.map(item.text).joined(separator: ", ") + "]" }
        ) { node, context in
            guard case .sequence = node.content else { return item.read(node, &context).map { [$0] } }
            guard let nodes = context.items(of: node, noun: "URL", count: count) else { return nil }
            let addresses = nodes.compactMap { item.read($0, &context) }
            guard addresses.count == nodes.count else { return nil }
            guard Set(addresses.map(\.isEncrypted)).count == 1 else {
                context.log.report(node, "Some of these servers are encrypted and some are not; make them all alike.")
                return nil
            }
            return addresses
        }
    }
}

/// Reads the URL of a broker.
private struct BrokerSyntax: Sendable {
    /// Each scheme's usual port.
    var ports: [String: Int]
    var forms: String
    /// The name of the credential that advice speaks of.
    var sink: String

    func read(_ text: String) -> Result<BrokerAddress, Complaint> {
        let sensor = SensorID(sanitising: sink)
        if let complaint = SourceSecrets.complaint(about: text, in: "url", camera: sensor) {
            return .failure(Complaint(message: complaint))
        }
        guard let separator = text.firstRange(of: "://") else {
            return .failure(Complaint(message: "\(quoted(text)) isn't a URL; write \(forms)."))
        }
        let scheme = String(text[..<separator.lowerBound])
        guard let usual = ports[scheme] else {
            return .failure(Complaint(message: "\(quoted(scheme + "://")) isn't known here; write \(forms)."))
        }
        return address(scheme, String(text[separator.upperBound...]), usualPort: usual)
    }

    private func address(_ scheme: String, _ authority: String, usualPort: Int) -> Result<BrokerAddress, Complaint> {
        let isBracketed = authority.hasPrefix("[")
        let host = isBracketed ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let rest = authority.dropFirst(host.count + (isBracketed ? 2 : 0))
        guard isHost(host, isBracketed: isBracketed), rest.isEmpty || rest.hasPrefix(":") else {
            let message = "The URL has no host, or something behind host and port; write \(forms)."
            return .failure(Complaint(message: message))
        }
        guard let port = rest.isEmpty ? usualPort : Int(rest.dropFirst()), (1...65_535).contains(port) else {
            let message = "The URL's port must be a number from 1 to 65535, as in \(scheme)://HOST:\(usualPort)."
            return .failure(Complaint(message: message))
        }
        return .success(BrokerAddress(scheme: scheme, host: String(host), port: port))
    }

    private func isHost(_ text: Substring, isBracketed: Bool) -> Bool {
        let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)
        let others = Set((isBracketed ? ":.%" : ".-_").unicodeScalars)
        return (1...253).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { letters.contains($0) || others.contains($0) }
    }
}

extension ValueType where Value == [ProjectionConfiguration] {
    /// A list of projections, each once.
    static let projections = ValueType(
        name: "list of " + ProjectionConfiguration.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
        schema: .members([
            "type": .string("array"), "uniqueItems": .bool(true),
            "items": .members(["enum": .strings(ProjectionConfiguration.allCases.map(\.rawValue))]),
        ]),
        text: { "[" + $0.map(\.rawValue).joined(separator: ", ") + "]" }
    ) { node, context in
        let count = 0...ProjectionConfiguration.allCases.count
        guard let nodes = context.items(of: node, noun: "projection", count: count) else { return nil }
        let found = nodes.compactMap { ValueType<ProjectionConfiguration>.choice.read($0, &context) }
        guard found.count == nodes.count else { return nil }
        let sorted = ProjectionConfiguration.allCases.filter { found.contains($0) }
        guard sorted.count == found.count else {
            context.log.report(node, "One of the projections stands here twice; delete one of the two.")
            return nil
        }
        return sorted
    }
}

extension ValueType where Value == String {
    /// A name that MQTT and JetStream take as it is, capitals included.
    static let identifier = ValueType(
        name: "name of `A-Z`, `a-z`, `0-9`, `_`, `-`, up to 64",
        schema: .members(["type": .string("string"), "pattern": .string("^[A-Za-z0-9_-]{1,64}$")]),
        text: { $0 }
    ) { node, context in
        let expectation = "a name of 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `-`"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        guard (1...64).contains(text.utf8.count), TopicToken.isValid(text.lowercased()),
            text.unicodeScalars.allSatisfy(\.isASCII)
        else {
            context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
            return nil
        }
        return text
    }

    /// A file; a relative path begins at the configuration file's folder.
    static let neighbourPath = ValueType(
        name: "path of a file",
        schema: ValueType<String>.filePath.schema,
        text: { $0 }
    ) { node, context in
        let directory = context.directory
        return ValueType<String>.filePath.read(node, &context).map { joinedPath(directory, $0) }
    }
}
