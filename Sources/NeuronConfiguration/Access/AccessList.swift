import NeuronCore

/// What brokers let boxes and desks do, made of the boxes' configurations.
///
/// A box may speak where its own cameras speak, and nowhere else; it may never say what a desk says. The user is the box's name:
/// the common name of its certificate, or the user of its password.
package struct AccessList: Sendable {
    let boxes: [BoxAccess]
    let desks: [DeskAccess]

    /// Makes the list of some boxes and desks.
    ///
    /// - Throws: ``AccessError`` where two would share a name or a topic.
    package init(boxes: [Configuration], desks: [DeskAccess] = []) throws(AccessError) {
        self.boxes = boxes.map { BoxAccess($0) }
        self.desks = desks
        try Self.checkUnique(self.boxes.map(\.user) + desks.map(\.user), "user")
        try Self.checkUnique(self.boxes.flatMap { [$0.subject] + $0.cameras.map(\.subject) }, "place on the bus")
    }

    private static func checkUnique(_ names: [String], _ noun: String) throws(AccessError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw AccessError(
                description: "The \(noun) '\(name)' is there twice; each box, camera and desk needs a name of its own."
            )
        }
    }
}

/// Why no list can be made, as a full sentence.
package struct AccessError: Error, Sendable, CustomStringConvertible {
    package var description: String
}

/// One box as brokers know it.
struct BoxAccess: Sendable {
    var user: String
    var subject: String
    var cameras: [Camera]
    /// The sinks over which it speaks.
    var mqtt: [MQTTConfiguration]
    var nats: [NATSConfiguration]

    struct Camera: Sendable {
        var id: String
        var subject: String
    }

    init(_ configuration: Configuration) {
        user = configuration.box.rawValue
        let site = configuration.site
        subject = "\(site.district)/\(site.street)/\(site.community)/\(site.grid)/\(configuration.box)"
        cameras = configuration.cameras.map { Camera(id: $0.id.rawValue, subject: $0.site.subject(of: $0.id)) }
        mqtt = configuration.sinks.compactMap { if case .mqtt(let mqtt) = $0.kind { mqtt } else { nil } }
        nats = configuration.sinks.compactMap { if case .nats(let nats) = $0.kind { nats } else { nil } }
    }

    /// The classes of topics in which a box speaks of itself and of each camera.
    static let spoken = ["evt", "state", "alert", "rsp", "replay", "snapshot"]
    /// Those that it listens to.
    static let heard = ["cmd", "fb"]

    /// All five levels below which it speaks and listens.
    var subjects: [String] { [subject] + cameras.map(\.subject) }
}

/// One desk of operators: it reads all below its place, and answers there.
package struct DeskAccess: Sendable, Hashable {
    package var user: String
    /// One to four levels, the district first.
    package var levels: [String]
    /// Whether it may arm, disarm and ask for pictures and replays, and not only answer alerts.
    package var commands: Bool

    /// Reads `USER=DISTRICT[/STREET[/COMMUNITY[/GRID]]]`; nil for anything else.
    package init?(_ text: String, commands: Bool) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, TopicToken.isValid(parts[0]) else { return nil }
        let levels = parts[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...4).contains(levels.count), levels.allSatisfy(TopicToken.isValid) else { return nil }
        user = parts[0]
        self.levels = levels
        self.commands = commands
    }

    /// The places of its cameras, as an MQTT filter of five levels.
    var filter: String { (levels + Array(repeating: "+", count: 5 - levels.count)).joined(separator: "/") }
}
