import NeuronCore
import NeuronIncidents
import NeuronSampling

/// What has been told of a camera's coverage so far: each record begins where the one before ended.
struct CoverageRecord: Sendable {
    /// Since when nothing has been told.
    private(set) var since: CameraLink.Instant
    private var told = Coverage()
    private var toldDropped = 0

    /// Begins with nothing told.
    init(since: CameraLink.Instant) { self.since = since }

    /// What is to be told now.
    ///
    /// - Parameters:
    ///   - coverage: of all time.
    ///   - dropped: packets left out, of all time.
    ///   - now: the end of the record.
    /// - Returns: what came since the record before; of nothing more than has passed, as a camera's clock may run fast.
    mutating func next(of coverage: Coverage, dropped: Int, at now: CameraLink.Instant) -> CoverageFacts {
        let added = coverage.since(told)
        var facts = CoverageFacts(since: since.wall, until: now.wall, length: now.monotonic - since.monotonic)
        facts.connected = min(added.connected, facts.length)
        facts.decoded = min(added.decoded, facts.length)
        facts.watched = min(added.watched, facts.length)
        facts.blind = added.blind
        facts.degraded = min(added.degraded, facts.length)
        facts.looks = added.looks
        facts.audits = added.audits
        facts.auditFinds = added.auditFinds
        facts.dropped = dropped - toldDropped
        (since, told, toldDropped) = (now, coverage, dropped)
        return facts
    }
}
