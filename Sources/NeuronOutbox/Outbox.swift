import GRDB
package import NeuronCore
import Synchronization

/// The only durable promise of the daemon: an alert exists when its transaction here has committed.
///
/// What `append` has returned survives `kill -9` at any moment, and a power cut on a medium that honours a flush. It stays
/// until every sink has settled it, or is removed in the order of its importance and reported as shed. Calls that arrive
/// while a commit is under way share the next one, so a group waits for nobody and costs one flush.
///
/// An `updated` event is not coalesced with the pending one before it. Its bytes may change only while nobody has seen them:
/// that would take a flush before every delivery to know it for certain after a crash, and `tail` sees an event as soon as
/// it is committed. Instead `updated` is what is shed second.
package actor Outbox {
    /// What was found and done when the outbox was opened.
    package nonisolated let opening: OutboxOpening

    private let database: OutboxDatabase
    /// Counting may have to read a good part of a large file; on a connection of its own it delays no commit.
    private let reader: OutboxReader
    let clock: any NeuronClock
    let steady: SteadyClock
    private let settings: OutboxSettings
    private let news = NewsBoard()
    /// Receipts that settled something, by sink, since the opening.
    var receipts: [String: Int] = [:]
    /// What closed documents said that were forgotten and whose owner has not asked yet.
    var forgotten: [[UInt8]] = []
    private var lock: WriterLock?
    private var waiting: [any GroupCall] = []
    private var committer: Task<Void, Never>?
    private var isClosed = false
    private var lastMaintenance: MonotonicTime

    /// Events in one transaction; a caller with more gets a larger one for itself.
    private static let groupSize = 64
    private static let maintenanceInterval = TimeSpan.seconds(60)

    /// Opens an outbox or makes one; blocks for as long as the file system takes.
    ///
    /// A damaged database is moved aside and a new one with a new epoch takes its place: ``opening`` then says so.
    package init(_ settings: OutboxSettings, clock: any NeuronClock) throws(OutboxError) {
        let paths = OutboxPaths(database: settings.path)
        let limits = try PageLimits(capacityBytes: settings.capacityBytes)
        let ballast = Ballast(path: paths.ballast, bytes: settings.ballastBytes)
        let file = OutboxFile(paths: paths, settings: settings, limits: limits, ballast: ballast, clock: clock)
        do {
            try Directories.make(paths.folder, mode: 0o700)
            let lock = try WriterLock(path: paths.lock)
            var opening = OutboxOpening()
            let writer = try file.open(&opening)
            let reader = try OutboxReader(path: settings.path)
            steady = try writer.write { db in
                let steady = SteadyClock(clock, after: try Ageing(db: db).latest())
                try Ageing(db: db).bringNear(steady.now())
                return steady
            }
            ballast.restore()
            database = OutboxDatabase(writer: writer, paths: paths, limits: limits, ballast: ballast)
            self.reader = reader
            self.opening = opening
            self.lock = consume lock
        } catch {
            throw .wrapping(error, path: settings.path)
        }
        self.settings = settings
        self.clock = clock
        lastMaintenance = clock.monotonicNow()
    }

    // MARK: - Appending

    /// Numbers, encodes and commits drafts, all or none of them.
    ///
    /// - Parameters:
    ///   - drafts: any number, in the order in which they are numbered.
    ///   - report: a report that one of the drafts carries; its ranges are struck off in the same transaction.
    /// - Returns: a receipt for each draft in its place, after the commit.
    /// - Throws: when nothing was committed. The same drafts may be appended again: an event that is there is not stored
    ///   twice, as long as it is in the history.
    @discardableResult
    package func append(_ drafts: [AlertDraft], reporting report: ShedReport? = nil) async throws -> [AppendReceipt] {
        let (recorded, steady) = (clock.wallNow(), steady.now())
        let bodies = EncodedBodies()
        let (receipts, group) = try await commit(weight: max(drafts.count, 1), bringsNews: true) { db in
            if let report { try ShedLedger(db: db).strike(report) }
            let ledger = EventLedger(db: db, steady: steady)
            return try drafts.map { draft in
                try ledger.insert(draft, recorded: recorded) { bodies.body(of: draft, stamp: $0) }
            }
        }
        return receipts.map { receipt in
            var receipt = receipt
            if group.shedRows.contains(receipt.row), receipt.outcome == .committed { receipt.outcome = .shed }
            return receipt
        }
    }

    /// Signals that there may be something to deliver: one at once, then one or more after commits.
    ///
    /// Any number of readers; signals that a reader is too slow for become one. The stream ends with ``close()``.
    package nonisolated func deliverySignals() -> AsyncStream<Void> { news.subscribe() }

    // MARK: - Looking

    /// Alerts that have begun and not ended, oldest first; what a start after a crash has to close.
    package func openAlerts() async throws -> [OpenAlert] {
        try await read { db in try OpenAlertColumns.fetchAll(db) }
    }

    /// What was shed and not reported, at most `limit` ranges.
    ///
    /// Hand it to ``append(_:reporting:)`` with the event that reports it: both are committed together, so each range
    /// is reported exactly once, whatever happens in between.
    package func shedReport(limit: Int = 200) async throws -> ShedReport {
        try await read { db in try ShedLedger(db: db).report(limit: limit) }
    }

    /// Whether the path no longer names this outbox: somebody removed or replaced the file, and what is committed from now
    /// on is gone with the process.
    package nonisolated var isReplaced: Bool { reader.isReplaced() }

    /// Counts what is in the outbox; that takes longer the more there is, and delays no commit.
    package func statistics() async throws -> OutboxStatistics {
        let (now, capacity, ballast) = (steady.now(), settings.capacityBytes, database.ballast)
        let paths = database.paths
        guard !isClosed else { throw OutboxError.closed }
        return try await reader.read { db in
            try StatisticsQuery(db: db, now: now).run(capacity: capacity, paths: paths, ballast: ballast)
        }
    }

    // MARK: - Keeping house

    /// Parks what nobody took within its lifetime, trims old history, answers and closed documents, gives free pages back to the file system and restores the ballast.
    ///
    /// Runs by itself with commits, at most once a minute; call it hourly so that an idle box forgets in time too.
    package func maintain() async throws {
        guard !isClosed else { throw OutboxError.closed }
        while try await !keepHouse() {}
    }

    /// One round; false when there is more to trim.
    private func keepHouse() async throws(OutboxError) -> Bool {
        let before = lastMaintenance
        lastMaintenance = clock.monotonicNow()
        let (now, steady, batch) = (clock.wallNow(), steady.now(), 1024)
        // A flood of messages must not fill the outbox with answers: 100,000 of them in 1 GiB.
        let mostAnswers = max(256, Int(settings.capacityBytes / (10 << 10)))
        let (horizon, oldest) = (steady - settings.historyKept, steady - AlertDraft.lifetime)
        let trimmed = Mutex((most: 0, documents: [[UInt8]]()))
        let group = try await database.write(events: 0) { db in
            let ageing = Ageing(db: db)
            let closed = try ageing.forgetClosed(before: horizon, limit: batch)
            let counts = [
                try ageing.expire(recordedBefore: oldest, limit: batch, at: now),
                try Shedding(db).trimHistory(before: horizon, limit: batch),
                try ageing.forgetAnswers(before: oldest, limit: batch),
                try ageing.forgetAnswers(butYoungest: mostAnswers, limit: batch),
                closed.count,
            ]
            trimmed.withLock { $0 = (counts.max() ?? 0, closed) }
        }
        forgotten += group.forgotten + trimmed.withLock { $0.documents }
        guard trimmed.withLock({ $0.most }) < batch else {
            lastMaintenance = before
            return false
        }
        let ballast = database.ballast
        _ = try await database.run { db in
            ballast.restore()
            return try Vacuum(db: db).step()
        }
        return true
    }

    /// Finishes what was begun, ends all signals and lets go of the files; everything else then throws.
    package func close() async {
        guard !isClosed else { return }
        isClosed = true
        news.close()
        while let committer { await committer.value }
        // An error here would be of the checkpoint; the log stays then and the next start reads it.
        _ = try? await database.run { db in try db.checkpoint(.truncate).walFrameCount }
        reader.close()
        try? database.writer.close()
        lock = nil
    }

    // MARK: - Group commit

    /// Reads on the connection that only looks, so that no commit waits for it.
    func look<Value: Sendable>(_ body: (OutboxReader) async throws -> Value) async throws -> Value {
        guard !isClosed else { throw OutboxError.closed }
        return try await body(reader)
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        guard !isClosed else { throw OutboxError.closed }
        return try await database.run(body)
    }

    func commit<Value: Sendable>(
        weight: Int,
        bringsNews: Bool = false,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> (Value, CommittedGroup) {
        guard !isClosed else { throw OutboxError.closed }
        return try await withCheckedThrowingContinuation { caller in
            waiting.append(WaitingCall(weight: weight, bringsNews: bringsNews, caller: caller, body: body))
            if committer == nil { committer = Task { await commitWaiting() } }
        }
    }

    private func commitWaiting() async {
        while let group = nextGroup() {
            let weight = group.reduce(0) { $0 + $1.weight }
            let end: Result<CommittedGroup, OutboxError>
            do throws(OutboxError) {
                let committed = try await database.write(events: weight) { db in
                    for call in group { try call.run(in: db) }
                }
                forgotten += committed.forgotten
                end = .success(committed)
            } catch {
                end = .failure(error)
            }
            for call in group { call.finish(end) }
            if group.contains(where: \.bringsNews) { news.announce() }
            // Housekeeping that fails is repeated a minute later; what was appended is committed all the same.
            if clock.monotonicNow() - lastMaintenance >= Self.maintenanceInterval { _ = try? await keepHouse() }
        }
        committer = nil
    }

    private func nextGroup() -> [any GroupCall]? {
        var weight = 0
        let group = waiting.prefix { call in
            defer { weight += call.weight }
            return weight == 0 || weight + call.weight <= Self.groupSize
        }
        waiting.removeFirst(group.count)
        return group.isEmpty ? nil : Array(group)
    }
}

/// What was encoded in a transaction that had to be repeated: a draft is encoded once for each stamp.
final class EncodedBodies: Sendable {
    private let bodies = Mutex<[String: (stamp: AlertStamp, body: [UInt8])]>([:])

    func body(of draft: AlertDraft, stamp: AlertStamp) -> [UInt8] {
        if let known = bodies.withLock({ $0[draft.id] }), known.stamp == stamp { return known.body }
        let body = draft.encode(stamp)
        bodies.withLock { $0[draft.id] = (stamp, body) }
        return body
    }
}
