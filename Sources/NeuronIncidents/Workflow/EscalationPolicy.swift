package import NeuronCore

/// When an alert climbs from desk to desk; an alert keeps the policy that it began with.
package struct EscalationPolicy: Codable, Sendable, Hashable {
    package var id: String
    /// Raised by whoever changes the times, so that an old alert can be told from a new one.
    package var version: Int
    /// From the alert's start to each tier above the grid's; they rise.
    package var community: TimeSpan
    package var street: TimeSpan
    package var district: TimeSpan
    /// What a tier has to acknowledge an alert, from when it got it.
    package var acknowledgeWithin: TimeSpan
    /// What a tier has to handle it; somebody who acknowledged is left alone until then.
    package var handleWithin: TimeSpan
    /// How often an alert is told again that is overdue at the top.
    package var repeatEvery: TimeSpan
    package var maxRepeats: Int
    /// An alert that nobody closes is closed by the box after this, so that they don't pile up for ever.
    package var giveUpAfter: TimeSpan
    /// Whether alerts climb at all; otherwise they carry no deadlines.
    package var isEnabled: Bool

    /// Makes a policy; without arguments the standard one.
    package init(
        id: String = "standard",
        version: Int = 1,
        community: TimeSpan = .seconds(2 * 60),
        street: TimeSpan = .seconds(7 * 60),
        district: TimeSpan = .seconds(22 * 60),
        acknowledgeWithin: TimeSpan = .seconds(2 * 60),
        handleWithin: TimeSpan = .seconds(15 * 60),
        repeatEvery: TimeSpan = .seconds(10 * 60),
        maxRepeats: Int = 9,
        giveUpAfter: TimeSpan = .seconds(30 * 86_400),
        isEnabled: Bool = true
    ) {
        self.id = id
        self.version = version
        self.community = community
        self.street = street
        self.district = district
        self.acknowledgeWithin = acknowledgeWithin
        self.handleWithin = handleWithin
        self.repeatEvery = repeatEvery
        self.maxRepeats = maxRepeats
        self.giveUpAfter = giveUpAfter
        self.isEnabled = isEnabled
    }

    package static let standard = EscalationPolicy()

    /// From the alert's start to its arrival at a tier.
    package func delay(to tier: AlertTier) -> TimeSpan {
        switch tier {
        case .grid: .zero
        case .community: community
        case .street: street
        case .district: district
        }
    }

    /// How long a tier has an alert before the next one gets it; at the top, before it is overdue.
    func patience(of tier: AlertTier) -> TimeSpan {
        tier.next.map { delay(to: $0) - delay(to: tier) } ?? acknowledgeWithin
    }

    /// The deadlines of an alert, computed once from its start: the same alert has the same in every replay.
    package func escalation(ofAlertFrom onset: WallTime) -> EscalateAt {
        let start = onset.wholeMilliseconds
        return EscalateAt(community: start + community, street: start + street, district: start + district)
    }

    /// What an event of an alert says of it; nil where alerts don't climb.
    func block(ofAlertFrom onset: WallTime) -> PolicyBlock? {
        guard isEnabled else { return nil }
        return PolicyBlock(id: id, version: version, tier: .grid, escalateAt: escalation(ofAlertFrom: onset))
    }
}

/// When an alert reaches each tier unless somebody deals with it.
package struct EscalateAt: Codable, Sendable, Hashable {
    package var community: WallTime
    package var street: WallTime
    package var district: WallTime
}

/// Which policy an alert runs under; with it every desk knows by itself when an alert is its own.
package struct PolicyBlock: Codable, Sendable, Hashable {
    package var id: String
    package var version: Int
    /// Where the alert stood when this was told.
    package var tier: AlertTier
    package var escalateAt: EscalateAt
}
