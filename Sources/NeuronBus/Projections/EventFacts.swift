import FoundationEssentials
import NeuronCore

/// What projections read of an event: a part of the published schema, decoded here so that this room needs no other one.
struct EventFacts: Sendable, Hashable, Decodable {
    var type: String
    var time: String
    private var data: Content

    private struct Content: Sendable, Hashable, Decodable {
        var alert: Alert?
        var onvif: Onvif?
    }

    struct Alert: Sendable, Hashable, Decodable {
        var id: String
        var kind: String
        var phase: String
        var startedAt: String
    }

    struct Onvif: Sendable, Hashable, Decodable {
        var topic: String
        var source: [String: String]
        var data: Payload

        struct Payload: Sendable, Hashable, Codable {
            var state: Bool?
            var classTypes: String?

            private enum CodingKeys: String, CodingKey {
                case state = "State"
                case classTypes = "ClassTypes"
            }
        }
    }

    /// Reads an event; nil where it is none that this room knows.
    init?(_ alert: StoredAlert) {
        guard let facts = try? JSONDecoder().decode(Self.self, from: Data(alert.body)) else { return nil }
        self = facts
    }

    var alert: Alert? { data.alert }
    var onvif: Onvif? { data.onvif }

    /// Whether a plate came into view.
    var isSighting: Bool { isType("plate.sighted") }

    func isType(_ word: String) -> Bool { type == "org.neurond.\(word).v1" }
}

/// JSON of a projection: keys in their order of the alphabet, so that equal facts give equal bytes.
enum ProjectionJSON {
    static func bytes(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map(Array.init)
    }
}
