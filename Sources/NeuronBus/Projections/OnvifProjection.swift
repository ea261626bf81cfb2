import NeuronCore

/// ONVIF-compatible messages over MQTT, `onvif-ej` of the ONVIF core specification.
///
/// `<prefix>/onvif-ej/<topic without tns1:>/&<source values>` with a payload of `UtcTime`, `Source` and `Data`. Properties are
/// retained: what is retained is the state now.
enum OnvifProjection {
    /// The order in which a source's values stand in the topic: that of ONVIF's message descriptions.
    private static let sourceOrder = ["VideoSource", "Source", "RuleName"]

    static func message(of facts: EventFacts, at camera: ProjectionSettings.Camera) -> BusPublication? {
        guard let onvif = facts.onvif, let phase = facts.alert?.phase, phase != "updated" else { return nil }
        let topic = onvif.topic.hasPrefix("tns1:") ? String(onvif.topic.dropFirst("tns1:".count)) : onvif.topic
        let values = sourceOrder.compactMap { onvif.source[$0] }
        guard isTopic(topic), values.count == onvif.source.count, !values.isEmpty,
            values.allSatisfy(TopicToken.isValid)
        else { return nil }
        let message = Message(utcTime: facts.time, source: onvif.source, data: onvif.data)
        guard let payload = ProjectionJSON.bytes(message) else { return nil }
        return BusPublication(
            topic: "nd/v1/\(camera.subject)/onvif-ej/\(topic)/&\(values.joined(separator: "/"))",
            payload: payload,
            // A sighting has no end, so that nothing could take it back.
            isRetained: onvif.data.state != nil
        )
    }

    private struct Message: Encodable {
        var utcTime: String
        var source: [String: String]
        var data: EventFacts.Onvif.Payload

        private enum CodingKeys: String, CodingKey {
            case utcTime = "UtcTime"
            case source = "Source"
            case data = "Data"
        }
    }

    private static func isTopic(_ text: String) -> Bool {
        let levels = text.split(separator: "/", omittingEmptySubsequences: false)
        return (1...8).contains(levels.count)
            && levels.allSatisfy { level in
                let name = level.hasPrefix("tnsneurond:") ? level.dropFirst("tnsneurond:".count) : level
                return TopicToken.isValid(name.lowercased()) && name.utf8.allSatisfy { $0 < 128 }
            }
    }
}
