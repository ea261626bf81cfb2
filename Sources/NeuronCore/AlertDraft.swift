/// An alert event on its way into the outbox: everything but its sequence number and the time it was recorded.
///
/// The outbox numbers, encodes and commits it in one transaction, without knowing what the bytes mean.
package struct AlertDraft: Sendable {
    /// The event's own id (a ULID): the same event has the same id in every retry and replay.
    package var id: String
    /// The alert that the event belongs to (a ULID): equal from `started` to `ended`.
    package var alertID: String
    /// The CloudEvents source, `urn:neurond:<box>:<sensor>`; sequence numbers are counted per source.
    package var source: String
    /// The CloudEvents type, `org.neurond.motion.started.v1`.
    package var type: String
    /// The CloudEvents subject: the site path and the sensor.
    package var subject: String
    /// When it happened.
    package var time: WallTime
    package var phase: Phase
    /// What may be shed first when the outbox is full.
    package var importance: Importance
    /// Pictures and clips that belong to it: filled in on the way to the outbox, and part of the line that is written.
    package var evidence = AlertEvidence()
    /// Writes the line; pure.
    package var write: @Sendable (AlertStamp, AlertEvidence) -> [UInt8]

    /// Makes a draft of all its parts; `encode` is pure.
    package init(
        id: String,
        alertID: String,
        source: String,
        type: String,
        subject: String,
        time: WallTime,
        phase: Phase,
        importance: Importance,
        encode: @escaping @Sendable (AlertStamp, AlertEvidence) -> [UInt8]
    ) {
        self.id = id
        self.alertID = alertID
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.phase = phase
        self.importance = importance
        write = encode
    }

    /// Makes a draft of an event that has no evidence.
    package init(
        id: String,
        alertID: String,
        source: String,
        type: String,
        subject: String,
        time: WallTime,
        phase: Phase,
        importance: Importance,
        encode: @escaping @Sendable (AlertStamp) -> [UInt8]
    ) {
        self.init(
            id: id,
            alertID: alertID,
            source: source,
            type: type,
            subject: subject,
            time: time,
            phase: phase,
            importance: importance,
            encode: { stamp, _ in encode(stamp) }
        )
    }

    /// Writes the event as one line of JSON without a line end; called inside the transaction, at most once.
    package func encode(_ stamp: AlertStamp) -> [UInt8] { write(stamp, evidence) }

    /// A consumer that has been away longer than this need not be told.
    package static let lifetime = TimeSpan.seconds(7 * 86_400)

    /// What an event does to its alert's life.
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// The alert begins: it stays open until an event that closes it.
        case opens
        case continues
        case closes
        /// An event without a life: a sighting, a report.
        case single
    }

    /// Shedding order under a full outbox: the lowest goes first (research: health, updated, plate, ended, started).
    package enum Importance: Int, Sendable, Hashable, CaseIterable, Comparable {
        case health = 0
        case updated = 1
        case plate = 2
        case ended = 3
        case started = 4

        package static func < (a: Importance, b: Importance) -> Bool { a.rawValue < b.rawValue }
    }
}
