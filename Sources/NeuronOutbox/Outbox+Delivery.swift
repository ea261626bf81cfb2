import GRDB
package import NeuronCore

extension Outbox {
    /// Events that a sink has not finished with, oldest first: not yet given out, given back, or without their receipt.
    ///
    /// For looking; what to deliver is ``next(for:pace:freshAfter:)``'s to say.
    package func pending(for sink: String, after row: Int64 = 0, limit: Int) async throws -> [StoredAlert] {
        try await read { db in try DeliveryLedger(db, sinkNamed: sink).pending(after: row, limit: max(1, limit)) }
    }

    /// What to give a sink now.
    ///
    /// The same is given out again until ``record(_:of:for:pace:terms:)`` says what became of it: one driver per sink.
    ///
    /// - Parameters:
    ///   - sink: the sink's name.
    ///   - pace: what it takes at once.
    ///   - freshAfter: what the batch before said, so that alerts that began since go first; nil at the start and after a
    ///     failure, when all that waits is backlog.
    /// - Returns: a batch, maybe without events.
    /// - Throws: `OutboxError` when the outbox can't be read.
    package func next(for sink: String, pace: DeliveryPace, freshAfter: Int64? = nil) async throws -> DeliveryBatch {
        let now = steady.now()
        var batch = try await read { db in
            let ledger = try DeliveryLedger(db, sinkNamed: sink)
            var pick = try DeliveryPick(ledger, pace: pace, at: now)
            return try pick.batch(freshAfter: freshAfter)
        }
        batch.receipts = receipts[sink] ?? 0
        return batch
    }

    /// Writes down in one commit what became of a batch.
    ///
    /// - Parameters:
    ///   - report: what the sink said of it.
    ///   - batch: what ``next(for:pace:freshAfter:)`` gave.
    ///   - sink: the sink's name.
    ///   - pace: as for the batch. Where the order is kept, what is left over is given out again at once; elsewhere each
    ///     such event waits by itself, so that it holds up none but its own alert's.
    ///   - terms: how long what is not settled waits.
    /// - Returns: what was written down.
    /// - Throws: `OutboxError` when nothing was: the batch is then given out again.
    @discardableResult
    package func record(
        _ report: DeliveryReport,
        of batch: DeliveryBatch,
        for sink: String,
        pace: DeliveryPace,
        terms: DeliveryTerms = DeliveryTerms()
    ) async throws -> DeliveryOutcome {
        let (now, steady) = (clock.wallNow(), steady.now())
        let rows = batch.alerts.map(\.row)
        return try await commit(weight: rows.count / 8) { db in
            let ledger = try DeliveryLedger(db, sinkNamed: sink)
            let record = DeliveryRecord(ledger: ledger, pace: pace, terms: terms, steady: steady, now: now)
            return try record.write(report, of: rows)
        }.0
    }

    /// Takes receipts: whoever is behind a sink has these events.
    ///
    /// A receipt may come before the sink's own report; events that the sink no longer waits for are left alone.
    ///
    /// - Returns: how many events are done by it.
    @discardableResult
    package func confirm(eventIDs: [String], for sink: String) async throws -> Int {
        let count = try await commit(weight: eventIDs.count / 8) { db in
            try DeliveryLedger(db, sinkNamed: sink).confirm(eventIDs)
        }.0
        receipts[sink, default: 0] += count
        return count
    }

    /// A page of what a sink will not be given any more, in the order of commit, beginning after a row.
    ///
    /// Parked events leave with the history.
    package func parked(for sink: String, after row: Int64 = 0, limit: Int = 256) async throws -> [ParkedDelivery] {
        try await read { db in try DeliveryLedger(db, sinkNamed: sink).parked(after: row, limit: max(1, limit)) }
    }

    /// How many events each sink did not take within their lifetime, since it was first configured; cheap to ask.
    package func expiredEvents() async throws -> [String: Int64] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT name, expired FROM sink")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Gives a sink all that it refused once more, late and therefore out of order; gives the number of events.
    @discardableResult
    package func requeue(parkedOf sink: String) async throws -> Int {
        var total = 0
        while true {
            let count = try await commit(weight: 64, bringsNews: true) { db in
                try DeliveryLedger(db, sinkNamed: sink).requeue(limit: 1024)
            }.0
            total += count
            if count < 1024 { return total }
        }
    }

    /// Strikes delivered rows off a sink's list; rows that are not on it are left alone.
    package func settle(_ rows: [Int64], for sink: String) async throws {
        _ = try await commit(weight: rows.count / 8) { db in
            _ = try DeliveryLedger(db, sinkNamed: sink).settle(rows)
        }
    }

    /// Takes a row that a sink refused for good off its list and keeps the reason with it.
    package func park(_ row: Int64, for sink: String, reason: String) async throws {
        let now = clock.wallNow()
        _ = try await commit(weight: 0) { db in
            try DeliveryLedger(db, sinkNamed: sink).park(row, reason: reason, at: now)
        }
    }
}
