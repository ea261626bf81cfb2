import GRDB
import NeuronCore

/// The statements that put events into the outbox and take them out again; always inside the caller's transaction.
///
/// It keeps nothing in memory, so a rollback leaves no trace.
struct EventLedger {
    let db: Database
    /// When events that are inserted now are counted from.
    let steady: WallTime

    private static let longestBody = 1 << 20

    /// Numbers, stamps, encodes and stores one draft, with a delivery for each sink.
    func insert(_ draft: AlertDraft, recorded: WallTime, encode: (AlertStamp) -> [UInt8]) throws -> AppendReceipt {
        if let there = try receipt(ofStored: draft.id) { return there }
        let source = try sourceNumber(draft.source)
        let route = try routeNumber(source: source, type: draft.type, subject: draft.subject)
        let (row, epoch, number) = try takeNumbers(source: source)
        let stamp = AlertStamp(epoch: epoch, number: number, recordedTime: recorded)
        let body = Blob(try checked(encode(stamp), of: draft))
        let sinks = try sinkNumbers()
        try db.cachedStatement(sql: "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(arguments: [
            row, draft.id, draft.alertID, route, epoch, number, draft.time.nanoseconds, steady.nanoseconds,
            draft.importance.rawValue, body.bytes.count, sinks.count,
        ])
        try db.cachedStatement(sql: "INSERT INTO \(OutboxSchema.bodyTable(draft.importance)) VALUES (?, ?)")
            .execute(arguments: [row, body])
        for sink in sinks {
            try db.cachedStatement(sql: "INSERT INTO delivery VALUES (?, ?)").execute(arguments: [sink, row])
        }
        try followLife(of: draft, route: route, body: body)
        return AppendReceipt(id: draft.id, row: row, sequence: stamp.sequence, outcome: .committed)
    }

    private func receipt(ofStored id: String) throws -> AppendReceipt? {
        let statement = try db.cachedStatement(sql: "SELECT row, epoch, number FROM event WHERE id = ?")
        guard let found = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        let stamp = AlertStamp(epoch: found[1], number: found[2], recordedTime: .epoch)
        return AppendReceipt(id: id, row: found[0], sequence: stamp.sequence, outcome: .alreadyThere)
    }

    /// The body as it may stand in a line of a file; a line end inside would break every reader.
    private func checked(_ body: [UInt8], of draft: AlertDraft) throws(OutboxError) -> [UInt8] {
        let hasLineEnd = body.contains(10) || body.contains(13)
        if (1...Self.longestBody).contains(body.count), !hasLineEnd { return body }
        throw OutboxError(
            .invalidAlert,
            "The event \(draft.id) of type \(draft.type) can't be stored: a body is one line of JSON of 1 to "
                + "\(Self.longestBody) bytes, and this one has \(body.count) bytes\(hasLineEnd ? " and a line end" : "")."
        )
    }

    private func sourceNumber(_ name: String) throws -> Int64 {
        let known = try db.cachedStatement(sql: "SELECT source FROM source WHERE name = ?")
        if let source = try Int64.fetchOne(known, arguments: [name]) { return source }
        try db.execute(sql: "INSERT INTO source(name, last_number, last_row) VALUES (?, 0, 0)", arguments: [name])
        return db.lastInsertedRowID
    }

    private func routeNumber(source: Int64, type: String, subject: String) throws -> Int64 {
        let known = try db.cachedStatement(
            sql: "SELECT route FROM route WHERE source = ? AND type = ? AND subject = ?"
        )
        if let route = try Int64.fetchOne(known, arguments: [source, type, subject]) { return route }
        try db.execute(
            sql: "INSERT INTO route(source, type, subject) VALUES (?, ?, ?)",
            arguments: [source, type, subject]
        )
        return db.lastInsertedRowID
    }

    private func takeNumbers(source: Int64) throws -> (row: Int64, epoch: Int64, number: Int64) {
        let take = try db.cachedStatement(
            sql: """
                UPDATE source SET last_number = last_number + 1, last_row = (SELECT max(last_row) FROM source) + 1
                WHERE source = ? RETURNING last_row, (SELECT epoch FROM outbox), last_number
                """
        )
        guard let taken = try Row.fetchOne(take, arguments: [source]) else {
            throw OutboxError(.storage, "The outbox lost a source inside a transaction.")
        }
        return (taken[0], taken[1], taken[2])
    }

    private func followLife(of draft: AlertDraft, route: Int64, body: Blob) throws {
        switch draft.phase {
        case .single: break
        case .opens:
            try db.cachedStatement(
                sql: """
                    INSERT INTO open_alert VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5)
                    ON CONFLICT (alert) DO UPDATE SET last_ns = max(last_ns, excluded.last_ns), latest = excluded.latest
                    """
            ).execute(arguments: [draft.alertID, route, draft.id, draft.time.nanoseconds, body])
        case .continues:
            try db.cachedStatement(sql: "UPDATE open_alert SET last_ns = max(last_ns, ?), latest = ? WHERE alert = ?")
                .execute(arguments: [draft.time.nanoseconds, body, draft.alertID])
        case .closes:
            try db.cachedStatement(sql: "DELETE FROM open_alert WHERE alert = ?").execute(arguments: [draft.alertID])
        }
    }

    /// Removes one event with its body and its deliveries, whoever still waits for it.
    func remove(row: Int64, importance: AlertDraft.Importance) throws {
        for sink in try sinkNumbers() {
            for table in ["delivery", "held"] {
                try db.cachedStatement(sql: "DELETE FROM \(table) WHERE sink = ? AND row = ?")
                    .execute(arguments: [sink, row])
            }
        }
        try db.cachedStatement(sql: "DELETE FROM \(OutboxSchema.bodyTable(importance)) WHERE row = ?")
            .execute(arguments: [row])
        try db.cachedStatement(sql: "DELETE FROM event WHERE row = ?").execute(arguments: [row])
    }

    private func sinkNumbers() throws -> [Int64] {
        try Int64.fetchAll(try db.cachedStatement(sql: "SELECT sink FROM sink"))
    }
}
