import GRDB
import NeuronCore

/// Chooses what a sink is given next.
///
/// Where the sink does not keep the order of a batch, no two events of one alert are in it, and none whose alert has an older
/// one that the sink still has to be given: so each alert's order is kept whatever becomes of a batch. An event that waits
/// for its receipt has been given. New alerts go first; among what is left, what is due again takes at most half while
/// there is other work.
struct DeliveryPick {
    private let db: Database
    private let sink: Int64
    private let pace: DeliveryPace
    private let now: WallTime
    private let hasDeferred: Bool
    private var chosen: [Int64] = []
    private var alerts: Set<String> = []
    private var bytes = 0
    private var unheard: [String] = []

    /// Rows looked at for one batch, without their bodies; a batch that is full sooner ends the look.
    private static let reach = 2048
    /// Bounds the memory of a batch of long bodies; a single one may be longer.
    private static let mostBytes = 4 << 20

    init(_ ledger: DeliveryLedger, pace: DeliveryPace, at now: WallTime) throws {
        db = ledger.db
        sink = ledger.sink
        self.pace = DeliveryPace(batchSize: max(1, pace.batchSize), keepsOrder: pace.keepsOrder)
        self.now = now
        // Left to itself SQLite walks through all that is held: a hundred thousand events maybe, without a receipt.
        let deferred = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM held INDEXED BY held_alert WHERE sink = ? AND is_sent = 0)"
        )
        hasDeferred = try Bool.fetchOne(deferred, arguments: [sink]) ?? false
    }

    /// The batch; `receipts` is left to the caller.
    mutating func batch(freshAfter: Int64?) throws -> DeliveryBatch {
        let fresh = try chooseFresh(after: freshAfter)
        try chooseDue(upTo: chosen.count + (pace.batchSize - chosen.count + 1) / 2)
        try chooseWaiting()
        try chooseDue(upTo: pace.batchSize)
        if pace.keepsOrder { chosen.sort() }
        return DeliveryBatch(
            alerts: try chosen.map(alert),
            freshAfter: fresh,
            nextDue: try nextDue(),
            unheard: unheard,
            receipts: 0
        )
    }

    private var isFull: Bool { chosen.count >= pace.batchSize || bytes >= Self.mostBytes }

    private mutating func choose(_ row: Int64, of alert: String, bytes length: Int) {
        chosen.append(row)
        alerts.insert(alert)
        bytes += length
    }

    // MARK: - The three queues

    /// Alerts that began after the last look, and the row up to which that was looked at.
    private mutating func chooseFresh(after row: Int64?) throws -> Int64 {
        guard let row else {
            return try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(last_row) FROM source")) ?? 0
        }
        // A sink that keeps the order gets all in the order of commit.
        guard !pace.keepsOrder else { return row }
        var reached = row
        let rows = try waiting(after: row)
        while !isFull, let candidate = try rows.next() {
            let (number, alert): (Int64, String) = (candidate[0], candidate[1])
            reached = number
            guard candidate[2] == AlertDraft.Importance.started.rawValue, !alerts.contains(alert),
                try !hasOlder(than: number, alert: alert)
            else { continue }
            choose(number, of: alert, bytes: candidate[3])
        }
        return reached
    }

    /// The oldest of what was never given out.
    private mutating func chooseWaiting() throws {
        guard !isFull else { return }
        let rows = try waiting(after: 0)
        while !isFull, let candidate = try rows.next() {
            let (number, alert): (Int64, String) = (candidate[0], candidate[1])
            if !pace.keepsOrder {
                // The first of each alert in this look is its oldest, chosen or not.
                guard !alerts.contains(alert) else { continue }
                guard try !isDeferred(before: number, alert: alert) else {
                    alerts.insert(alert)
                    continue
                }
            }
            choose(number, of: alert, bytes: candidate[3])
        }
    }

    /// What was given out before and whose time has come.
    private mutating func chooseDue(upTo count: Int) throws {
        guard chosen.count < count, !isFull else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT held.row, held.alert, body_bytes, is_sent, attempts, event.id
                FROM held CROSS JOIN event USING (row) WHERE held.sink = ? AND due_ns <= ? ORDER BY due_ns LIMIT ?
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [sink, now.nanoseconds, Self.reach])
        while chosen.count < count, !isFull, let candidate = try rows.next() {
            let (number, alert): (Int64, String) = (candidate[0], candidate[1])
            guard pace.keepsOrder ? !chosen.contains(number) : !alerts.contains(alert) else { continue }
            choose(number, of: alert, bytes: candidate[2])
            if candidate[3] == 1, candidate[4] >= DeliveryBatch.triesBeforeAlarm { unheard.append(candidate[5]) }
        }
    }

    private func waiting(after row: Int64) throws -> RowCursor {
        let statement = try db.cachedStatement(
            sql: """
                SELECT delivery.row, event.alert, importance, body_bytes FROM delivery CROSS JOIN event USING (row)
                WHERE delivery.sink = ? AND delivery.row > ? ORDER BY delivery.row LIMIT ?
                """
        )
        return try Row.fetchCursor(statement, arguments: [sink, row, Self.reach])
    }

    // MARK: - Order

    private func hasOlder(than row: Int64, alert: String) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                  SELECT 1 FROM event CROSS JOIN delivery ON delivery.sink = ?1 AND delivery.row = event.row
                  WHERE event.alert = ?2 AND event.row < ?3)
                """
        )
        return try Bool.fetchOne(statement, arguments: [sink, alert, row]) ?? false
            || isDeferred(before: row, alert: alert)
    }

    private func isDeferred(before row: Int64, alert: String) throws -> Bool {
        guard hasDeferred else { return false }
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                  SELECT 1 FROM held INDEXED BY held_alert WHERE sink = ? AND alert = ? AND is_sent = 0 AND row < ?)
                """
        )
        return try Bool.fetchOne(statement, arguments: [sink, alert, row]) ?? false
    }

    // MARK: - Reading

    private func alert(_ row: Int64) throws -> StoredAlert {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(StoredAlertColumns.list)
                FROM event CROSS JOIN route USING (route) CROSS JOIN source USING (source) WHERE event.row = ?
                """
        )
        guard let found = try Row.fetchOne(statement, arguments: [row]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a delivery has no event \(row)")
        }
        return try StoredAlertColumns.alert(found, in: db)
    }

    private func nextDue() throws -> TimeSpan? {
        let statement = try db.cachedStatement(sql: "SELECT min(due_ns) FROM held WHERE sink = ? AND due_ns > ?")
        let due = try Int64.fetchOne(statement, arguments: [sink, now.nanoseconds])
        return due.map { WallTime(nanoseconds: $0) - now }
    }
}
