import GRDB
package import NeuronCore

extension Outbox {
    /// Events that a sink has not finished with, oldest first: not yet given out, given back, or without their receipt.
    ///
    /// For looking; what to deliver is ``next(for:pace:freshAfter:)``'s to say.
    package func pending(for sink: String, after row: Int64 = 0, limit: Int) async throws -> [StoredAlert] {
        try await read { db in try DeliveryLedger(db, sinkNamed: sink).pending(after: row, limit: max(1, limit)) }
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
