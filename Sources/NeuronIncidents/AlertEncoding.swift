import FoundationEssentials
package import NeuronCore

/// OpenTelemetry's severity of an event.
struct AlertLevel {
    let text: String
    let number: Int

    init(kind: String, phase: AlertDraft.Phase) {
        switch phase {
        case .opens where kind == "camera": (text, number) = ("ERROR", 17)
        case .opens, .continues: (text, number) = ("WARN", 13)
        case .closes, .single: (text, number) = ("INFO", 9)
        }
    }
}

extension AlertDraft {
    /// Wraps an event of an alert whose number, time of record and evidence are still open.
    init(_ event: AlertEvent, at time: WallTime, phase: Phase) {
        self.init(
            id: event.id,
            alertID: event.correlationid,
            source: event.source,
            type: event.type,
            subject: event.subject,
            time: time,
            phase: phase,
            importance: phase == .opens ? .started : phase == .closes ? .ended : .updated,
            encode: { stamp, evidence in event.with(evidence).encoded(with: stamp) }
        )
    }

    /// Wraps an event whose number and time of record are still open.
    init(_ event: CloudEvent<some Codable & Sendable & Hashable>, at time: WallTime, phase: Phase) {
        self.init(
            id: event.id,
            alertID: event.correlationid,
            source: event.source,
            type: event.type,
            subject: event.subject,
            time: time,
            phase: phase,
            importance: phase == .opens ? .started : phase == .closes ? .ended : .updated,
            encode: { event.encoded(with: $0) }
        )
    }
}

extension CloudEvent {
    /// The event as one line of JSON, keys in alphabetical order: the same value gives the same bytes everywhere.
    func encoded(with stamp: AlertStamp) -> [UInt8] {
        var event = self
        event.sequence = stamp.sequence
        event.recordedtime = stamp.recordedTime.description
        return JSONLine.bytes(of: event)
    }

    /// Reads an event back from its line.
    ///
    /// - Parameter body: one line of JSON as ``AlertDraft/encode`` wrote it.
    /// - Throws: `DecodingError` where it is no event of this version.
    package init(decoding body: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(body))
    }
}

extension AlertEvent {
    /// The same with the files that prove it.
    fileprivate func with(_ evidence: AlertEvidence) -> Self {
        guard !evidence.isEmpty else { return self }
        var event = self
        event.data.media = evidence.media.map { MediaBlock($0, linkBase: evidence.linkBase) }
        event.data.evidence = EvidenceBlock(evidence)
        return event
    }
}

/// Closes what a daemon that died had left open.
package enum InterruptedAlert {
    /// The event that ends an alert of which a start is known and no end.
    ///
    /// - Parameters:
    ///   - body: the alert's latest event, as committed.
    ///   - time: the latest instant at which the alert is known to have been alive.
    /// - Returns: a draft with the reason `interrupted`.
    /// - Throws: `DecodingError` where the body is no event of this version.
    package static func end(of body: [UInt8], at time: WallTime) throws -> AlertDraft {
        var event = try AlertEvent(decoding: body)
        let kind = event.data.alert.kind
        let level = AlertLevel(kind: kind, phase: .closes)
        event.type = "org.neurond.\(kind).ended.v1"
        event.time = time.description
        event.data.alert.revision += 1
        event.data.alert.close(at: time, because: .interrupted)
        event.data.onvif.data.state = false
        event.severitytext = level.text
        event.severitynumber = level.number
        event.id = AlertName.event(
            ofAlert: event.correlationid,
            type: event.type,
            revision: event.data.alert.revision,
            at: time
        )
        return AlertDraft(event, at: time, phase: .closes)
    }
}
