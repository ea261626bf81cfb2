import NeuronCore

/// A batch of events on its way to a broker: what is sent of it, and what the answers mean.
struct MQTTDelivery: Sendable {
    /// In the order of the batch, without those that have no topic.
    private(set) var publications: [MQTTPublication] = []
    private let settings: MQTTSettings
    private var sent: [(row: Int64, topic: BusTopic)] = []
    private var report = DeliveryReport()

    static let contentType = "application/cloudevents+json; charset=utf-8"
    /// An event is let live this long at least: a clock that stepped must not have the broker throw away what is new.
    private static let shortestExpirySeconds: Int64 = 3600

    init(_ alerts: [StoredAlert], _ settings: MQTTSettings, now: WallTime) {
        self.settings = settings
        for alert in alerts {
            guard let topic = BusTopic(of: alert) else {
                let reason = "'\(alert.subject)' and '\(alert.type)' make no topic of the bus"
                report.refused.append(.init(row: alert.row, reason: Self.refusal(alert.id, reason)))
                continue
            }
            sent.append((alert.row, topic))
            publications.append(Self.publication(of: alert, at: topic, now: now))
        }
    }

    private static func publication(of alert: StoredAlert, at topic: BusTopic, now: WallTime) -> MQTTPublication {
        let lifetime = AlertDraft.lifetime.milliseconds / 1000
        let left = (alert.time + AlertDraft.lifetime - now).milliseconds / 1000
        let sensor = alert.source.split(separator: ":").last.map(String.init) ?? alert.source
        return MQTTPublication(
            topic: topic.mqtt,
            payload: alert.body,
            contentType: contentType,
            expirySeconds: UInt32(clamping: min(lifetime, max(shortestExpirySeconds, left))),
            properties: [("id", alert.id), ("source", alert.source), ("type", alert.type), ("partitionkey", sensor)]
        )
    }

    /// What became of the batch.
    ///
    /// - Parameters:
    ///   - outcomes: one for each of ``publications``.
    ///   - error: why some have no answer.
    /// - Returns: each row in one list, or in none where it is to be sent again.
    func report(_ outcomes: [MQTTOutcome], _ error: MQTTError?) -> DeliveryReport {
        var report = report
        var unheard: [BusTopic] = []
        var failures = [error?.description].compactMap(\.self)
        for ((row, topic), outcome) in zip(sent, outcomes) {
            switch outcome {
            case .unanswered: break
            case .refused(let reason): report.refused.append(.init(row: row, reason: Self.refusal(topic, reason)))
            case .answered(let code):
                let reason = MQTTReason(code: code)
                switch reason.verdict {
                case .taken where needsReceipt(topic): report.awaitingReceipt.append(row)
                case .taken: report.delivered.append(row)
                case .unheard:
                    // The topic's fault, not the broker's: what others subscribe to must not wait for it.
                    report.postponed.append(row)
                    unheard.append(topic)
                case .refused:
                    let words = "the broker at \(settings) answered \(reason)"
                    report.refused.append(.init(row: row, reason: Self.refusal(topic, words)))
                case .retried: failures.append(Self.postponed(topic, reason, settings))
                }
            }
        }
        if let topic = unheard.first { failures.append(Self.unheard(unheard.count, topic, settings)) }
        report.failure = failures.last
        return report
    }

    /// Nobody confirms the box's own reports one by one.
    private func needsReceipt(_ topic: BusTopic) -> Bool {
        settings.acknowledgement == .receipt && topic.name != "health" && topic.name != "light"
    }

    private static func refusal(_ event: some CustomStringConvertible, _ reason: String) -> String {
        "\(event) is not sent again: \(reason)."
    }

    private static func postponed(_ topic: BusTopic, _ reason: MQTTReason, _ settings: MQTTSettings) -> String {
        "The broker at \(settings) did not take an event for \(topic) (\(reason)): it is sent again later."
    }

    private static func unheard(_ count: Int, _ topic: BusTopic, _ settings: MQTTSettings) -> String {
        "The broker at \(settings) threw away \(count == 1 ? "an event" : "\(count) events"), for nobody subscribes to "
            + "\(topic): they are kept and sent again. Have a consumer subscribe with a session that the broker keeps "
            + "(session expiry above 0)."
    }
}
