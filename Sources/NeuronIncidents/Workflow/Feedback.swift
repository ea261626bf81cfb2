package import NeuronCore

/// What somebody says about an alert.
package struct Feedback: Sendable, Hashable {
    /// With `source` its name: what comes twice under it has one effect.
    package var id: String
    package var source: String
    package var verb: Verb
    /// Where the camera stands; nil where the sender did not say.
    package var subject: String?
    package var time: WallTime
    package var expiry: WallTime?
    package var alertID: String
    /// With ``Verb/received``, the events that have arrived.
    package var eventIDs: [String]
    /// The document's revision that the sender saw.
    package var ifRevision: Int?
    /// Who says it; nil only with ``Verb/received``.
    package var actor: Actor?
    package var dispatchedTo: String?
    package var disposition: AlertDocument.Disposition?
    package var cause: String?
    package var note: String?
    /// Where in the picture it was, in pixels: left, top, right, bottom.
    package var regions: [[Int]]
    package var responseTopic: String?

    /// What is said.
    package enum Verb: String, Sendable, Hashable, CaseIterable {
        /// The event has arrived: nothing more.
        case received
        /// Somebody looks after it.
        case acknowledged
        /// Somebody was sent.
        case dispatched
        /// It is dealt with on the spot.
        case handled
        /// It is known what it was: that closes it.
        case evaluated
        /// It was taken for over too early; on the bus an evaluation with the disposition `reopen`.
        case reopened
    }

    /// Makes feedback.
    package init(
        id: String,
        source: String,
        _ verb: Verb,
        of alertID: String,
        at time: WallTime,
        by actor: Actor?
    ) {
        self.id = id
        self.source = source
        self.verb = verb
        self.time = time
        self.alertID = alertID
        eventIDs = []
        self.actor = actor
        regions = []
    }

    /// What it leaves in the document.
    func act(of actor: Actor, at time: WallTime) -> AlertDocument.Act {
        AlertDocument.Act(
            at: time,
            source: source,
            id: id,
            by: actor.id,
            tier: actor.tier,
            to: dispatchedTo,
            disposition: disposition,
            cause: cause,
            note: note
        )
    }
}

/// Who speaks: a person or a programme at a desk.
///
/// The bus itself must know who may write where (`neurond acl`): this is what was said and not what was proved.
package struct Actor: Sendable, Hashable {
    package var id: String
    package var tier: AlertTier
    /// The desk's own level, `s005` at the street's; nil where it was not said.
    package var unit: String?

    /// Makes an actor.
    package init(id: String, tier: AlertTier, unit: String? = nil) {
        self.id = id
        self.tier = tier
        self.unit = unit
    }

    /// Whether the actor's desk answers for a place: its unit, where it was said, is the place's level at its tier.
    package func answers(for subject: String) -> Bool {
        unit.map { tier.prefix(of: subject).last == Substring($0) } ?? true
    }

    /// Refuses an actor whose desk answers for another place.
    package func check(for subject: String) throws(Rejection) {
        guard !answers(for: subject) else { return }
        throw Rejection(
            .wrongUnit,
            "The \(tier.rawValue) desk '\(unit ?? "")' does not answer for \(subject); that is the \(tier.rawValue) "
                + "'\(tier.prefix(of: subject).last ?? "")'."
        )
    }
}
