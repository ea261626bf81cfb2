package import NeuronCore

extension AlertComposer {
    /// The event for something that happened to motion, in the light that the camera sees in.
    package func compose(_ transition: MotionTransition, in light: Daylight) -> AlertDraft {
        switch transition {
        case .started(let facts): draft(facts, light, .opens, at: facts.onset.wall, nil)
        case .updated(let facts): draft(facts, light, .continues, at: facts.lastMoving.wall, nil)
        case .ended(let facts, let reason): draft(facts, light, .closes, at: facts.lastMoving.wall, reason)
        }
    }

    private func draft(
        _ facts: MotionFacts,
        _ light: Daylight,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        _ reason: EndReason?
    ) -> AlertDraft {
        let alertID = alertID("motion", facts.zone, since: facts.onset.wall)
        var alert = alertBlock(alertID, "motion", phase, revision: facts.revision, onset: facts.onset.wall)
        alert.dedupKey += "/\(facts.zone)"
        if let reason { alert.close(at: time, because: reason) }
        let data = AlertData(
            alert: alert,
            sensor: sensorBlock,
            onvif: OnvifBlock(
                topic: "tns1:RuleEngine/MotionRegionDetector/Motion",
                source: ["VideoSource": identity.sensor.rawValue, "RuleName": facts.zone],
                data: ["State": reason == nil]
            ),
            frame: frameBlock(facts.bestMoment, facts.bestSize),
            motion: MotionBlock(facts),
            why: WhyBlock(
                zone: facts.zone,
                light: light,
                gates: facts.best.gates.map(\.roundedOff),
                configuration: identity.configuration,
                detector: identity.detector
            )
        )
        return draft(data, typed: "motion.\(alert.phase)", phase, at: time, revision: facts.revision)
    }
}

extension MotionBlock {
    init(_ facts: MotionFacts) {
        rule = facts.zone
        areaFraction = rounded(facts.best.areaFraction)
        score = rounded(facts.best.score)
        peakScore = rounded(facts.peakScore)
        boundingBox = facts.best.box.map { OnvifBox($0, of: facts.bestSize) }
        box = facts.best.box.map { [$0.left, $0.top, $0.right, $0.bottom] }
        updates = facts.updates
        durationMs = facts.duration.milliseconds
        frames = facts.movingPictures
    }
}
