import GRDB

/// Brings the table of sinks in line with the configuration.
struct SinkRegister {
    let db: Database

    /// Rows per transaction when a sink's backlog is dropped: bounds the log.
    private static let batch = 4096

    /// Adds and removes sinks; in transactions of its own.
    func reconcile(with configured: [String], _ opening: inout OutboxOpening) throws {
        let known = try String.fetchAll(db, sql: "SELECT name FROM sink ORDER BY name")
        for name in known where !configured.contains(name) {
            let dropped = try remove(name)
            if dropped > 0 { opening.droppedDeliveries[name] = dropped }
        }
        for name in configured where !known.contains(name) {
            try db.execute(sql: "INSERT OR IGNORE INTO sink(name) VALUES (?)", arguments: [name])
            opening.addedSinks.append(name)
        }
    }

    private func remove(_ name: String) throws -> Int64 {
        var dropped: Int64 = 0
        let ledger = try DeliveryLedger(db, sinkNamed: name)
        var rows: [Int64]
        repeat {
            rows = try Int64.fetchAll(
                db,
                sql: "SELECT row FROM delivery WHERE sink = ?1 UNION ALL SELECT row FROM held WHERE sink = ?1 LIMIT ?2",
                arguments: [ledger.sink, Self.batch]
            )
            try db.inTransaction(.immediate) {
                dropped += Int64(try ledger.settle(rows))
                if rows.isEmpty { try db.execute(sql: "DELETE FROM sink WHERE sink = ?", arguments: [ledger.sink]) }
                return .commit
            }
        } while !rows.isEmpty
        return dropped
    }
}
