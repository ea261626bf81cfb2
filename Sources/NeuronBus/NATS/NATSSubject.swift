import NeuronCore

/// MQTT's way of writing topics turned into NATS's, and back.
enum NATSSubject {
    /// A topic as a subject; nil where it has no equal there.
    static func of(topic: String) -> String? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard !topic.isEmpty, topic.utf8.count <= 255, levels.allSatisfy({ isPlain($0) }) else { return nil }
        return levels.joined(separator: ".")
    }

    /// An MQTT filter as a subject with wildcards; nil where it is none.
    static func of(filter: String) -> String? {
        let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
        var tokens: [Substring] = []
        for (place, level) in levels.enumerated() {
            switch level {
            case "+": tokens.append("*")
            case "#" where place == levels.count - 1: tokens.append(">")
            default:
                guard isPlain(level) else { return nil }
                tokens.append(level)
            }
        }
        return tokens.isEmpty || filter.utf8.count > 255 ? nil : tokens.joined(separator: ".")
    }

    /// A subject as a topic.
    static func topic(of subject: String) -> String {
        subject.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "/")
    }

    private static func isPlain(_ level: Substring) -> Bool {
        !level.isEmpty && level.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !Self.special.contains($0) }
    }

    private static let special = Set(".*>+#".utf8)
}
