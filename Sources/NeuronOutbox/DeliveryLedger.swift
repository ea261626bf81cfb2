import GRDB
import NeuronCore

/// The statements of one sink's deliveries; always inside the caller's transaction.
struct DeliveryLedger {
    let db: Database
    let sink: Int64

    /// Finds a sink by its name.
    init(_ db: Database, sinkNamed name: String) throws {
        let known = try db.cachedStatement(sql: "SELECT sink FROM sink WHERE name = ?")
        guard let sink = try Int64.fetchOne(known, arguments: [name]) else {
            throw OutboxError.unknownSink(
                name,
                known: try String.fetchAll(db, sql: "SELECT name FROM sink ORDER BY name")
            )
        }
        self.db = db
        self.sink = sink
    }

    /// The oldest events after a row that the sink has not finished with.
    func pending(after row: Int64, limit: Int) throws -> [StoredAlert] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(StoredAlertColumns.list)
                FROM (SELECT row FROM delivery WHERE sink = ?1 AND row > ?2
                      UNION ALL SELECT row FROM held WHERE sink = ?1 AND row > ?2 ORDER BY row LIMIT ?3)
                CROSS JOIN event USING (row) CROSS JOIN route USING (route) CROSS JOIN source USING (source)
                """
        )
        let rows = try Row.fetchAll(statement, arguments: [sink, row, limit])
        return try rows.map { try StoredAlertColumns.alert($0, in: db) }
    }

    /// Strikes rows off and gives their number; those that the sink doesn't wait for are left alone.
    @discardableResult
    func settle(_ rows: [Int64]) throws -> Int {
        let strike = try db.cachedStatement(sql: "DELETE FROM delivery WHERE sink = ? AND row = ?")
        let strikeHeld = try db.cachedStatement(sql: "DELETE FROM held WHERE sink = ? AND row = ?")
        let count = try db.cachedStatement(sql: "UPDATE event SET waiting = waiting - 1 WHERE row = ?")
        var settled = 0
        for row in rows {
            try strike.execute(arguments: [sink, row])
            if db.changesCount == 0 { try strikeHeld.execute(arguments: [sink, row]) }
            guard db.changesCount == 1 else { continue }
            try count.execute(arguments: [row])
            settled += 1
        }
        return settled
    }

    /// Strikes a row off and remembers why the sink will not be given it; false when it was not on the list.
    @discardableResult
    func park(_ row: Int64, reason: String, at now: WallTime) throws -> Bool {
        guard try settle([row]) == 1 else { return false }
        try db.cachedStatement(sql: "INSERT INTO parked VALUES (?, ?, ?, ?)")
            .execute(arguments: [row, sink, now.nanoseconds, reason])
        return true
    }

    /// Strikes events off by their own ids and gives the number of those that the sink still waited for.
    func confirm(_ eventIDs: [String]) throws -> Int {
        let find = try db.cachedStatement(sql: "SELECT row FROM event WHERE id = ?")
        return try settle(eventIDs.compactMap { try Int64.fetchOne(find, arguments: [$0]) })
    }

    /// A page of what is parked, in the order of commit.
    func parked(after row: Int64, limit: Int) throws -> [ParkedDelivery] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT event.row, event.id, event.alert, type, subject, parked_ns, reason
                FROM parked CROSS JOIN event USING (row) CROSS JOIN route USING (route)
                WHERE parked.row > ? AND parked.sink = ? ORDER BY parked.row LIMIT ?
                """
        )
        return try Row.fetchAll(statement, arguments: [row, sink, limit]).map { row in
            ParkedDelivery(
                row: row[0],
                id: row[1],
                alertID: row[2],
                type: row[3],
                subject: row[4],
                parkedAt: WallTime(nanoseconds: row[5]),
                reason: row[6]
            )
        }
    }

    /// Puts refused events back on the sink's list and gives their number; what expired stays where it is.
    func requeue(limit: Int) throws -> Int {
        let rows = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT row FROM parked WHERE sink = ? AND reason <> ? LIMIT ?"),
            arguments: [sink, ParkedDelivery.expired, limit]
        )
        for row in rows {
            try db.cachedStatement(sql: "DELETE FROM parked WHERE row = ? AND sink = ?").execute(arguments: [row, sink])
            try db.cachedStatement(sql: "INSERT INTO delivery VALUES (?, ?)").execute(arguments: [sink, row])
            try db.cachedStatement(sql: "UPDATE event SET waiting = waiting + 1 WHERE row = ?")
                .execute(arguments: [row])
        }
        return rows.count
    }
}

/// How a ``StoredAlert`` is read from the joined tables event, route and source.
enum StoredAlertColumns {
    static let list = """
        event.row, event.id, event.alert, source.name, route.type, route.subject, event.time_ns, event.importance
        """

    static func alert(_ row: Row, in db: Database) throws -> StoredAlert {
        let number: Int64 = row[0]
        let body = try body(row: number, importance: row[7], in: db)
        return StoredAlert(
            row: number,
            id: row[1],
            alertID: row[2],
            source: row[3],
            type: row[4],
            subject: row[5],
            time: WallTime(nanoseconds: row[6]),
            importance: AlertDraft.Importance(rawValue: row[7]) ?? .started,
            body: body
        )
    }

    private static func body(row: Int64, importance: Int, in db: Database) throws -> [UInt8] {
        let importance = AlertDraft.Importance(rawValue: importance) ?? .started
        let table = OutboxSchema.bodyTable(importance)
        let statement = try db.cachedStatement(sql: "SELECT bytes FROM \(table) WHERE row = ?")
        guard let blob = try Blob.fetchOne(statement, arguments: [row]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "event \(row) has no body in \(table)")
        }
        return blob.bytes
    }
}
