package import NeuronCore

/// Where an alert stands: what the sensor says of it and what the operators did, each for itself.
///
/// It is published as it is, retained while the alert is open. Times are whole milliseconds.
package struct AlertDocument: Codable, Sendable, Hashable {
    package var alertId: String
    package var dedupKey: String
    package var kind: String
    /// The zone or the way of tampering; what `dedupKey` ends with.
    package var rule: String
    package var source: String
    package var subject: String
    package var sensor: Sensor

    package var condition: Condition
    package var workflow: Workflow
    @ExplicitNull package var disposition: Disposition?
    package var tier: AlertTier
    /// Counts the changes of this document, and nothing else: what `ifRevision` names.
    package var revision: Int
    /// Begins with 1; each reopening begins another.
    package var round: Int
    package var policy: EscalationPolicy
    package var openedAt: WallTime
    @ExplicitNull package var clearedAt: WallTime?
    /// When the tier that has it now got it.
    package var tierSince: WallTime
    package var ackDeadlineAt: WallTime
    package var handleDeadlineAt: WallTime
    package var escalateAt: EscalateAt
    /// When the box looks at it next; null once it is closed.
    @ExplicitNull package var deadlineAt: WallTime?
    package var escalations: Int
    /// Whether even the top tier has had it long enough.
    package var overdue: Bool
    @ExplicitNull package var overdueSince: WallTime?
    package var repeats: Int

    @ExplicitNull package var ackedBy: String?
    @ExplicitNull package var ackedAt: WallTime?
    @ExplicitNull package var dispatchedTo: String?
    @ExplicitNull package var dispatchedAt: WallTime?
    @ExplicitNull package var handledBy: String?
    @ExplicitNull package var handledAt: WallTime?
    @ExplicitNull package var evaluatedBy: String?
    @ExplicitNull package var evaluatedAt: WallTime?
    @ExplicitNull package var reopenedAt: WallTime?
    @ExplicitNull package var cause: String?
    /// What was said with the latest step that says something.
    @ExplicitNull package var note: String?

    /// CAP 1.2 words.
    package var status: String
    package var msgType: String
    package var category: String
    package var urgency: String
    package var severity: String
    package var certainty: String
    /// Events of this alert that later ones rest on: the opening one.
    package var references: [String]
    /// Who did what in this round; what the flat fields above are written from.
    package var acts: Acts

    /// Which camera it is.
    package struct Sensor: Codable, Sendable, Hashable {
        package var id: String
        package var name: String
    }

    /// What the sensor says.
    package enum Condition: String, Codable, Sendable, Hashable {
        case active
        case cleared
    }

    /// What the operators did.
    package enum Workflow: String, Codable, Sendable, Hashable, Comparable, CaseIterable {
        case open
        case acknowledged
        case dispatched
        case handled
        case closed

        package static func < (a: Workflow, b: Workflow) -> Bool { a.height < b.height }

        private var height: Int {
            switch self {
            case .open: 0
            case .acknowledged: 1
            case .dispatched: 2
            case .handled: 3
            case .closed: 4
            }
        }
    }

    /// What an alert turned out to be.
    package enum Disposition: String, Codable, Sendable, Hashable, CaseIterable {
        case confirmed
        case falseAlarm
        case nuisance
        case test
        case duplicate
        case unknown
    }

    /// One step that somebody took.
    package struct Act: Codable, Sendable, Hashable, Comparable {
        package var at: WallTime
        /// With `id` the step's own name: of two at the same time one is the first, whatever the order of arrival.
        package var source: String
        package var id: String
        package var by: String
        package var tier: AlertTier
        package var to: String?
        package var disposition: Disposition?
        package var cause: String?
        package var note: String?

        package static func < (a: Act, b: Act) -> Bool { (a.at, a.source, a.id) < (b.at, b.source, b.id) }
    }

    /// The first step of each sort in this round.
    package struct Acts: Codable, Sendable, Hashable {
        package var acknowledged: Act?
        package var dispatched: Act?
        package var handled: Act?
        package var evaluated: Act?
    }

    /// Whether operators have still something to do.
    package var isOpen: Bool { workflow != .closed }

    /// When the box closes it by itself.
    package var giveUpAt: WallTime { openedAt + policy.giveUpAfter }
}

extension AlertDocument {
    /// The document of an alert that begins; nil where the event opens nothing.
    ///
    /// - Parameters:
    ///   - event: the opening event.
    ///   - policy: what it runs under from now on.
    package init?(opening event: AlertEvent, policy: EscalationPolicy) {
        let alert = event.data.alert
        // Nobody can go and look after a box that does not keep up.
        guard alert.phase == "started", event.data.load == nil, let onset = WallTime(rfc3339: alert.startedAt) else {
            return nil
        }
        let escalateAt = alert.policy?.escalateAt ?? policy.escalation(ofAlertFrom: onset)
        self.init(
            alertId: alert.id,
            dedupKey: alert.dedupKey,
            kind: alert.kind,
            rule: alert.dedupKey.split(separator: "/").last.map(String.init) ?? alert.kind,
            source: event.source,
            subject: event.subject,
            sensor: Sensor(id: event.data.sensor.id, name: event.data.sensor.name),
            condition: .active,
            workflow: .open,
            tier: .grid,
            revision: 1,
            round: 1,
            policy: policy,
            openedAt: onset,
            tierSince: onset,
            ackDeadlineAt: onset,
            handleDeadlineAt: onset,
            escalateAt: escalateAt,
            escalations: 0,
            overdue: false,
            repeats: 0,
            status: alert.status,
            msgType: alert.msgType,
            category: alert.category,
            urgency: alert.urgency,
            severity: alert.severity,
            certainty: alert.certainty,
            references: [event.id],
            acts: Acts()
        )
        refresh()
    }

    /// Writes the fields that follow from others.
    mutating func refresh() {
        ackDeadlineAt = tierSince + policy.acknowledgeWithin
        handleDeadlineAt = tierSince + policy.handleWithin
        deadlineAt = nextDeadline
        (ackedBy, ackedAt) = (acts.acknowledged?.by, acts.acknowledged?.at)
        (dispatchedTo, dispatchedAt) = (acts.dispatched.map { $0.to ?? $0.by }, acts.dispatched?.at)
        (handledBy, handledAt) = (acts.handled?.by, acts.handled?.at)
        (evaluatedBy, evaluatedAt) = (acts.evaluated?.by, acts.evaluated?.at)
        disposition = acts.evaluated?.disposition
        cause = acts.evaluated?.cause
        note = [acts.evaluated, acts.handled, acts.dispatched, acts.acknowledged].lazy.compactMap { $0?.note }.first
    }

    /// When something happens although nobody does anything.
    private var nextDeadline: WallTime? {
        guard isOpen else { return nil }
        guard workflow != .handled, policy.isEnabled else { return giveUpAt }
        return min(giveUpAt, overdue ? nextRepeat : endOfPatience)
    }

    /// Somebody who acknowledges an overdue alert is told again all the same: it is late.
    private var nextRepeat: WallTime {
        guard let overdueSince, repeats < policy.maxRepeats else { return giveUpAt }
        return overdueSince + policy.repeatEvery * Int64(repeats + 1)
    }

    /// When the tier that has it now has had it long enough.
    var endOfPatience: WallTime {
        let end = tierSince + policy.patience(of: tier)
        return acts.acknowledged == nil ? end : max(end, tierSince + policy.handleWithin)
    }
}
