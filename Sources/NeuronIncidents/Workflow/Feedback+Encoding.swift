import FoundationEssentials
import NeuronCore

extension Feedback {
    /// The feedback as a message of the bus: one line that ``InboundEnvelope`` reads.
    package var encoded: [UInt8] {
        JSONLine.bytes(
            of: FeedbackMessage(
                id: id,
                source: source,
                type: "org.neurond.feedback.\(verb == .reopened ? Verb.evaluated.rawValue : verb.rawValue).v1",
                subject: subject,
                time: time,
                expirytime: expiry,
                correlationid: alertID,
                data: FeedbackMessage.Content(
                    alertId: alertID,
                    eventIds: eventIDs.isEmpty ? nil : eventIDs,
                    ifRevision: ifRevision,
                    actor: actor.map { FeedbackMessage.Speaker(id: $0.id, tier: $0.tier, unit: $0.unit) },
                    dispatchedTo: dispatchedTo,
                    disposition: verb == .reopened ? "reopen" : disposition?.rawValue,
                    cause: cause,
                    note: note,
                    regions: regions.isEmpty ? nil : regions,
                    responseTopic: responseTopic
                )
            )
        )
    }
}

/// Feedback in the shape of its schema.
private struct FeedbackMessage: Encodable {
    var specversion = "1.0"
    var id: String
    var source: String
    var type: String
    var subject: String?
    var time: WallTime
    var expirytime: WallTime?
    var datacontenttype = "application/json"
    var correlationid: String
    var data: Content

    struct Content: Encodable {
        var alertId: String
        var eventIds: [String]?
        var ifRevision: Int?
        var actor: Speaker?
        var dispatchedTo: String?
        var disposition: String?
        var cause: String?
        var note: String?
        var regions: [[Int]]?
        var responseTopic: String?
    }

    struct Speaker: Encodable {
        var id: String
        var tier: AlertTier
        var unit: String?
    }
}

extension ResultEvent {
    /// Reads an answer back from its line.
    ///
    /// - Throws: `DecodingError` where it is none of this version.
    package init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }
}
