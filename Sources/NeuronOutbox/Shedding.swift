import GRDB
import NeuronCore

/// Makes room: delivered events go first, then closed documents and old answers, then waiting events by importance, always
/// the oldest of their kind.
///
/// Whatever goes before every sink had it is counted and entered in `shed_range`, in the same transaction.
struct Shedding {
    let db: Database
    /// Rows that a sink still waited for and that went.
    private(set) var rows: Set<Int64> = []
    /// What closed documents said that went.
    private(set) var forgotten: [[UInt8]] = []
    private let ledger: EventLedger

    /// More ranges than this are not kept apart: a range then grows over numbers that were not lost.
    private static let mostRanges = 1000
    /// So many answers stay even in a full outbox: without them a message that comes twice would be obeyed twice.
    private static let fewestAnswers = 256

    init(_ db: Database) {
        self.db = db
        // It only takes away.
        ledger = EventLedger(db: db, steady: .epoch)
    }

    /// Removes events until no more pages are in use than `pages`.
    mutating func shrink(toPages pages: Int) throws {
        while case let excess = try usedPages() - pages, excess > 0, try remove(pages: excess) {}
    }

    /// Removes events until `pages` pages are free within the file, so that the next ones need no new space.
    mutating func makeRoom(pages: Int) throws {
        while case let excess = try pages - pragma("freelist_count"), excess > 0, try remove(pages: excess) {}
    }

    /// Removes what may fill so many pages, or a part of it; false where there is nothing left.
    private mutating func remove(pages: Int) throws -> Bool {
        // No more than fills the pages that are needed: bodies differ by a factor of a thousand in length, and what
        // goes beyond would be lost for nothing. What that leaves short costs another round.
        var bytesToFree = Int64(pages) * PageLimits.pageBytes
        let candidates = try history(limit: 64)
        if candidates.isEmpty, try forgetDesk() { return true }
        for candidate in try candidates.isEmpty ? oldestWaiting(limit: 64) : candidates where bytesToFree > 0 {
            try remove(candidate)
            bytesToFree -= candidate.bytes
            if candidate.waiting > 0 { rows.insert(candidate.row) }
        }
        return bytesToFree < Int64(pages) * PageLimits.pageBytes
    }

    /// Removes delivered events that were recorded before a time, at most `limit` of them, and gives their number.
    func trimHistory(before time: WallTime, limit: Int) throws -> Int {
        let old = try history(limit: limit).prefix { $0.recorded < time.nanoseconds }
        for candidate in old { try remove(candidate) }
        return old.count
    }

    private struct Candidate {
        let row, source, epoch, number, recorded, bytes: Int64
        let importance: AlertDraft.Importance
        let waiting: Int
    }

    /// False when there is nothing left that may be forgotten.
    private mutating func forgetDesk() throws -> Bool {
        let ageing = Ageing(db: db)
        let closed = try ageing.forgetClosed(before: WallTime(nanoseconds: .max), limit: 64)
        forgotten += closed
        if !closed.isEmpty { return true }
        return try ageing.forgetAnswers(butYoungest: Self.fewestAnswers, limit: 64) > 0
    }

    private func oldestWaiting(limit: Int) throws -> [Candidate] {
        for importance in AlertDraft.Importance.allCases.sorted() {
            // Nothing that was delivered is left, so all of this table is still awaited.
            let found = try candidates(
                "\(OutboxSchema.bodyTable(importance)) AS body CROSS JOIN event USING (row)",
                "ORDER BY body.row LIMIT ?",
                limit
            )
            if !found.isEmpty { return found }
        }
        return []
    }

    private func history(limit: Int) throws -> [Candidate] {
        try candidates("event", "WHERE waiting = 0 ORDER BY row LIMIT ?", limit)
    }

    private func candidates(_ from: String, _ condition: String, _ limit: Int) throws -> [Candidate] {
        let sql = """
            SELECT event.row, epoch, number, recorded_ns, importance, waiting, body_bytes,
              (SELECT source FROM route WHERE route.route = event.route) FROM \(from) \(condition)
            """
        return try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: [limit]).map { row in
            Candidate(
                row: row[0],
                source: row[7],
                epoch: row[1],
                number: row[2],
                recorded: row[3],
                bytes: row[6],
                importance: AlertDraft.Importance(rawValue: row[4]) ?? .started,
                waiting: row[5]
            )
        }
    }

    private func remove(_ candidate: Candidate) throws {
        try ledger.remove(row: candidate.row, importance: candidate.importance)
        if candidate.waiting > 0 { try enter(candidate) }
    }

    private func enter(_ candidate: Candidate) throws {
        let importance = candidate.importance.rawValue
        try db.cachedStatement(sql: "UPDATE shed_total SET events = events + 1 WHERE importance = ?")
            .execute(arguments: [importance])
        let isNear = try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM shed_range")) ?? 0 < Self.mostRanges
        // The oldest go first, so a range only ever grows at its end.
        let grow = try db.cachedStatement(
            sql: """
                UPDATE shed_range SET last_number = ?4, events = events + 1 WHERE shed_range = (
                  SELECT shed_range FROM shed_range
                  WHERE source = ?1 AND epoch = ?2 AND importance = ?3 AND last_number < ?4 AND last_number >= ?5
                  ORDER BY last_number DESC LIMIT 1)
                """
        )
        let reach = isNear ? candidate.number - 1 : 0
        try grow.execute(arguments: [candidate.source, candidate.epoch, importance, candidate.number, reach])
        if db.changesCount == 1 { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO shed_range(source, epoch, importance, first_number, last_number, events)
                VALUES (?1, ?2, ?3, ?4, ?4, 1)
                """
        ).execute(arguments: [candidate.source, candidate.epoch, importance, candidate.number])
    }

    private func usedPages() throws -> Int { try pragma("page_count") - pragma("freelist_count") }

    private func pragma(_ name: String) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "PRAGMA \(name)")) ?? 0
    }
}
