package import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronOutbox

extension StationFeed {
    /// Documents that one question may look at; what follows is for the next page.
    private static let mostLookedAt = 4096

    package func alerts(_ question: AlertQuestion) async throws -> AlertPage {
        var range = DocumentRange(from: question.from.map(ULIDBounds.first(at:)))
        range.isOpen = question.state == .all ? nil : question.state == .open
        range.below = [question.before, question.to.map(ULIDBounds.first(after:))].compactMap { $0 }.min()
        var (found, looked): ([AlertDocument], Int) = ([], 0)
        while true {
            let page = try await outbox.latestDocuments(range, limit: 256)
            for stored in page {
                guard found.count < question.limit, looked < Self.mostLookedAt else {
                    return AlertPage(alerts: try await records(of: found), next: range.below)
                }
                looked += 1
                range.below = stored.alertID
                guard stored.alertID != ArmedState.documentID,
                    let document = try? AlertDocument(decoding: stored.state), document.isAsked(for: question)
                else { continue }
                found.append(document)
            }
            guard page.count == 256 else { return AlertPage(alerts: try await records(of: found), next: nil) }
        }
    }

    private func records(of documents: [AlertDocument]) async throws -> [AlertRecord] {
        let latest = try await outbox.latestEvents(of: documents.map { ($0.alertId, $0.eventPattern) })
        return documents.map { AlertRecord($0, latest: latest[$0.alertId]?.body) }
    }

    private func document(_ id: String) async throws -> AlertDocument? {
        guard let stored = try await outbox.document(alert: id), id != ArmedState.documentID else { return nil }
        return try AlertDocument(decoding: stored.state)
    }

    package func alert(_ id: String) async throws -> AlertDossier? {
        guard let document = try await document(id) else { return nil }
        let latest = try await outbox.latestEvents(of: [(id, document.eventPattern)])[id]
        let events = try await outbox.events(ofAlert: id, limit: 1000)
        return AlertDossier(document, latest: latest?.body, events: events.map(\.body))
    }

    package func act(_ action: AlertAction, on id: String) async throws -> AlertRecord {
        guard let document = try await document(id) else {
            throw ConsoleProblem(.notFound, "There is no alert of that id, or it is forgotten.")
        }
        let feedback = try feedback(action, to: document)
        let outcome = await desk.judge(feedback.encoded, at: nil, over: "console")
        exchange.now.speaker.say(outcome.publications)
        guard let answer = outcome.answer, let result = try? ResultEvent(decoding: answer) else {
            throw ConsoleProblem(.unavailable, "The desk gave no answer; try again.")
        }
        if let reason = result.data.reason { throw ConsoleProblem(result.data.code?.problem ?? .conflict, reason) }
        let after = try await self.document(id) ?? document
        return try await records(of: [after])[0]
    }

    private func feedback(_ action: AlertAction, to document: AlertDocument) throws(ConsoleProblem) -> Feedback {
        // Who holds the box's console speaks for the desk that has the alert, wherever it has climbed.
        guard let tier = action.tier.map(AlertTier.init(rawValue:)) ?? document.tier else {
            throw ConsoleProblem(
                .badRequest,
                "`tier` must be one of \(AlertTier.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        let (verb, now) = (action.verb.feedback, clock.wallNow())
        var feedback = Feedback(
            id: "\(document.alertId)-\(verb.rawValue)-\(now.nanoseconds)",
            source: "urn:neurond:console",
            verb,
            of: document.alertId,
            at: now,
            by: Actor(id: action.by, tier: tier)
        )
        feedback.subject = document.subject
        feedback.note = action.note
        feedback.cause = action.cause
        feedback.dispatchedTo = action.to
        feedback.ifRevision = action.ifRevision ?? (verb == .reopened ? document.revision : nil)
        if let word = action.disposition {
            guard let disposition = AlertDocument.Disposition(rawValue: word) else {
                let words = AlertDocument.Disposition.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConsoleProblem(.badRequest, "`disposition` must be one of \(words).")
            }
            feedback.disposition = disposition
        }
        return feedback
    }
}

extension AlertDocument {
    /// The types of what its sensor tells, without what desks add.
    fileprivate var eventPattern: String { "org.neurond.\(kind).*" }

    fileprivate func isAsked(for question: AlertQuestion) -> Bool {
        (question.camera ?? sensor.id) == sensor.id && (question.kind ?? kind) == kind
    }
}

extension AlertAction.Verb {
    fileprivate var feedback: Feedback.Verb {
        switch self {
        case .ack: .acknowledged
        case .dispatch: .dispatched
        case .handle: .handled
        case .close: .evaluated
        case .reopen: .reopened
        }
    }
}

extension Rejection.Code {
    fileprivate var problem: ConsoleProblem.Code {
        switch self {
        case .malformed, .wrongSchema, .expired, .foreignResponseTopic: .badRequest
        case .unknownAlert, .unknownTarget: .notFound
        case .staleRevision, .wrongTier, .wrongUnit, .illegalTransition: .conflict
        case .unavailable: .unavailable
        }
    }
}
