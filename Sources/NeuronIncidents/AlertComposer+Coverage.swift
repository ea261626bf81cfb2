package import NeuronCore

/// How well a camera was watched for a while: what tells silence from blindness.
package struct CoverageFacts: Sendable, Hashable {
    package var since: WallTime
    package var until: WallTime
    /// By the monotonic clock.
    package var length: TimeSpan
    /// Time for which the stream brought packets.
    package var connected: TimeSpan
    package var decoded: TimeSpan
    package var watched: TimeSpan
    package var blind: TimeSpan
    /// Time for which the box did not keep up, keyframes only or less.
    package var degraded: TimeSpan
    package var looks: Int
    /// Groups that were decoded although their keyframes showed nothing.
    package var audits: Int
    /// Of these, those in which something moved.
    package var auditFinds: Int
    /// Packets that were left out because the box did not keep up.
    package var dropped: Int

    /// Makes facts of nothing seen.
    package init(since: WallTime, until: WallTime, length: TimeSpan) {
        self.since = since
        self.until = until
        self.length = length
        connected = .zero
        decoded = .zero
        watched = .zero
        blind = .zero
        degraded = .zero
        looks = 0
        audits = 0
        auditFinds = 0
        dropped = 0
    }

    /// Whether hardly any of the time went unwatched.
    var isWhole: Bool { watched.nanoseconds / 99 >= length.nanoseconds / 100 && degraded == .zero && dropped == 0 }
}

extension AlertComposer {
    /// The record of how well the camera was watched: an event without a life, the first to go from a full outbox.
    package func compose(_ facts: CoverageFacts) -> AlertDraft {
        let type = "org.neurond.health.coverage.v1"
        let name = alertID("health", "coverage", since: facts.since)
        let data = HealthData(
            health: HealthData.Health(state: facts.isWhole ? "ok" : "degraded", coverage: CoverageBlock(facts)),
            sensor: sensorBlock
        )
        let level = AlertLevel(kind: "health", phase: .single)
        let event = event(data, of: name, type: type, revision: 1, at: facts.until, level)
        var draft = AlertDraft(event, at: facts.until, phase: .single)
        draft.importance = .health
        return draft
    }
}

/// How well a camera was watched since the record before.
package struct CoverageBlock: Codable, Sendable, Hashable {
    package var since: String
    package var durationMs: Int64
    package var connectedMs: Int64
    package var decodedMs: Int64
    package var watchedMs: Int64
    package var blindMs: Int64
    package var degradedMs: Int64
    package var looks: Int
    package var audits: Int
    package var auditFinds: Int
    package var droppedPackets: Int

    init(_ facts: CoverageFacts) {
        since = facts.since.description
        durationMs = facts.length.milliseconds
        connectedMs = facts.connected.milliseconds
        decodedMs = facts.decoded.milliseconds
        watchedMs = facts.watched.milliseconds
        blindMs = facts.blind.milliseconds
        degradedMs = facts.degraded.milliseconds
        looks = facts.looks
        audits = facts.audits
        auditFinds = facts.auditFinds
        droppedPackets = facts.dropped
    }
}
