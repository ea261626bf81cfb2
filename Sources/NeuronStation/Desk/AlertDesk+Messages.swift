import Logging
package import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox

/// What a message from outside led to.
package struct DeskOutcome: Sendable {
    /// The answer's line; nil where there is nobody to answer, or nothing to say.
    package var answer: [UInt8]?
    /// Where the asker wants it; nil for the usual place.
    var place: String?
    /// What is to be said beside the answer.
    package var publications: [BusPublication] = []
}

extension AlertDesk {
    /// Takes a message that came over a bus.
    ///
    /// - Parameter message: feedback or a command; anything else is left alone.
    /// - Returns: the answer and what else is to be said, for every link.
    package func take(_ message: BusMessage) async -> [BusPublication] {
        switch message.topic.kind {
        case .command where message.topic.name == "armed": return await takeSwitch(message)
        case .feedback, .command: break
        case .event, .state, .alert, .response: return []
        }
        let outcome = await judge(
            message.payload,
            at: message.topic,
            askedFor: message.responseTopic,
            over: message.link
        )
        guard let answer = outcome.answer else { return outcome.publications }
        let name = InboundEnvelope.names(in: message.payload)?.id ?? message.topic.name
        let usual = ResponsePlace.usual(subject: message.topic.subject, id: name)
        let publication = BusPublication(
            topic: outcome.place ?? usual,
            payload: answer,
            correlation: message.correlation
        )
        return [publication] + outcome.publications
    }

    /// Judges a message, does what it says and keeps the answer.
    ///
    /// - Parameters:
    ///   - payload: anything at all.
    ///   - topic: where it was said; nil where the subject in the message counts, as for somebody at the box itself.
    ///   - responseTopic: where the protocol says that the answer is wanted.
    ///   - link: what it came by.
    /// - Returns: the answer.
    package func judge(
        _ payload: [UInt8],
        at topic: BusTopic?,
        askedFor responseTopic: String? = nil,
        over link: String
    ) async -> DeskOutcome {
        figures.taken += 1
        do {
            let envelope = try InboundEnvelope(hostile: payload)
            let subject = try Self.subject(of: envelope, at: topic)
            switch envelope.family {
            case .feedback:
                return try await take(try envelope.feedback(), at: subject, topic, askedFor: responseTopic, over: link)
            case .command:
                return try await take(try envelope.command(), at: subject, topic, askedFor: responseTopic)
            }
        } catch let rejection as Rejection {
            return refuse(rejection, payload, at: topic)
        } catch let error as OutboxError where error.code == .invalidSequence {
            return refuse(Rejection(.wrongSchema, error.description), payload, at: topic)
        } catch {
            logger.error("a message could not be judged: \(error)", metadata: ["link": "\(link)"])
            return refuse(
                Rejection(.unavailable, "The box can't keep this now; send it again later."),
                payload,
                at: topic
            )
        }
    }

    /// Where the message is about; it must be where it was said, for that is what the broker lets the sender write to.
    private static func subject(of envelope: InboundEnvelope, at topic: BusTopic?) throws(Rejection) -> String {
        let family = topic.map { $0.kind == .feedback ? InboundEnvelope.Family.feedback : .command }
        guard family ?? envelope.family == envelope.family else {
            throw Rejection(.wrongSchema, "type is a \(envelope.family.rawValue) and does not belong to this topic.")
        }
        guard let subject = topic?.subject ?? envelope.subject else {
            throw Rejection(.wrongSchema, "subject is missing.")
        }
        guard envelope.subject ?? subject == subject else {
            throw Rejection(.wrongSchema, "subject must be that of the topic, \(subject).")
        }
        return subject
    }

    /// The answer to what is refused as it stands; it is not kept, so that the sender may correct it under the same id.
    private func refuse(_ rejection: Rejection, _ payload: [UInt8], at topic: BusTopic?) -> DeskOutcome {
        figures.refused[rejection.code, default: 0] += 1
        // Counted and answered; whoever floods the box must not flood its log too.
        logger.debug("a message was refused: \(rejection)", metadata: ["topic": "\(topic?.mqtt ?? "control")"])
        guard let names = InboundEnvelope.names(in: payload) else { return DeskOutcome() }
        let asked = Asked(id: names.id, source: names.source, subject: topic?.subject ?? site.subject)
        return DeskOutcome(answer: composer.rejected(asked, rejection, at: clock.wallNow()).encoded)
    }

    /// What both sorts of messages must pass that are new: in time, and with an answer that goes where it may.
    func check(
        expiry: WallTime?,
        place responseTopic: String?,
        actor: Actor?,
        subject: String
    ) throws(Rejection) -> String? {
        if let expiry, expiry < clock.wallNow() {
            throw Rejection(.expired, "This was to be done until \(expiry), and it is \(clock.wallNow()).")
        }
        return try ResponsePlace.judge(responseTopic, subject: subject, actor: actor)
    }

    // MARK: - Feedback

    private func take(
        _ feedback: Feedback,
        at subject: String,
        _ topic: BusTopic?,
        askedFor responseTopic: String?,
        over link: String
    ) async throws -> DeskOutcome {
        let asked = Asked(
            id: feedback.id,
            source: feedback.source,
            subject: subject,
            alertID: feedback.alertID.isEmpty ? nil : feedback.alertID
        )
        let wanted = responseTopic ?? feedback.responseTopic
        if feedback.verb == .received {
            let place = try ResponsePlace.judge(wanted, subject: subject, actor: feedback.actor)
            await confirm(feedback.eventIDs, link)
            // It is an answer itself, and there is one for every event.
            let answer = wanted == nil ? nil : composer.accepted(asked, at: clock.wallNow()).encoded
            return DeskOutcome(answer: answer, place: place)
        }
        if let topic, topic.name != feedback.alertID {
            throw Rejection(
                .wrongSchema,
                "The topic is of alert \(topic.name), and the feedback of \(feedback.alertID)."
            )
        }
        do {
            let place = try check(expiry: feedback.expiry, place: wanted, actor: feedback.actor, subject: subject)
            return try await commit(feedback, asked, place)
        } catch let rejection as Rejection where rejection.code == .expired {
            // Done in time, and only its answer was lost.
            guard let kept = try await kept(asked, wanted, feedback.actor) else { throw rejection }
            return kept
        }
    }

    /// What a transaction about feedback came to.
    fileprivate enum Verdict: Sendable {
        case taken(DeskChange, answer: [UInt8])
        /// Refused for the state that the alert is in; that is kept, as it may be another one when the message comes again.
        case refused(Rejection, answer: [UInt8])
        case repeated([UInt8])
    }

    private func commit(_ feedback: Feedback, _ asked: Asked, _ place: String?) async throws -> DeskOutcome {
        let (now, watch, composer) = (now, watch, composer)
        let verdict = try await outbox.transact { ledger -> Verdict in
            if let kept = try ledger.storedResult(source: asked.source, id: asked.id) { return .repeated(kept) }
            guard let document = try ledger.alertDocument(feedback.alertID), document.subject == asked.subject else {
                throw Rejection(.unknownAlert, "There is no alert \(feedback.alertID) at \(asked.subject).")
            }
            let verdict: Verdict
            do {
                let time = watch.now(of: feedback.alertID, at: now)
                let change = try ledger.apply(.feedback(feedback), to: document, at: time)
                var answer = composer.accepted(asked, at: now.wall)
                answer.data.alert = ResultEvent.AlertState(change.after)
                verdict = .taken(change, answer: answer.encoded)
            } catch let rejection as Rejection {
                var answer = composer.rejected(asked, rejection, at: now.wall)
                answer.data.alert = ResultEvent.AlertState(document)
                verdict = .refused(rejection, answer: answer.encoded)
            }
            try ledger.store(result: verdict.answer, source: asked.source, id: asked.id)
            return verdict
        }
        var outcome = DeskOutcome(answer: verdict.answer, place: place)
        switch verdict {
        case .taken(let change, _): outcome.publications = finish([change])
        case .refused(let rejection, _): figures.refused[rejection.code, default: 0] += 1
        case .repeated: figures.repeated += 1
        }
        return outcome
    }

    /// The answer that a message got when it came first: also when it would be too late by now.
    func kept(_ asked: Asked, _ responseTopic: String?, _ actor: Actor?) async throws -> DeskOutcome? {
        let kept = try await outbox.transact { ledger in
            try ledger.storedResult(source: asked.source, id: asked.id)
        }
        guard let kept else { return nil }
        figures.repeated += 1
        let place = try ResponsePlace.judge(responseTopic, subject: asked.subject, actor: actor)
        return DeskOutcome(answer: kept, place: place)
    }
}

extension AlertDesk.Verdict {
    fileprivate var answer: [UInt8] {
        switch self {
        case .taken(_, let answer), .refused(_, let answer), .repeated(let answer): answer
        }
    }
}
