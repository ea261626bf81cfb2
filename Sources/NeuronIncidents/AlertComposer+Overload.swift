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
        let alertID = AlertName.alert(
            box: identity.box,
            sensor: identity.sensor,
            kind: "camera",
            rule: "load",
            onset: facts.onset
        )
        var alert = alertBlock(alertID, "camera", phase, revision: facts.revision, onset: facts.onset)
        alert.dedupKey += "/load"
        alert.severity = "Minor"
        alert.certainty = "Observed"
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
        return AlertDraft(
            event(data, typed: "org.neurond.camera.\(word).v1", phase, facts),
            at: facts.time,
            phase: phase
        )
    }

    private func event(
        _ data: AlertData,
        typed type: String,
        _ phase: AlertDraft.Phase,
        _ facts: OverloadFacts
    ) -> AlertEvent {
        // A warning and no error: the camera is there.
        let level = AlertLevel(kind: "load", phase: phase)
        return AlertEvent(
            id: AlertName.event(ofAlert: data.alert.id, type: type, revision: facts.revision, at: facts.time),
            source: identity.source,
            type: type,
            subject: identity.site.subject(of: identity.sensor),
            time: facts.time.description,
            recordedtime: facts.time.description,
            expirytime: (facts.time + Self.lifetime).description,
            partitionkey: identity.sensor.rawValue,
            sequence: "",
            correlationid: data.alert.id,
            severitytext: level.text,
            severitynumber: level.number,
            data: data
        )
    }
}

extension LoadBlock {
    fileprivate init(_ facts: OverloadFacts) {
        lagMs = facts.lag.milliseconds
        priority = facts.priority
        degradedMs = facts.duration.milliseconds
    }
}
