import NeuronConfiguration
import NeuronIncidents

extension Configuration {
    /// What alerts say of their deadlines: also where nobody can answer at this box, for a desk above may.
    var statedPolicy: EscalationPolicy { policy(isEnabled: escalation.isEnabled ?? true) }

    /// What this box's own desk does: it records no escalation where nobody could have answered.
    var actedPolicy: EscalationPolicy { policy(isEnabled: escalates) }

    private func policy(isEnabled: Bool) -> EscalationPolicy {
        EscalationPolicy(
            id: escalation.policy,
            version: escalation.version,
            community: escalation.community,
            street: escalation.street,
            district: escalation.district,
            acknowledgeWithin: escalation.acknowledgeWithin,
            handleWithin: escalation.handleWithin,
            repeatEvery: escalation.repeatEvery,
            maxRepeats: escalation.maxRepeats,
            giveUpAfter: escalation.giveUpAfter,
            isEnabled: isEnabled
        )
    }
}
