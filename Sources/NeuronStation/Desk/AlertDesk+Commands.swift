import Logging
import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox

extension AlertDesk {
    /// Does what a command says, once.
    func take(
        _ command: Command,
        at subject: String,
        _ topic: BusTopic?,
        askedFor responseTopic: String?
    ) async throws -> DeskOutcome {
        if let topic, topic.name != command.word {
            throw Rejection(.wrongSchema, "The topic is for '\(topic.name)', and the command is '\(command.word)'.")
        }
        let asked = Asked(id: command.id, source: command.source, subject: subject)
        let wanted = responseTopic ?? command.responseTopic
        if let kept = try await kept(asked, wanted, command.actor) { return kept }
        let place = try check(expiry: command.expiry, place: wanted, actor: command.actor, subject: subject)
        try command.actor.check(for: subject)
        guard let sources = site.sources(of: subject) else {
            throw Rejection(.unknownTarget, "This box has no camera at \(subject).")
        }
        switch command.order {
        case .arm: return try await set(armed: true, sources, asked, place)
        case .disarm: return try await set(armed: false, sources, asked, place)
        case .snapshot: return try await snapshot(of: subject, asked, place)
        case .replay(let range): return try await replay(range, of: subject, asked, place)
        }
    }

    private func set(
        armed isArmed: Bool,
        _ sources: [String],
        _ asked: Asked,
        _ place: String?
    ) async throws -> DeskOutcome {
        var answer = composer.accepted(asked, at: clock.wallNow())
        answer.data.armed = isArmed
        let line = answer.encoded
        try await change(armed: isArmed, sources) { ledger in
            try ledger.store(result: line, source: asked.source, id: asked.id)
        }
        return DeskOutcome(answer: line, place: place, publications: armedStates)
    }

    /// Keeps the new state with whatever else belongs to it.
    private func change(
        armed isArmed: Bool,
        _ sources: [String],
        with more: @escaping @Sendable (DeskLedger) throws -> Void
    ) async throws {
        // Before the wait, so that of two changes none undoes the other.
        if isArmed { armed.arm(sources) } else { armed.disarm(sources) }
        disarmed.become(armed.disarmed)
        let state = armed.encoded
        try await outbox.transact { ledger in
            try ledger.save(
                StoredDocument(
                    alertID: ArmedState.documentID,
                    state: state,
                    isOpen: true,
                    deadline: nil,
                    updated: ledger.now
                )
            )
            try more(ledger)
        }
        logger.notice(
            isArmed ? "armed" : "disarmed",
            metadata: ["sources": "\(sources.sorted().joined(separator: " "))"]
        )
    }

    /// A bare ON or OFF without a name, as Home Assistant's switch sends it; only where the operator trusts the link.
    func takeSwitch(_ message: BusMessage) async -> [BusPublication] {
        figures.taken += 1
        let word = String(decoding: message.payload.prefix(4), as: UTF8.self)
        guard trustedSwitches.contains(message.link), ["ON", "OFF"].contains(word),
            let sources = site.sources(of: message.topic.subject)
        else {
            figures.refused[.wrongSchema, default: 0] += 1
            return []
        }
        do {
            try await change(armed: word == "ON", sources) { _ in }
        } catch {
            logger.error("a switch could not be kept: \(error)")
        }
        return armedStates
    }

    // MARK: - Snapshot

    /// From one picture of a camera to the next; who asks more often watches, and for that there is the console.
    private static let snapshotPause = TimeSpan.seconds(1)

    /// Says what the camera sees now, redacted as every picture is, at a place of its own.
    private func snapshot(of subject: String, _ asked: Asked, _ place: String?) async throws -> DeskOutcome {
        guard let sensor = subject.split(separator: "/").last.flatMap({ SensorID(String($0)) }),
            site.cameras[subject] != nil
        else { throw Rejection(.unknownTarget, "A snapshot is of one camera, and \(subject) is none of this box.") }
        guard let pictures else {
            throw Rejection(.unavailable, "This box has no pictures to give, so it can't send one.")
        }
        let now = clock.monotonicNow()
        if let last = snapshots[subject], now - last < Self.snapshotPause {
            throw Rejection(.unavailable, "A picture of this camera was sent a moment ago; ask again in a second.")
        }
        snapshots[subject] = now
        guard let picture = await pictures.latestPicture(of: sensor, annotated: false) else {
            throw Rejection(.unavailable, "The camera has no picture now; ask again later.")
        }
        let topic = "nd/v1/\(subject)/snapshot/\(asked.id)"
        var answer = composer.accepted(asked, at: clock.wallNow())
        answer.data.snapshot = ResultEvent.Snapshot(picture, topic: topic)
        let line = answer.encoded
        try await outbox.transact { ledger in
            try ledger.store(result: line, source: asked.source, id: asked.id)
        }
        let said = BusPublication(topic: topic, payload: picture.jpeg, contentType: "image/jpeg")
        return DeskOutcome(answer: line, place: place, publications: [said])
    }

    // MARK: - Replay

    /// What one command may ask for; more is asked for by another.
    private static let longestReplay = 500

    /// Sends again what was committed, the same bytes, to a place of its own: who did not ask is not told twice.
    private func replay(
        _ range: Command.Range,
        of subject: String,
        _ asked: Asked,
        _ place: String?
    ) async throws -> DeskOutcome {
        guard
            let source = site.cameras[subject] ?? (subject == site.subject ? HealthComposer.source(of: site.box) : nil)
        else { throw Rejection(.unknownTarget, "This box has no camera at \(subject).") }
        let page = try await outbox.events(of: source, EventRange(range), limit: Self.longestReplay)
        let topic = "nd/v1/\(subject)/replay/\(asked.id)"
        var answer = composer.accepted(asked, at: clock.wallNow())
        answer.data.replay = ResultEvent.Replayed(
            topic: topic,
            events: page.alerts.count,
            missing: page.missing.map { ResultEvent.Gap(fromSequence: $0.first, toSequence: $0.last) },
            nextSequence: page.next?.firstSequence
        )
        let line = answer.encoded
        try await outbox.transact { ledger in
            try ledger.store(result: line, source: asked.source, id: asked.id)
        }
        let events = page.alerts.map {
            BusPublication(topic: topic, payload: $0.body, contentType: "application/cloudevents+json; charset=utf-8")
        }
        return DeskOutcome(answer: line, place: place, publications: events)
    }
}

extension EventRange {
    fileprivate init(_ range: Command.Range) {
        switch range {
        case .sequences(let first, let last): self = .sequences(from: first, to: last)
        case .times(let begin, let end): self = .times(from: begin, to: end)
        }
    }

    /// Where the next page begins, for an asker who pages by sequence.
    fileprivate var firstSequence: String? {
        if case .sequences(let first, _) = self { first } else { nil }
    }
}
