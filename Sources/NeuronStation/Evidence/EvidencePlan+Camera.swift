import NeuronConfiguration
import NeuronCore
import NeuronIncidents

extension EvidencePlan {
    /// What a camera's configuration asks for.
    ///
    /// - Parameters:
    ///   - plan: the camera's.
    ///   - desk: who writes.
    init(for plan: CameraPlan, by desk: any EvidenceDesk) {
        let settings = plan.camera.evidence
        let incidents = plan.rules.flatMap { [$0.day, $0.night] }
        let suspicion = incidents.map(\.minimumDuration).max() ?? .zero
        let gap = incidents.map(\.eventGap).max() ?? .zero
        let tamper = plan.camera.tamper.isEnabled ? plan.camera.tamper.holdOff : .zero
        self.init(
            desk: desk,
            preRoll: settings.preRoll,
            postRoll: settings.postRoll,
            maxClip: settings.maxClip,
            linkBase: settings.linkBase,
            passage: plan.clipPassage,
            ringBytes: plan.packetShares.watchedRing,
            // An alert is told that much later than it began, and a detector takes up to a second to be sure.
            latency: max(suspicion, tamper) + plan.camera.maxBlind + .seconds(1),
            lag: max(.zero, min(gap, .seconds(15)) - settings.postRoll)
        )
        if passage == .encode { masks = plan.privacy.masks }
    }
}
