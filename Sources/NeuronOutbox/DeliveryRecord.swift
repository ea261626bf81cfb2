import GRDB
import NeuronCore

/// The statements that write down what became of a sink's events; always inside the caller's transaction.
struct DeliveryRecord {
    let ledger: DeliveryLedger
    let pace: DeliveryPace
    let terms: DeliveryTerms
    /// Steady time, for what is due later.
    let steady: WallTime
    /// Civil time, for people.
    let now: WallTime

    private var db: Database { ledger.db }

    /// Settles, holds and parks the rows of a batch; what a report says of other rows is left alone.
    func write(_ report: DeliveryReport, of rows: [Int64]) throws -> DeliveryOutcome {
        var outcome = DeliveryOutcome(accepted: 0, parked: [], leftOver: 0)
        var left = Set(rows)
        for refusal in report.refused where left.remove(refusal.row) != nil {
            if try ledger.park(refusal.row, reason: refusal.reason, at: now) { outcome.parked.append(refusal) }
        }
        let delivered = report.delivered.filter { left.remove($0) != nil }
        try ledger.settle(delivered)
        outcome.accepted += delivered.count
        for row in report.awaitingReceipt where left.remove(row) != nil {
            if try hold(row, isSent: true) { outcome.resent += 1 }
            outcome.accepted += 1
        }
        outcome.leftOver = left.count
        outcome.postponed = pace.keepsOrder ? 0 : left.intersection(report.postponed).count
        // A sink that keeps the order gets the rest again as it is, or the order would be lost.
        if !pace.keepsOrder { for row in left.sorted() { try hold(row, isSent: false, isTry: outcome.isProgress) } }
        return outcome
    }

    /// Puts a row off; one that was struck off meanwhile, by its receipt or because there was no room, stays away.
    ///
    /// Where the sink took nothing at all it is at fault and not the row, which then waits no longer than after a first try.
    ///
    /// - Returns: whether the sink had taken it before.
    @discardableResult
    private func hold(_ row: Int64, isSent: Bool, isTry: Bool = true) throws -> Bool {
        let known = try db.cachedStatement(sql: "SELECT attempts, is_sent FROM held WHERE sink = ? AND row = ?")
        if let known = try Row.fetchOne(known, arguments: [ledger.sink, row]) {
            let (attempts, wasSent): (Int, Bool) = (known[0], known[1])
            try putOff(row, again: attempts, wasSent: wasSent, isSent: isSent, isTry: isTry)
            return wasSent
        }
        let strike = try db.cachedStatement(sql: "DELETE FROM delivery WHERE sink = ? AND row = ?")
        try strike.execute(arguments: [ledger.sink, row])
        guard db.changesCount == 1 else { return false }
        try db.cachedStatement(
            sql: "INSERT INTO held SELECT ?, row, alert, 1, ?, ? FROM event WHERE row = ?"
        ).execute(arguments: [ledger.sink, due(afterTry: 1, isSent: isSent), isSent, row])
        return false
    }

    private func putOff(_ row: Int64, again attempts: Int, wasSent: Bool, isSent: Bool, isTry: Bool) throws {
        let update = try db.cachedStatement(
            sql: "UPDATE held SET attempts = ?, due_ns = ?, is_sent = ? WHERE sink = ? AND row = ?"
        )
        // A second sending that did not succeed is no try either, and the event stays one that was sent.
        let counts = isTry && (isSent || !wasSent)
        let count = !counts ? attempts : wasSent == isSent ? attempts + 1 : 1
        let due = due(afterTry: counts ? count : 1, isSent: isSent)
        try update.execute(arguments: [count, due, wasSent || isSent, ledger.sink, row])
    }

    private func due(afterTry count: Int, isSent: Bool) -> Int64 {
        (steady + terms.wait(afterTry: count, isSent: isSent)).nanoseconds
    }
}
