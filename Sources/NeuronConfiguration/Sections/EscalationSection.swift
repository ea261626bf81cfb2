import NeuronCore

extension ConfigurationSection<EscalationConfiguration> {
    /// When an alert climbs from desk to desk.
    static let escalation = ConfigurationSection(
        name: "escalation",
        summary:
            "When an alert that nobody deals with climbs from the grid's desk to those above it. The times of an alert are "
            + "computed once, when it starts, and travel in it.",
        prototype: EscalationConfiguration(),
        fields: [
            ConfigurationField(
                "enabled",
                \.isEnabled,
                ValueType<Bool>.flag.optional,
                defaultNote: "`true` where a sink is of type `mqtt` or `nats`",
                "Whether alerts climb; without it they carry no deadlines."
            ),
            ConfigurationField("policy", \.policy, .token, "The name of these rules in alerts."),
            ConfigurationField(
                "version",
                \.version,
                .integer(1...1_000_000),
                "Raise it when you change the times, so that old alerts can be told from new ones."
            ),
            tier("community", \.community),
            tier("street", \.street),
            tier("district", \.district),
            ConfigurationField(
                "acknowledgeWithin",
                \.acknowledgeWithin,
                times,
                "What a desk has to acknowledge an alert, from when it got it."
            ),
            ConfigurationField(
                "handleWithin",
                \.handleWithin,
                times,
                "What a desk has to handle an alert that it acknowledged, from when it got it."
            ),
            ConfigurationField(
                "repeatEvery",
                \.repeatEvery,
                .time(.seconds(60)...(.seconds(86_400))),
                "How often an alert is told again that is overdue at the district."
            ),
            ConfigurationField("maxRepeats", \.maxRepeats, .integer(0...100), "How many times at most."),
            ConfigurationField(
                "giveUpAfter",
                \.giveUpAfter,
                .time(.seconds(3600)...(.seconds(365 * 86_400))),
                "After how long the box closes an alert that nobody closed, so that they don't pile up for ever."
            ),
        ],
        advice: ["grid": "An alert begins at the grid; there are `community`, `street` and `district`."]
    ) { escalation, given, context in
        checkOrder(escalation, given, &context)
    }

    private static let times = ValueType<TimeSpan>.time(.seconds(1)...(.seconds(7 * 86_400)))

    private static func tier(
        _ name: String,
        _ keyPath: any WritableKeyPath<EscalationConfiguration, TimeSpan> & Sendable
    ) -> ConfigurationField<EscalationConfiguration> {
        ConfigurationField(
            name,
            keyPath,
            times,
            "From an alert's start to when the desk of the \(name) gets it too; each tier's is longer than that below it."
        )
    }

    /// An alert that reached the district before the street would never have been the street's.
    private static func checkOrder(
        _ escalation: EscalationConfiguration,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        let tiers = [
            ("community", escalation.community), ("street", escalation.street), ("district", escalation.district),
            ("giveUpAfter", escalation.giveUpAfter),
        ]
        for (lower, upper) in zip(tiers, tiers.dropFirst()) where lower.1 >= upper.1 {
            guard let node = given.nodes[upper.0] ?? given.nodes[lower.0] else { continue }
            context.log.report(
                node,
                "`\(upper.0)` is \(TimeUnit.text(upper.1)) and must be longer than `\(lower.0)`, which is "
                    + "\(TimeUnit.text(lower.1))."
            )
        }
    }
}
