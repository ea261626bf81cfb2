import GRDB
package import NeuronCore

extension OutboxReader {
    /// A page of documents in the order of their alerts' ids, beginning after one of them.
    package func documents(
        after alertID: String = "",
        onlyOpen: Bool = false,
        limit: Int = 256
    ) async throws -> [StoredDocument] {
        try await read { db in
            guard try db.hasDocuments() else { return [] }
            return try DocumentQuery(db: db).page(after: alertID, onlyOpen: onlyOpen, limit: limit)
        }
    }

    /// The document of an alert.
    package func document(alert: String) async throws -> StoredDocument? {
        try await read { db in try db.hasDocuments() ? DocumentQuery(db: db).one(alert: alert) : nil }
    }

    /// The events of an alert that are still in the outbox, oldest first.
    package func events(ofAlert alertID: String, limit: Int = 256) async throws -> [StoredAlert] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(StoredAlertColumns.list)
                    FROM event CROSS JOIN route USING (route) CROSS JOIN source USING (source)
                    WHERE event.alert = ? ORDER BY event.row LIMIT ?
                    """,
                arguments: [alertID, max(0, limit)]
            )
            return try rows.map { try StoredAlertColumns.alert($0, in: db) }
        }
    }
}

extension Database {
    /// An outbox that an older neurond has written last and no newer one has opened yet.
    fileprivate func hasDocuments() throws -> Bool { try tableExists("alert_document") }
}
