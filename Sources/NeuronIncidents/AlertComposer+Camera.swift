package import NeuronCore

extension AlertComposer {
    /// The event for something that happened to the camera's link.
    package func compose(_ transition: CameraTransition) -> AlertDraft {
        switch transition {
        case .lost(let facts): draft(facts, "lost", .opens, at: facts.onset, nil)
        case .recovered(let facts): draft(facts, "recovered", .closes, at: facts.time, .recovered)
        case .abandoned(let facts, let reason): draft(facts, "ended", .closes, at: facts.time, reason)
        }
    }

    private func draft(
        _ facts: CameraFacts,
        _ word: String,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        _ reason: EndReason?
    ) -> AlertDraft {
        let alertID = alertID("camera", "link", since: facts.onset)
        var alert = alertBlock(alertID, "camera", phase, revision: facts.revision, onset: facts.onset)
        alert.severity = "Severe"
        alert.certainty = "Observed"
        if let reason { alert.close(at: time, because: reason) }
        let data = AlertData(
            alert: alert,
            sensor: sensorBlock,
            onvif: OnvifBlock(
                topic: "tns1:VideoSource/SignalLoss",
                source: ["Source": identity.sensor.rawValue],
                data: ["State": reason == nil]
            ),
            camera: CameraBlock(
                reason: facts.reason,
                lastFrameAt: facts.lastPicture?.description,
                attempts: facts.attempts,
                downMs: facts.downTime.milliseconds
            )
        )
        return draft(data, typed: "camera.\(word)", phase, at: time, revision: facts.revision)
    }
}
