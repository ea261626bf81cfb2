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
        /// Whose it is and where it stands, where that is known.
        package var place: SensorPlace
        /// Hash of the settings that the detector runs with.
        package var configuration: String
        /// The detector and its version, `motion/1`.
        package var detector: String
        /// Whether its pictures are of the camera's small stream.
        package var isSubstream: Bool
        /// When its alerts climb from desk to desk.
        package var policy: EscalationPolicy

        /// Makes an identity of all its parts.
        package init(
            box: BoxID,
            sensor: SensorID,
            name: String,
            site: SitePath,
            place: SensorPlace = SensorPlace(),
            configuration: String,
            detector: String,
            isSubstream: Bool = false,
            policy: EscalationPolicy = .standard
        ) {
            self.box = box
            self.sensor = sensor
            self.name = name
            self.site = site
            self.place = place
            self.configuration = configuration
            self.detector = detector
            self.isSubstream = isSubstream
            self.policy = policy
        }

        package var source: String { "urn:neurond:\(box):\(sensor)" }
    }

    package let identity: Identity

    /// Makes the composer of one camera.
    package init(identity: Identity) { self.identity = identity }

    /// Wraps what is to be told of an alert.
    func draft(
        _ data: AlertData,
        typed word: String,
        _ phase: AlertDraft.Phase,
        at time: WallTime,
        revision: Int
    ) -> AlertDraft {
        let level = AlertLevel(kind: data.alert.kind, phase: phase)
        let type = "org.neurond.\(word).v1"
        let event = event(data, of: data.alert.id, type: type, revision: revision, at: time, level)
        return AlertDraft(event, at: time, phase: phase)
    }

    /// Adds who and where to what is to be told.
    func event<Payload>(
        _ data: Payload,
        of alert: String,
        type: String,
        revision: Int,
        at time: WallTime,
        _ level: AlertLevel
    ) -> CloudEvent<Payload> {
        CloudEvent<Payload>(
            id: AlertName.event(ofAlert: alert, type: type, revision: revision, at: time),
            source: identity.source,
            type: type,
            subject: identity.site.subject(of: identity.sensor),
            time: time.description,
            recordedtime: time.description,
            expirytime: (time + AlertDraft.lifetime).description,
            partitionkey: identity.sensor.rawValue,
            sequence: "",
            correlationid: alert,
            severitytext: level.text,
            severitynumber: level.number,
            data: data
        )
    }

    /// The id of an alert of this camera: of a kind, by a rule, that began at a time.
    func alertID(_ kind: String, _ rule: String, since onset: WallTime) -> String {
        AlertName.alert(box: identity.box, sensor: identity.sensor, kind: kind, rule: rule, onset: onset)
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
            certainty: "Likely",
            policy: phase == .single ? nil : identity.policy.block(ofAlertFrom: onset)
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
            ),
            gbId: identity.place.gbID,
            owner: identity.place.owner?.rawValue,
            address: identity.place.address,
            lat: identity.place.position?.latitude,
            lon: identity.place.position?.longitude
        )
    }

    func frameBlock(_ moment: Moment, _ size: FrameSize) -> FrameBlock {
        FrameBlock(
            utcTime: moment.wall.description,
            pts: moment.media.nanoseconds,
            width: size.width,
            height: size.height,
            clock: moment.clock.source,
            clockErrorMs: moment.clock.error?.milliseconds,
            stream: identity.isSubstream ? "sub" : nil
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

extension GateReading {
    /// The reading as it is told: four decimals.
    var roundedOff: GateReading { GateReading(gate: gate, value: rounded(value), limit: rounded(limit)) }
}
