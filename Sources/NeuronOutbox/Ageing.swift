import GRDB
import NeuronCore

/// What time does to deliveries, answers and documents; always inside the caller's transaction.
struct Ageing {
    let db: Database

    /// Parks what no sink took before a time, oldest first, and gives the number of rows that were looked at and parked.
    func expire(recordedBefore horizon: WallTime, limit: Int, at now: WallTime) throws -> Int {
        let names = try String.fetchAll(db, sql: "SELECT name FROM sink")
        return try names.reduce(0) { sum, name in
            try sum + expire(sinkNamed: name, recordedBefore: horizon, limit: limit, at: now)
        }
    }

    private func expire(sinkNamed name: String, recordedBefore horizon: WallTime, limit: Int, at now: WallTime) throws
        -> Int
    {
        let ledger = try DeliveryLedger(db, sinkNamed: name)
        var expired = 0
        for table in ["delivery", "held"] {
            let oldest = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT list.row, recorded_ns FROM \(table) AS list CROSS JOIN event USING (row)
                        WHERE list.sink = ? ORDER BY list.row LIMIT ?
                        """
                ),
                arguments: [ledger.sink, limit]
            )
            for row in oldest.prefix(while: { $0[1] < horizon.nanoseconds }) {
                expired += try ledger.park(row[0], reason: ParkedDelivery.expired, at: now) ? 1 : 0
            }
        }
        guard expired > 0 else { return 0 }
        try db.cachedStatement(sql: "UPDATE sink SET expired = expired + ? WHERE sink = ?")
            .execute(arguments: [expired, ledger.sink])
        return expired
    }

    /// When the latest event was appended, in steady time.
    func latest() throws -> WallTime? {
        try Int64.fetchOne(db, sql: "SELECT recorded_ns FROM event ORDER BY row DESC LIMIT 1")
            .map { WallTime(nanoseconds: $0) }
    }

    /// Brings near what is due later than anything can be: the clock went on from an earlier time than it had reached.
    func bringNear(_ now: WallTime) throws {
        let latest = (now + DeliveryTerms.longestWait).nanoseconds
        try db.execute(sql: "UPDATE held SET due_ns = ?1 WHERE due_ns > ?1", arguments: [latest])
    }

    /// Forgets the oldest answers but the youngest `kept`.
    func forgetAnswers(butYoungest kept: Int, limit: Int) throws -> Int {
        let oldest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT answered_ns FROM inbox ORDER BY answered_ns DESC LIMIT 1 OFFSET ?"),
            arguments: [max(0, kept)]
        )
        guard let oldest else { return 0 }
        return try forgetAnswers(before: WallTime(nanoseconds: oldest + 1), limit: limit)
    }

    /// Forgets answers that were given before a time, the oldest first.
    func forgetAnswers(before time: WallTime, limit: Int) throws -> Int {
        try db.cachedStatement(
            sql: """
                DELETE FROM inbox WHERE (source, id) IN (
                  SELECT source, id FROM inbox WHERE answered_ns < ? ORDER BY answered_ns LIMIT ?)
                """
        ).execute(arguments: [time.nanoseconds, limit])
        return db.changesCount
    }

    /// Forgets documents of alerts that are closed, the oldest first, and gives what they said.
    func forgetClosed(before time: WallTime, limit: Int) throws -> [[UInt8]] {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM alert_document WHERE rowid IN (
                  SELECT rowid FROM alert_document WHERE is_open = 0 AND saved_ns < ? ORDER BY saved_ns LIMIT ?)
                RETURNING state
                """
        )
        return try Blob.fetchAll(statement, arguments: [time.nanoseconds, limit]).map(\.bytes)
    }
}
