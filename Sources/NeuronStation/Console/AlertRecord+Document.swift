import NeuronConsole
import NeuronCore
import NeuronIncidents

extension AlertRecord {
    /// A document with the sensor's latest event, as far as that is still there.
    init(_ document: AlertDocument, latest: [UInt8]?) {
        let event = latest.flatMap { try? AlertEvent(decoding: $0) }
        self.init(
            id: document.alertId,
            kind: document.kind,
            camera: document.sensor.id,
            cameraName: document.sensor.name,
            rule: document.rule,
            severity: document.severity,
            condition: document.condition.rawValue,
            workflow: document.workflow.rawValue,
            disposition: document.disposition?.rawValue,
            revision: document.revision,
            startedAt: document.openedAt,
            endedAt: document.clearedAt,
            tier: document.tier.rawValue,
            updates: event?.data.motion?.updates ?? 0,
            note: document.note,
            media: event?.data.media.map(AlertMedia.init) ?? [],
            why: event?.data.why?.json,
            lastEvent: latest
        )
    }
}

extension AlertDossier {
    /// A document with all its events.
    init(_ document: AlertDocument, latest: [UInt8]?, events: [[UInt8]]) {
        self.init(record: AlertRecord(document, latest: latest), history: document.history, events: events)
    }
}

extension AlertDocument {
    /// What was done, oldest first.
    fileprivate var history: [AlertDossier.Step] {
        var steps = [AlertDossier.Step("opened", at: openedAt)]
        if let clearedAt { steps.append(AlertDossier.Step("cleared", at: clearedAt)) }
        if escalations > 0 { steps.append(AlertDossier.Step("escalated", at: tierSince, tier: tier.rawValue)) }
        if let overdueSince { steps.append(AlertDossier.Step("overdue", at: overdueSince)) }
        if let reopenedAt { steps.append(AlertDossier.Step("reopened", at: reopenedAt)) }
        let acts = [
            ("acknowledged", acts.acknowledged), ("dispatched", acts.dispatched), ("handled", acts.handled),
            ("evaluated", acts.evaluated),
        ]
        for case (let word, let act?) in acts {
            steps.append(
                AlertDossier.Step(
                    word,
                    at: act.at,
                    by: act.by,
                    tier: act.tier.rawValue,
                    note: act.note,
                    detail: act.to ?? act.disposition?.rawValue
                )
            )
        }
        return steps.sorted { $0.at < $1.at }
    }
}

extension AlertMedia {
    /// What an event says of a file: whatever its link begins with, it ends with the name, which is day, camera and alert.
    fileprivate init(_ block: MediaBlock) {
        self.init(
            role: Role(rawValue: block.rel) ?? .snapshot,
            name: block.href.split(separator: "/").suffix(3).joined(separator: "/"),
            mediaType: block.mediaType,
            sha256: block.sha256,
            byteCount: block.bytes
        )
    }
}

extension WhyBlock {
    fileprivate var json: JSONValue {
        [
            "zone": JSONValue(zone), "light": JSONValue(light?.rawValue),
            "gates": JSONValue(
                gates.map {
                    [
                        "gate": .string($0.gate), "value": .number($0.value), "limit": .number($0.limit),
                        "passed": .bool($0.isPassed),
                    ]
                }
            ),
            "configuration": .string(configuration), "detector": .string(detector),
        ]
    }
}
