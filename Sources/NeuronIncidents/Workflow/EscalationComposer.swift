package import NeuronCore

/// Writes what the passing of a deadline did to an alert as an event of the camera it is about.
package enum EscalationComposer {
    package static let type = "org.neurond.feedback.escalated.v1"

    /// The event of an effect, with the document as it is after the step; nil for effects that are not told.
    package static func compose(_ effect: AlertWorkflow.Effect, of document: AlertDocument) -> AlertDraft? {
        switch effect {
        case .escalated(let from, let to, let due):
            draft(Escalation(from: from, to: to, dueAt: due, overdue: false, repeats: 0), of: document)
        case .overdue(let due, let repeats):
            draft(
                Escalation(from: document.tier, to: document.tier, dueAt: due, overdue: true, repeats: repeats),
                of: document
            )
        case .acknowledged, .handled, .closed, .reopened, .lapsed: nil
        }
    }

    private static func draft(_ escalation: Escalation, of document: AlertDocument) -> AlertDraft {
        let due = escalation.dueAt
        let step = "\(type) \(escalation.to.rawValue) \(escalation.repeats)"
        let event = CloudEvent<EscalationData>(
            id: AlertName.event(ofAlert: document.alertId, type: step, revision: document.round, at: due),
            source: document.source,
            type: type,
            subject: document.subject,
            time: due.description,
            recordedtime: due.description,
            expirytime: (due + AlertDraft.lifetime).description,
            partitionkey: document.sensor.id,
            sequence: "",
            correlationid: document.alertId,
            severitytext: escalation.overdue ? "ERROR" : "WARN",
            severitynumber: escalation.overdue ? 17 : 13,
            data: EscalationData(escalation: escalation, document: document)
        )
        // It changes nothing in the life that the camera gives the alert: that one may be over long since.
        var draft = AlertDraft(event, at: due, phase: .single)
        draft.importance = .started
        return draft
    }
}

/// The `data` of an escalation.
package struct EscalationData: Codable, Sendable, Hashable {
    package var escalation: Escalation
    /// The alert's document after it.
    package var document: AlertDocument
}

/// One step up, or one more reminder at the top.
package struct Escalation: Codable, Sendable, Hashable {
    package var from: AlertTier
    package var to: AlertTier
    /// The deadline that passed; the event is of this time, whenever it was recorded.
    package var dueAt: WallTime
    package var overdue: Bool
    /// Reminders so far.
    package var repeats: Int
}
