import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronSampling
import Synchronization

extension LiveCamera {
    /// How long its packets wait, and what it costs; waits for nobody.
    func reading(at now: MonotonicTime) -> OverloadGovernor.Reading {
        let inHand = inHand.load(ordering: .acquiring)
        let oldest = inHand == Self.nothingInHand ? queue.oldestArrival : MonotonicTime(nanoseconds: inHand)
        return OverloadGovernor.Reading(
            priority: plan.camera.priority,
            lag: oldest.map { max(now - $0, .zero) } ?? .zero,
            work: TimeSpan(nanoseconds: workSpent.load(ordering: .relaxed)),
            canDegrade: canDegrade.load(ordering: .relaxed)
        )
    }

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
