package import NeuronCore

/// One alert as the console shows it: what the sensor told and what operators did.
package struct AlertRecord: Sendable {
    package var id: String
    package var kind: String
    package var camera: String
    package var cameraName: String
    /// The zone or the way of tampering.
    package var rule: String
    package var severity: String
    package var condition: String
    package var workflow: String
    package var disposition: String?
    package var revision: Int
    package var startedAt: WallTime
    /// When the sensor said that it was over; nil while it goes on.
    package var endedAt: WallTime?
    package var tier: String
    package var updates: Int
    package var note: String?
    package var media: [AlertMedia]
    /// The gates' measured values and limits as the event has them; nil where it has none.
    package var why: JSONValue?
    /// The latest event's line; nil where the outbox has forgotten it.
    package var lastEvent: [UInt8]?

    /// Makes a record of all its parts.
    package init(
        id: String,
        kind: String,
        camera: String,
        cameraName: String,
        rule: String,
        severity: String,
        condition: String,
        workflow: String,
        disposition: String?,
        revision: Int,
        startedAt: WallTime,
        endedAt: WallTime?,
        tier: String,
        updates: Int,
        note: String?,
        media: [AlertMedia],
        why: JSONValue?,
        lastEvent: [UInt8]?
    ) {
        self.id = id
        self.kind = kind
        self.camera = camera
        self.cameraName = cameraName
        self.rule = rule
        self.severity = severity
        self.condition = condition
        self.workflow = workflow
        self.disposition = disposition
        self.revision = revision
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.tier = tier
        self.updates = updates
        self.note = note
        self.media = media
        self.why = why
        self.lastEvent = lastEvent
    }

    /// An element of `alerts`.
    package var json: JSONValue { .object(members) }

    var members: [JSONValue.Member] {
        [
            .init("id", .string(id)),
            .init("kind", .string(kind)),
            .init("camera", .string(camera)),
            .init("cameraName", .string(cameraName)),
            .init("rule", .string(rule)),
            .init("severity", .string(severity)),
            .init("condition", .string(condition)),
            .init("workflow", .string(workflow)),
            .init("disposition", JSONValue(disposition)),
            .init("revision", JSONValue(revision)),
            .init("startedAt", JSONValue(startedAt)),
            .init("endedAt", JSONValue(endedAt)),
            .init("tier", .string(tier)),
            .init("updates", JSONValue(updates)),
            .init("note", JSONValue(note)),
            .init("media", JSONValue(media.map(\.json))),
            .init("why", why ?? .null),
            .init("lastEvent", lastEvent.map { .raw($0) } ?? .null),
        ]
    }
}

/// One alert with all that is known of it.
package struct AlertDossier: Sendable {
    package var record: AlertRecord
    /// What was done with it, oldest first.
    package var history: [Step]
    /// The lines of its events that the outbox still has, oldest first.
    package var events: [[UInt8]]

    /// Something that was done.
    package struct Step: Sendable, Hashable {
        /// `acknowledged`, `dispatched`, `handled`, `evaluated`, `escalated`, `opened`, `cleared`, `reopened`.
        package var step: String
        package var at: WallTime
        package var by: String?
        package var tier: String?
        package var note: String?
        /// Who was sent, or what it was.
        package var detail: String?

        /// Makes a step of all its parts.
        package init(
            _ step: String,
            at: WallTime,
            by: String? = nil,
            tier: String? = nil,
            note: String? = nil,
            detail: String? = nil
        ) {
            self.step = step
            self.at = at
            self.by = by
            self.tier = tier
            self.note = note
            self.detail = detail
        }
    }

    /// Makes a dossier of all its parts.
    package init(record: AlertRecord, history: [Step], events: [[UInt8]]) {
        self.record = record
        self.history = history
        self.events = events
    }

    /// An alert with `history` and `events`.
    package var json: JSONValue {
        .object(
            record.members + [
                .init("history", JSONValue(history.map(\.json))),
                .init("events", JSONValue(events.map { .raw($0) })),
            ]
        )
    }
}

extension AlertDossier.Step {
    fileprivate var json: JSONValue {
        [
            "step": .string(step), "at": JSONValue(at), "by": JSONValue(by), "tier": JSONValue(tier),
            "note": JSONValue(note), "detail": JSONValue(detail),
        ]
    }
}

extension AlertMedia {
    fileprivate var json: JSONValue {
        [
            "rel": .string(role.rawValue), "href": .string("/media/" + name), "mediaType": .string(mediaType),
            "sha256": .string(sha256), "bytes": JSONValue(byteCount),
        ]
    }
}
