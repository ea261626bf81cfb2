package import NeuronCore

extension AlertComposer {
    /// The event for something that happened to the camera's picture.
    ///
    /// - Parameters:
    ///   - transition: what happened.
    ///   - detector: the detector that found it and its version.
    /// - Returns: the event.
    package func compose(_ transition: TamperTransition, by detector: String) -> AlertDraft {
        switch transition {
        case .started(let facts): draft(facts, .opens, at: facts.onset.wall, nil, detector)
        case .ended(let facts, let reason): draft(facts, .closes, at: facts.lastPresent.wall, reason, detector)
        }
    }

    private func draft(
        _ facts: TamperFacts,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        _ reason: EndReason?,
        _ detector: String
    ) -> AlertDraft {
        let alertID = alertID("tamper", facts.mode.rawValue, since: facts.onset.wall)
        var alert = alertBlock(alertID, "tamper", phase, revision: facts.revision, onset: facts.onset.wall)
        alert.dedupKey += "/\(facts.mode.rawValue)"
        alert.severity = "Severe"
        if let reason { alert.close(at: time, because: reason) }
        let data = AlertData(
            alert: alert,
            sensor: sensorBlock,
            onvif: OnvifBlock(
                topic: facts.mode.onvifTopic,
                source: ["VideoSource": identity.sensor.rawValue, "RuleName": "tamper"],
                data: ["State": reason == nil]
            ),
            frame: frameBlock(facts.lastPresent, facts.size),
            tamper: TamperBlock(facts),
            why: WhyBlock(
                zone: nil,
                gates: facts.latest.gates.map(\.roundedOff),
                configuration: identity.configuration,
                detector: detector
            )
        )
        return draft(data, typed: "tamper.\(alert.phase)", phase, at: time, revision: facts.revision)
    }

    /// The note that the light has changed: an event without a life.
    package func compose(_ facts: LightFacts) -> AlertDraft {
        let type = "org.neurond.light.changed.v1"
        let time = facts.settled.wall
        let name = alertID("light", "changed", since: facts.onset.wall)
        let data = LightData(
            light: LightBlock(facts),
            sensor: sensorBlock,
            frame: frameBlock(facts.settled, facts.size)
        )
        let event = event(data, of: name, type: type, revision: 1, at: time, AlertLevel(kind: "light", phase: .single))
        return AlertDraft(event, at: time, phase: .single)
    }
}

/// The `data` of a note about light.
package struct LightData: Codable, Sendable, Hashable {
    package var light: LightBlock
    package var sensor: SensorBlock
    package var frame: FrameBlock
}

/// How the light has changed.
package struct LightBlock: Codable, Sendable, Hashable {
    package var kind: String
    package var levelBefore: Double
    package var levelAfter: Double
    package var areaFraction: Double
    package var startedAt: String
    package var repeats: Int

    init(_ facts: LightFacts) {
        kind = facts.isBrighter ? "brighter" : "darker"
        levelBefore = (facts.change.levelBefore * 10).rounded() / 10
        levelAfter = (facts.change.levelAfter * 10).rounded() / 10
        areaFraction = rounded(facts.change.areaFraction)
        startedAt = facts.onset.wall.description
        repeats = facts.repeats
    }
}

extension TamperBlock {
    init(_ facts: TamperFacts) {
        mode = facts.mode
        score = rounded(facts.latest.score)
        threshold = rounded(facts.latest.limit)
        peakScore = rounded(facts.peakScore)
        heldMs = facts.duration.milliseconds
        looks = facts.looks
    }
}

extension TamperMode {
    /// ONVIF's topic; it has none for a frozen picture.
    fileprivate var onvifTopic: String {
        switch self {
        case .imageTooDark, .imageTooBright, .imageTooBlurry, .globalSceneChange:
            "tns1:VideoSource/\(rawValue)/AnalyticsService"
        case .frozenPicture: "tnsneurond:VideoSource/\(rawValue)/AnalyticsService"
        }
    }
}
