package import NeuronCore

extension AlertComposer {
    /// The event for something that happened to how closely the camera is watched.
    package func compose(_ transition: OverloadTransition) -> AlertDraft {
        switch transition {
        case .degraded(let facts): draft(facts, "degraded", .opens, nil)
        case .restored(let facts): draft(facts, "restored", .closes, .recovered)
        case .abandoned(let facts, let reason): draft(facts, "ended", .closes, reason)
        }
    }

    private func draft(
        _ facts: OverloadFacts,
        _ word: String,
        _ phase: AlertDraft.Phase,
        _ reason: EndReason?
    ) -> AlertDraft {
        let alertID = alertID("camera", "load", since: facts.onset)
        var alert = alertBlock(alertID, "camera", phase, revision: facts.revision, onset: facts.onset)
        alert.dedupKey += "/load"
        alert.severity = "Minor"
        alert.certainty = "Observed"
        // Told to whoever keeps the box; no desk is asked to deal with it.
        alert.policy = nil
        if let reason { alert.close(at: facts.time, because: reason) }
        let data = AlertData(
            alert: alert,
            sensor: sensorBlock,
            onvif: OnvifBlock(
                topic: "tnsneurond:VideoSource/Overload",
                source: ["Source": identity.sensor.rawValue],
                data: ["State": reason == nil]
            ),
            // It delivers pictures all the time: nothing of it was down.
            camera: CameraBlock(reason: "overload", lastFrameAt: nil, attempts: 0, downMs: 0),
            load: LoadBlock(facts)
        )
        let type = "org.neurond.camera.\(word).v1"
        // A warning and no error: the camera is there.
        let level = AlertLevel(kind: "load", phase: phase)
        let event = event(data, of: alertID, type: type, revision: facts.revision, at: facts.time, level)
        return AlertDraft(event, at: facts.time, phase: phase)
    }
}

extension LoadBlock {
    fileprivate init(_ facts: OverloadFacts) {
        lagMs = facts.lag.milliseconds
        priority = facts.priority
        degradedMs = facts.duration.milliseconds
    }
}
