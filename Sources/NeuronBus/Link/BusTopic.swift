package import NeuronCore

/// One place on the bus: `nd/v1/<district>/<street>/<community>/<grid>/<sensor>/<class>/<name>`, with dots on NATS.
///
/// Always nine levels, none of them empty, and none that would need escaping in MQTT, NATS or a file system.
package struct BusTopic: Hashable, Sendable, CustomStringConvertible {
    /// The five levels that name a camera or a box: `d310104/s005/c012/g031/cam0042`, an alert's `subject`.
    package var subject: String
    package var kind: Kind
    /// The last level: an event's kind, a state's name, the id of an alert or of a command.
    package var name: String

    /// What is said there, and which way it goes.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Events, up.
        case event = "evt"
        /// What is so now, retained, up.
        case state
        /// Alert documents, retained while they are open, up.
        case alert
        /// What operators say about an alert, down.
        case feedback = "fb"
        /// What the box is to do, down.
        case command = "cmd"
        /// Answers to commands and feedback, up.
        case response = "rsp"
    }

    /// Makes a topic; nil where a level is none.
    package init?(subject: String, _ kind: Kind, _ name: String) {
        let levels = subject.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 5, levels.allSatisfy({ TopicToken.isValid(String($0)) }), Self.isName(name) else {
            return nil
        }
        self.subject = subject
        self.kind = kind
        self.name = name
    }

    /// Where an event goes: the third word of its type names the last level, `motion` of `org.neurond.motion.started.v1`.
    package init?(of alert: StoredAlert) {
        let words = alert.type.split(separator: ".", maxSplits: 3)
        guard words.count == 4, alert.type.hasPrefix("org.neurond.") else { return nil }
        self.init(subject: alert.subject, .event, String(words[2]))
    }

    /// Reads an MQTT topic; nil for any that is not ours.
    package init?(mqtt topic: String) {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        self.init(levels: levels)
    }

    /// Reads a NATS subject; nil for any that is not ours.
    package init?(nats subject: String) {
        let levels = subject.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        self.init(levels: levels)
    }

    private init?(levels: [String]) {
        guard levels.count == 9, levels[0] == "nd", levels[1] == "v1", let kind = Kind(rawValue: levels[7]) else {
            return nil
        }
        self.init(subject: levels[2...6].joined(separator: "/"), kind, levels[8])
    }

    /// The topic on MQTT.
    package var mqtt: String { "nd/v1/\(subject)/\(kind.rawValue)/\(name)" }

    /// The subject on NATS.
    package var nats: String { mqtt.split(separator: "/").joined(separator: ".") }

    package var description: String { mqtt }

    /// Ids of alerts and commands have capitals too.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { TopicToken.alphabet.contains($0) || ("A"..."Z").contains($0) }
    }
}
