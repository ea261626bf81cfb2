import NeuronCore
import NeuronIncidents

/// An alert of the documentation's camera, and what is said about it; times are seconds after its start.
enum Sample {
    static let subject = "d310104/s005/c012/g031/cam0042"
    static let onset = WallTime(nanoseconds: 1_787_393_723_412_000_000)

    static func time(_ seconds: Double) -> WallTime {
        onset + TimeSpan(nanoseconds: Int64(seconds * 1e9))
    }

    /// The event that opens the alert, as the outbox commits it.
    static func opening(policy: EscalationPolicy = .standard) throws -> AlertEvent {
        let composer = AlertComposer(
            identity: AlertComposer.Identity(
                box: BoxID("box-0007") ?? .unnamed,
                sensor: SensorID(sanitising: "cam0042"),
                name: "North gate",
                site: SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031"),
                configuration: "0123456789abcdef",
                detector: "motion/1",
                policy: policy
            )
        )
        var link = CameraLink(
            holdOff: .zero,
            start: CameraLink.Instant(monotonic: MonotonicTime(nanoseconds: 0), wall: onset)
        )
        let later = CameraLink.Instant(monotonic: MonotonicTime(nanoseconds: 1), wall: onset)
        guard let lost = link.tick(at: later) else { throw Rejection(.unavailable, "nothing was lost") }
        let stamp = AlertStamp(epoch: 1, number: 1, recordedTime: onset)
        return try AlertEvent(decoding: composer.compose(lost).encode(stamp))
    }

    static func document(policy: EscalationPolicy = .standard) throws -> AlertDocument {
        guard let document = AlertDocument(opening: try opening(policy: policy), policy: policy) else {
            throw Rejection(.unavailable, "the event opens nothing")
        }
        return document
    }

    static func feedback(
        _ verb: Feedback.Verb,
        at seconds: Double,
        id: String? = nil,
        by name: String = "op17",
        tier: AlertTier = .district,
        disposition: AlertDocument.Disposition? = nil,
        ifRevision: Int? = nil
    ) -> Feedback {
        var feedback = Feedback(
            id: id ?? "\(verb.rawValue)-\(Int(seconds * 10))-\(name)",
            source: "urn:neurond:desk:\(tier.rawValue)",
            verb,
            of: "any",
            at: time(seconds),
            by: Actor(id: name, tier: tier)
        )
        feedback.disposition = disposition ?? (verb == .evaluated ? .confirmed : nil)
        feedback.ifRevision = ifRevision
        return feedback
    }
}

extension AlertDocument {
    /// Takes feedback a moment after it was said.
    mutating func take(_ feedback: Feedback) throws(Rejection) {
        self = try AlertWorkflow.reduce(self, .feedback(feedback), at: feedback.time).document
    }

    /// Lets time pass.
    mutating func pass(to seconds: Double) throws(Rejection) -> [AlertWorkflow.Effect] {
        let step = try AlertWorkflow.reduce(self, .deadline, at: Sample.time(seconds))
        self = step.document
        return step.effects
    }
}
