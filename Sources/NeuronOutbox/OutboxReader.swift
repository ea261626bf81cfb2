import GRDB
import Glibc
package import NeuronCore

/// Reads an outbox from any process, also while the daemon writes to it; changes nothing in it.
///
/// Each call is a short transaction of its own: a reader that held one for long would keep SQLite's log from being reset,
/// and the log would grow without bound.
package struct OutboxReader: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    private let file: FileStatus

    /// Rows looked at in one transaction, however few of them pass the filter.
    private static let window = 2048

    /// Opens an outbox for reading.
    package init(path: String) throws(OutboxError) {
        do {
            guard let file = try FileStatus(path: path) else { throw Self.missing(path) }
            guard file.isRegularFile, file.size > 0 else { throw Self.missing(path) }
            var configuration = Configuration()
            configuration.label = "outbox-reader"
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { db in
                let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
                let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                try OutboxSchema.checkIdentity(application: application, version: version, path: path)
            }
            self.queue = queue
            self.path = path
            self.file = file
        } catch {
            throw .wrapping(error, path: path)
        }
    }

    private static func missing(_ path: String) -> OutboxError {
        OutboxError(
            .missing,
            "There is no outbox at \(path): has neurond run with this `state` folder, and may this user look into it?"
        )
    }

    /// One page of what is in the outbox, in the order of commit.
    ///
    /// - Parameters:
    ///   - row: the page begins after this row.
    ///   - filter: what passes.
    ///   - limit: at most this many events.
    /// - Returns: the events, maybe none although more follow, and the row after which the next page begins; nil when
    ///   the end is reached.
    /// - Throws: when the file is damaged or can't be read.
    package func page(
        after row: Int64 = 0,
        _ filter: OutboxFilter = OutboxFilter(),
        limit: Int = 256
    ) async throws -> (alerts: [StoredAlert], next: Int64?) {
        try await read { db in
            let lastInWindow = try Int64.fetchOne(
                db,
                sql: "SELECT max(row) FROM (SELECT row FROM event WHERE row > ? ORDER BY row LIMIT ?)",
                arguments: [row, Self.window]
            )
            guard let lastInWindow else { return ([], nil) }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(StoredAlertColumns.list)
                    FROM event CROSS JOIN route USING (route) CROSS JOIN source USING (source)
                    WHERE row > ?1 AND row <= ?2 AND time_ns >= ?3 AND (?4 IS NULL OR type GLOB ?4)
                    ORDER BY row LIMIT ?5
                    """,
                arguments: [row, lastInWindow, filter.since?.nanoseconds ?? .min, filter.typePattern, limit]
            )
            let alerts = try rows.map { try StoredAlertColumns.alert($0, in: db) }
            return (alerts, alerts.count == limit ? alerts.last?.row : lastInWindow)
        }
    }

    /// Alerts that have begun and not ended, oldest first.
    package func openAlerts(_ filter: OutboxFilter = OutboxFilter()) async throws -> [OpenAlert] {
        try await read { db in
            try OpenAlertColumns.fetchAll(db).filter { alert in
                try alert.openedAt >= filter.since ?? alert.openedAt && filter.passes(type: alert.type, db)
            }
        }
    }

    /// Lets go of the file; reading then throws.
    func close() { try? queue.close() }

    /// The row of the latest event that was ever committed; 0 before the first.
    func lastRow() async throws -> Int64 {
        try await read { db in try Int64.fetchOne(db, sql: "SELECT max(last_row) FROM source") ?? 0 }
    }

    /// A number that is another one after each commit of the writer.
    func dataVersion() async throws -> Int64 {
        try await read { db in try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0 }
    }

    /// Whether the path now names another file: the outbox was moved aside and made anew.
    func isReplaced() -> Bool {
        guard let now = try? FileStatus(path: path) else { return true }
        return !now.isSameFile(as: file)
    }

    /// Opens what the path names now; nil when it can't be read yet.
    func reopened() -> OutboxReader? { try? OutboxReader(path: path) }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await queue.read(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw OutboxError.wrapping(error, path: path)
        }
    }
}

extension OutboxFilter {
    /// The type as SQLite's GLOB takes it, where only `*` is special for us.
    var typePattern: String? {
        type.map { String($0.flatMap { character in "?[".contains(character) ? "[\(character)]" : "\(character)" }) }
    }

    fileprivate func passes(type: String, _ db: Database) throws -> Bool {
        guard let typePattern else { return true }
        return try Bool.fetchOne(db, sql: "SELECT ? GLOB ?", arguments: [type, typePattern]) ?? false
    }
}
