import GRDB

extension OutboxReader {
    /// The sinks that the outbox was opened for last; who opens it with others drops what those still had to deliver.
    package func sinkNames() async throws -> [String] {
        try await read { db in try String.fetchAll(db, sql: "SELECT name FROM sink ORDER BY name") }
    }
}
