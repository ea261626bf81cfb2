import FoundationEssentials
package import NeuronCore

/// Writes what happened to one camera as alert events.
///
/// A pure value: transitions in, drafts out. It adds who and where, the derived ids and the reason; the outbox adds number
/// and time of record.
package struct AlertComposer: Sendable {
    /// Who speaks: the parts of an alert that do not depend on what happened.
    package struct Identity: Sendable, Hashable {
        package var box: BoxID
        package var sensor: SensorID
        /// The camera's name for people.
        package var name: String
        package var site: SitePath
        /// Hash of the settings that the detector runs with.
        package var configuration: String
        /// The detector and its version, `motion/1`.
        package var detector: String

        /// Makes an identity of all its parts.
        package init(
            box: BoxID,
            sensor: SensorID,
            name: String,
            site: SitePath,
            configuration: String,
            detector: String
        ) {
            self.box = box
            self.sensor = sensor
            self.name = name
            self.site = site
            self.configuration = configuration
            self.detector = detector
        }

        package var source: String { "urn:neurond:\(box):\(sensor)" }
    }

    /// A consumer that has been away longer than this need not be told.
    static let lifetime = TimeSpan.seconds(7 * 86_400)

    package let identity: Identity

    /// Makes the composer of one camera.
    package init(identity: Identity) { self.identity = identity }

    /// The event for something that happened to motion, in the light that the camera sees in.
    package func compose(_ transition: MotionTransition, in light: Daylight) -> AlertDraft {
        switch transition {
        case .started(let facts): draft(facts, light, .opens, at: facts.onset.wall, nil)
        case .updated(let facts): draft(facts, light, .continues, at: facts.lastMoving.wall, nil)
        case .ended(let facts, let reason): draft(facts, light, .closes, at: facts.lastMoving.wall, reason)
        }
    }

    /// The event for something that happened to the camera's link.
    package func compose(_ transition: CameraTransition) -> AlertDraft {
        switch transition {
        case .lost(let facts): draft(facts, "lost", .opens, at: facts.onset, nil)
        case .recovered(let facts): draft(facts, "recovered", .closes, at: facts.time, .recovered)
        case .abandoned(let facts, let reason): draft(facts, "ended", .closes, at: facts.time, reason)
        }
    }

    private func draft(
        _ facts: MotionFacts,
        _ light: Daylight,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        _ reason: EndReason?
    ) -> AlertDraft {
        let alertID = AlertName.alert(
            box: identity.box,
            sensor: identity.sensor,
            kind: "motion",
            rule: facts.zone,
            onset: facts.onset.wall
        )
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

    private func draft(
        _ facts: CameraFacts,
        _ word: String,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        _ reason: EndReason?
    ) -> AlertDraft {
        let alertID = AlertName.alert(
            box: identity.box,
            sensor: identity.sensor,
            kind: "camera",
            rule: "link",
            onset: facts.onset
        )
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

    func draft(
        _ data: AlertData,
        typed word: String,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        revision: Int
    ) -> AlertDraft {
        let type = "org.neurond.\(word).v1"
        let level = AlertLevel(kind: data.load == nil ? data.alert.kind : "load", phase: phase)
        let event = AlertEvent(
            id: AlertName.event(ofAlert: data.alert.id, type: type, revision: revision, at: time),
            source: identity.source,
            type: type,
            subject: identity.site.subject(of: identity.sensor),
            time: time.description,
            recordedtime: time.description,
            expirytime: (time + Self.lifetime).description,
            partitionkey: identity.sensor.rawValue,
            sequence: "",
            correlationid: data.alert.id,
            severitytext: level.text,
            severitynumber: level.number,
            data: data
        )
        return AlertDraft(event, at: time, phase: phase)
    }

    func alertBlock(
        _ id: String,
        _ kind: String,
        _ phase: AlertDraft.Phase,
        revision: Int,
        onset: WallTime
    ) -> AlertBlock {
        AlertBlock(
            id: id,
            dedupKey: "\(identity.sensor)/\(kind)",
            kind: kind,
            phase: phase.word,
            condition: phase == .single ? "cleared" : "active",
            revision: revision,
            startedAt: onset.description,
            endedAt: nil,
            msgType: phase == .opens || phase == .single ? "Alert" : "Update",
            urgency: phase == .single ? "Past" : "Immediate",
            severity: phase == .single ? "Minor" : "Moderate",
            certainty: "Likely"
        )
    }

    var sensorBlock: SensorBlock {
        SensorBlock(
            id: identity.sensor.rawValue,
            name: identity.name,
            videoSource: identity.sensor.rawValue,
            path: SensorBlock.Path(
                district: identity.site.district,
                street: identity.site.street,
                community: identity.site.community,
                grid: identity.site.grid
            )
        )
    }

    func frameBlock(_ moment: Moment, _ size: FrameSize) -> FrameBlock {
        FrameBlock(
            utcTime: moment.wall.description,
            pts: moment.media.nanoseconds,
            width: size.width,
            height: size.height,
            clock: moment.clock.source,
            clockErrorMs: moment.clock.error?.milliseconds
        )
    }
}

extension AlertDraft.Phase {
    /// The word for it in an alert.
    fileprivate var word: String {
        switch self {
        case .opens: "started"
        case .continues: "updated"
        case .closes: "ended"
        case .single: "sighted"
        }
    }
}

extension AlertBlock {
    mutating func close(at time: WallTime, because reason: EndReason) {
        phase = "ended"
        condition = "cleared"
        urgency = "Past"
        msgType = "Update"
        endedAt = time.description
        endReason = reason
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

extension GateReading {
    /// The reading as it is told: four decimals.
    var roundedOff: GateReading { GateReading(gate: gate, value: rounded(value), limit: rounded(limit)) }
}
