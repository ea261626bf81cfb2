import GRDB
package import NeuronCore

/// Which documents are wanted, by the ids of their alerts, which rise with the time at which these began.
package struct DocumentRange: Sendable, Hashable {
    /// Not below this, and below that; nil for no bound.
    package var from: String?
    package var below: String?
    /// Only open ones, only closed ones, or both.
    package var isOpen: Bool?

    /// Makes a range; without arguments everything is in it.
    package init(from: String? = nil, below: String? = nil, isOpen: Bool? = nil) {
        self.from = from
        self.below = below
        self.isOpen = isOpen
    }
}

extension Outbox {
    /// Documents of a range, those of the latest alerts first; delays no commit.
    package func latestDocuments(_ range: DocumentRange, limit: Int) async throws -> [StoredDocument] {
        try await look { reader in
            try await reader.read { db in try DocumentQuery(db: db).latest(range, limit: limit) }
        }
    }

    /// The latest event of each alert whose type fits a pattern, `org.neurond.motion.*`; none where it is forgotten.
    package func latestEvents(of alerts: [(alertID: String, type: String)]) async throws -> [String: StoredAlert] {
        try await look { reader in
            try await reader.read { db in
                var found: [String: StoredAlert] = [:]
                let statement = try db.cachedStatement(sql: LatestEventQuery.sql)
                for (alertID, type) in alerts {
                    let row = try Row.fetchOne(statement, arguments: [alertID, type])
                    if let row { found[alertID] = try StoredAlertColumns.alert(row, in: db) }
                }
                return found
            }
        }
    }

    /// Shows each event of alerts whose ids lie in a range, in no particular order; delays no commit.
    ///
    /// - Parameters:
    ///   - range: of alerts; a long one is best asked for in pieces, since each is one transaction.
    ///   - type: a pattern for the events' types.
    ///   - visit: is shown each event, inside the transaction.
    /// - Throws: `OutboxError` when the outbox can't be read.
    package func visitEvents(
        ofAlerts range: Range<String>,
        type: String,
        _ visit: @escaping @Sendable (StoredAlert) -> Void
    ) async throws {
        try await visitRows(
            where: "event.alert >= ? AND event.alert < ? AND route.type GLOB ?",
            [range.lowerBound, range.upperBound, type],
            visit
        )
    }

    /// Shows each event of a range of rows whose alert has an id below a bound, in the order of commit; delays no commit.
    ///
    /// - Parameters:
    ///   - rows: a long range is best asked for in pieces, since each is one transaction.
    ///   - bound: of the alerts' ids.
    ///   - type: a pattern for the events' types.
    ///   - visit: is shown each event, inside the transaction.
    /// - Throws: `OutboxError` when the outbox can't be read.
    package func visitEvents(
        inRows rows: Range<Int64>,
        ofAlertsBelow bound: String,
        type: String,
        _ visit: @escaping @Sendable (StoredAlert) -> Void
    ) async throws {
        // The plus keeps SQLite from the index of alerts, in which everything before the bound would be looked at.
        try await visitRows(
            where: "event.row >= ? AND event.row < ? AND +event.alert < ? AND route.type GLOB ?",
            [rows.lowerBound, rows.upperBound, bound, type],
            visit
        )
    }

    private func visitRows(
        where condition: String,
        _ arguments: StatementArguments,
        _ visit: @escaping @Sendable (StoredAlert) -> Void
    ) async throws {
        try await look { reader in
            try await reader.read { db in
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT \(StoredAlertColumns.list)
                        FROM event CROSS JOIN route USING (route) CROSS JOIN source USING (source)
                        WHERE \(condition)
                        """,
                    arguments: arguments
                )
                while let row = try rows.next() { visit(try StoredAlertColumns.alert(row, in: db)) }
            }
        }
    }

    /// Alerts that have begun and not ended, with their sources, oldest first; delays no commit.
    package func openAlertNames() async throws -> [(alertID: String, source: String)] {
        try await look { reader in
            try await reader.read { db in
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT alert, name FROM open_alert JOIN route USING (route) JOIN source USING (source)
                        ORDER BY opened_ns, alert
                        """
                )
                return rows.map { ($0[0], $0[1]) }
            }
        }
    }

    /// Receipts that settled something, by sink, since the opening.
    package func settledReceipts() -> [String: Int] { receipts }
}

private enum LatestEventQuery {
    static let sql = """
        SELECT \(StoredAlertColumns.list)
        FROM event CROSS JOIN route USING (route) CROSS JOIN source USING (source)
        WHERE event.alert = ? AND route.type GLOB ? ORDER BY event.row DESC LIMIT 1
        """
}
