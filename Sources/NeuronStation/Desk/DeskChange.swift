import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox

/// A document before and after a transaction.
struct DeskChange: Sendable {
    var before: AlertDocument?
    var after: AlertDocument

    /// What is said of it on the bus.
    ///
    /// A closed alert is told once as it is and then taken off the board: what is retained there is open.
    var publications: [BusPublication] {
        guard let topic = BusTopic(subject: after.subject, .alert, after.alertId)?.mqtt else { return [] }
        guard !after.isOpen else { return [BusPublication(topic: topic, payload: after.encoded, isRetained: true)] }
        return [
            BusPublication(topic: topic, payload: after.encoded),
            BusPublication(topic: topic, payload: [], isRetained: true),
        ]
    }
}

extension DeskLedger {
    /// The document of an alert; nil where there is none, or none that can be read.
    func alertDocument(_ alertID: String) throws -> AlertDocument? {
        try document(alert: alertID).flatMap { try? AlertDocument(decoding: $0.state) }
    }

    /// Keeps a document, changed at a civil time as the alert knows it.
    func save(_ document: AlertDocument, at time: WallTime) throws {
        try save(
            StoredDocument(
                alertID: document.alertId,
                state: document.encoded,
                isOpen: document.isOpen,
                deadline: document.deadlineAt,
                updated: time
            )
        )
    }

    /// Lets an event change a document and keeps it, with the events that follow from it.
    ///
    /// - Throws: a `Rejection`, and nothing is written.
    func apply(_ event: AlertWorkflow.Event, to document: AlertDocument, at now: WallTime) throws -> DeskChange {
        let step = try AlertWorkflow.reduce(document, event, at: now)
        if step.document != document {
            try append(step.effects.compactMap { EscalationComposer.compose($0, of: step.document) })
            try save(step.document, at: now)
        }
        return DeskChange(before: document, after: step.document)
    }
}
