import GRDB
package import NeuronCore

/// What one message from a desk may read and write, all of it in one transaction; given out by ``Outbox/transact(_:)``.
///
/// The outbox doesn't know what documents and answers mean: bytes in, bytes out.
package struct DeskLedger {
    /// Civil time of this transaction: the recorded time of what it appends; the same when the transaction is repeated.
    package let now: WallTime
    private let db: Database
    private let steady: WallTime
    private let bodies: EncodedBodies

    private static let longestKey = 1024

    init(db: Database, now: WallTime, steady: WallTime, bodies: EncodedBodies) {
        self.db = db
        self.now = now
        self.steady = steady
        self.bodies = bodies
    }

    // MARK: - Answers

    /// The answer that a message got; nil when it is new, or was answered more than 7 days ago.
    package func storedResult(source: String, id: String) throws -> [UInt8]? {
        let statement = try db.cachedStatement(sql: "SELECT result FROM inbox WHERE source = ? AND id = ?")
        return try Blob.fetchOne(statement, arguments: [source, id])?.bytes
    }

    /// Remembers the answer to a message.
    ///
    /// - Throws: `OutboxError` where it is longer than ``StoredDocument/longestState``, or source and id than 1024 bytes.
    package func store(result: [UInt8], source: String, id: String) throws {
        try check(result, of: "the answer to \(id.prefix(64))")
        guard source.utf8.count + id.utf8.count <= Self.longestKey else {
            throw OutboxError(
                .tooLong,
                "The outbox can't keep the answer to \(id.prefix(64)): source and id together may have \(Self.longestKey) "
                    + "bytes."
            )
        }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)")
            .execute(arguments: [source, id, steady.nanoseconds, Blob(result)])
    }

    // MARK: - Documents

    /// The document of an alert.
    package func document(alert: String) throws -> StoredDocument? { try DocumentQuery(db: db).one(alert: alert) }

    /// Keeps a document; one that the alert had is replaced.
    ///
    /// - Throws: `OutboxError` where its state is longer than ``StoredDocument/longestState``.
    package func save(_ document: StoredDocument) throws {
        try check(document.state, of: "the document of alert \(document.alertID)")
        try db.cachedStatement(
            sql: """
                INSERT INTO alert_document(alert, is_open, deadline_ns, updated_ns, saved_ns, state)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (alert) DO UPDATE SET is_open = excluded.is_open, deadline_ns = excluded.deadline_ns,
                  updated_ns = excluded.updated_ns, saved_ns = excluded.saved_ns, state = excluded.state
                """
        ).execute(arguments: [
            document.alertID, document.isOpen, document.deadline?.nanoseconds, document.updated.nanoseconds,
            steady.nanoseconds, Blob(document.state),
        ])
    }

    /// A page of open documents in the order of their alerts' ids, beginning after one of them.
    package func openDocuments(after alertID: String = "", limit: Int) throws -> [StoredDocument] {
        try DocumentQuery(db: db).page(after: alertID, onlyOpen: true, limit: limit)
    }

    /// Documents whose deadline has come, open or not, the earliest first.
    package func dueDocuments(before time: WallTime, limit: Int) throws -> [StoredDocument] {
        try DocumentQuery(db: db).due(before: time, limit: limit)
    }

    // MARK: - Events

    /// Numbers and encodes drafts; sinks get them after the commit.
    ///
    /// - Returns: a receipt for each; whether one of them had to be shed at once is not known yet.
    @discardableResult
    package func append(_ drafts: [AlertDraft]) throws -> [AppendReceipt] {
        let ledger = EventLedger(db: db, steady: steady)
        return try drafts.map { draft in
            try ledger.insert(draft, recorded: now) { bodies.body(of: draft, stamp: $0) }
        }
    }

    private func check(_ bytes: [UInt8], of what: String) throws(OutboxError) {
        guard bytes.count > StoredDocument.longestState else { return }
        throw OutboxError(
            .tooLong,
            "The outbox can't keep \(what): it has \(bytes.count) bytes, and at most "
                + "\(StoredDocument.longestState) are taken."
        )
    }
}

/// How documents are found and read.
struct DocumentQuery {
    let db: Database

    private static let columns = "SELECT alert, state, is_open, deadline_ns, updated_ns FROM alert_document"

    func one(alert: String) throws -> StoredDocument? {
        try documents("WHERE alert = ?", [alert]).first
    }

    func page(after alertID: String, onlyOpen: Bool, limit: Int) throws -> [StoredDocument] {
        let condition = onlyOpen ? "is_open = 1 AND " : ""
        return try documents("WHERE \(condition)alert > ? ORDER BY alert LIMIT ?", [alertID, max(0, limit)])
    }

    func latest(_ range: DocumentRange, limit: Int) throws -> [StoredDocument] {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let isOpen = range.isOpen { conditions.append("is_open = \(isOpen ? 1 : 0)") }
        if let from = range.from {
            conditions.append("alert >= ?")
            arguments += [from]
        }
        if let below = range.below {
            conditions.append("alert < ?")
            arguments += [below]
        }
        arguments += [max(0, limit)]
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        return try documents("\(condition)ORDER BY alert DESC LIMIT ?", arguments)
    }

    func due(before time: WallTime, limit: Int) throws -> [StoredDocument] {
        try documents("WHERE deadline_ns <= ? ORDER BY deadline_ns LIMIT ?", [time.nanoseconds, max(0, limit)])
    }

    private func documents(_ condition: String, _ arguments: StatementArguments) throws -> [StoredDocument] {
        let statement = try db.cachedStatement(sql: "\(Self.columns) \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let state: Blob = row[1]
            let deadline: Int64? = row[3]
            return StoredDocument(
                alertID: row[0],
                state: state.bytes,
                isOpen: row[2],
                deadline: deadline.map { WallTime(nanoseconds: $0) },
                updated: WallTime(nanoseconds: row[4])
            )
        }
    }
}
