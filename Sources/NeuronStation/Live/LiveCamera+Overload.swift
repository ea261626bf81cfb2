import Logging
import NeuronCore
import NeuronIncidents

extension LiveCamera {
    /// Says that it falls back because the box does not keep up, and that it returns.
    func tell(_ transition: OverloadTransition) {
        switch transition {
        case .degraded(let facts):
            logger.warning(
                "the box does not keep up: keyframes only",
                metadata: ["lag_ms": "\(facts.lag.milliseconds)", "priority": "\(facts.priority)"]
            )
        case .restored(let facts):
            logger.notice("every picture again", metadata: ["degraded_s": "\(facts.duration.seconds)"])
        case .abandoned: break
        }
        channel.send(composer.compose(transition))
    }
}
