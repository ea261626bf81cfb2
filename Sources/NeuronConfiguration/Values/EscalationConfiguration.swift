package import NeuronCore

/// When an alert climbs from desk to desk.
package struct EscalationConfiguration: Sendable, Hashable {
    /// Nil where nobody said: then alerts climb where somebody can answer, over `mqtt` or `nats`.
    package var isEnabled: Bool?
    /// The policy's name in alerts.
    package var policy: String
    package var version: Int
    /// From the alert's start to each tier above the grid's; they rise.
    package var community: TimeSpan
    package var street: TimeSpan
    package var district: TimeSpan
    /// What a tier has to acknowledge an alert.
    package var acknowledgeWithin: TimeSpan
    /// What a tier has to handle it.
    package var handleWithin: TimeSpan
    /// How often an alert is told again that is overdue at the top.
    package var repeatEvery: TimeSpan
    package var maxRepeats: Int
    /// After which an alert that nobody closed is closed by the box.
    package var giveUpAfter: TimeSpan

    /// Makes a policy; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool? = nil,
        policy: String = "standard",
        version: Int = 1,
        community: TimeSpan = .seconds(2 * 60),
        street: TimeSpan = .seconds(7 * 60),
        district: TimeSpan = .seconds(22 * 60),
        acknowledgeWithin: TimeSpan = .seconds(2 * 60),
        handleWithin: TimeSpan = .seconds(15 * 60),
        repeatEvery: TimeSpan = .seconds(10 * 60),
        maxRepeats: Int = 9,
        giveUpAfter: TimeSpan = .seconds(30 * 86_400)
    ) {
        self.isEnabled = isEnabled
        self.policy = policy
        self.version = version
        self.community = community
        self.street = street
        self.district = district
        self.acknowledgeWithin = acknowledgeWithin
        self.handleWithin = handleWithin
        self.repeatEvery = repeatEvery
        self.maxRepeats = maxRepeats
        self.giveUpAfter = giveUpAfter
    }
}

extension Configuration {
    /// Whether alerts climb: as the file says, else where a sink of type `mqtt` or `nats` lets somebody answer.
    package var escalates: Bool { escalation.isEnabled ?? sinks.contains { $0.kind.isBus } }
}
