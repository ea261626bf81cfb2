import NeuronCore

/// When which alert is looked at next, by the clock that never steps.
///
/// A document's deadlines are civil times. Each alert's civil time is carried on from where the desk first saw it, so that setting
/// the clock moves no deadline of an alert that is open: it comes neither early nor late.
struct DeskWatch: Sendable {
    private struct Entry: Sendable {
        var due: MonotonicTime?
        /// Civil time of this alert at the monotonic clock's zero.
        var zero: WallTime
        var revision: Int
    }

    private var entries: [String: Entry] = [:]

    var count: Int { entries.count }

    /// Begins to watch an alert, or goes on with what became of it.
    ///
    /// - Parameters:
    ///   - alertID: the alert.
    ///   - deadline: civil time; nil for never.
    ///   - revision: of the document; what is older than what is known is left out.
    ///   - seen: civil time that the document was kept at: the clock may have been set back since.
    ///   - now: both clocks.
    mutating func note(
        _ alertID: String,
        deadline: WallTime?,
        revision: Int,
        seen: WallTime,
        at now: (wall: WallTime, monotonic: MonotonicTime)
    ) {
        let known = entries[alertID]
        guard revision >= known?.revision ?? 0 else { return }
        let zero = known?.zero ?? max(now.wall, seen) - TimeSpan(nanoseconds: now.monotonic.nanoseconds)
        let due = deadline.map { MonotonicTime(nanoseconds: ($0 - zero).nanoseconds) }
        entries[alertID] = Entry(due: due, zero: zero, revision: revision)
    }

    /// Forgets an alert that is closed.
    mutating func forget(_ alertID: String) { entries[alertID] = nil }

    /// Civil time as an alert knows it; the wall clock's for one that is not watched.
    func now(of alertID: String, at now: (wall: WallTime, monotonic: MonotonicTime)) -> WallTime {
        entries[alertID].map { $0.zero + TimeSpan(nanoseconds: now.monotonic.nanoseconds) } ?? now.wall
    }

    /// Alerts whose deadline has come, at most `limit`, the longest due first.
    func due(at now: MonotonicTime, limit: Int) -> [String] {
        guard entries.values.contains(where: { $0.due.map { $0 <= now } ?? false }) else { return [] }
        let due = entries.compactMap { id, entry in entry.due.map { (id: id, due: $0) } }.filter { $0.due <= now }
        return due.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.prefix(limit).map(\.id)
    }

    /// When the next deadline comes.
    var next: MonotonicTime? { entries.values.lazy.compactMap(\.due).min() }

    /// The oldest alerts beyond a number of them; ids sort by time.
    func oldest(beyond limit: Int) -> [String] {
        guard entries.count > limit else { return [] }
        return Array(entries.keys.sorted().prefix(entries.count - limit))
    }
}
