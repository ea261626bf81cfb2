/// The name of one camera, as it stands in topics, alerts and on the command line.
///
/// Written with `a-z`, `0-9`, `_` and `-` only, 1 to 64 of them: the name is one level of an MQTT topic and one token of a
/// NATS subject, and neither may need escaping.
package struct SensorID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// Takes a name that is a valid token; nil for anything else.
    package init?(_ name: String) {
        guard TopicToken.isValid(name) else { return nil }
        rawValue = name
    }

    /// Makes a valid name out of any text, a file name for example: other characters become `-`.
    ///
    /// - Parameter text: any text; an empty one gives `camera`.
    package init(sanitising text: String) {
        let folded = text.lowercased().unicodeScalars.map { TopicToken.alphabet.contains($0) ? Character($0) : "-" }
        let trimmed = String(folded).drop { $0 == "-" }.prefix(64)
        rawValue = trimmed.isEmpty ? "camera" : String(trimmed)
    }

    package var description: String { rawValue }
}

/// The name of one edge box; the same alphabet as ``SensorID``.
package struct BoxID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// Takes a name that is a valid token; nil for anything else.
    package init?(_ name: String) {
        guard TopicToken.isValid(name) else { return nil }
        rawValue = name
    }

    private init(validToken: String) { rawValue = validToken }

    /// The name of a box that was given none.
    package static let unnamed = BoxID(validToken: "box")

    package var description: String { rawValue }
}

/// One level of a topic: the alphabet that MQTT, NATS and every file system take as it is.
package enum TopicToken {
    /// The characters that a token is made of.
    package static let alphabet = Set("abcdefghijklmnopqrstuvwxyz0123456789_-".unicodeScalars)

    /// Whether a text is a token: 1 to 64 characters of the alphabet.
    package static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(alphabet.contains)
    }
}
