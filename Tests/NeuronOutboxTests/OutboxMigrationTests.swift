import Foundation
import GRDB
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxMigrationTests {
    let folder = ScratchFolder()
    let clock = ManualClock()

    /// An outbox as the first neurond left it.
    func makeFirst() throws {
        let queue = try DatabaseQueue(path: folder.database)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL")
            try db.execute(sql: SchemaOne.sql)
            try db.execute(sql: SchemaOne.rows)
        }
        try queue.close()
        try Data("1\n".utf8).write(to: URL(fileURLWithPath: folder.database + ".epoch"))
    }

    func open() throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: ["file"], ballastBytes: 0), clock: clock)
    }

    @Test func `an outbox of the first schema goes on where it was`() async throws {
        try makeFirst()
        let outbox = try open()
        #expect(!outbox.opening.isNew && outbox.opening.epoch == 1 && outbox.opening.damage == nil)
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["id-4", "id-5"])
        let pace = DeliveryPace(batchSize: 9, keepsOrder: false)
        #expect(try await outbox.next(for: "file", pace: pace).alerts.map(\.id) == ["id-4"])
        #expect(try await outbox.parked(for: "file").map(\.reason) == ["refused"])
        #expect(try await outbox.openAlerts().map(\.alertID) == ["A"])
        #expect(try await outbox.append([draft("id-5"), draft("id-6")]).map(\.outcome) == [.alreadyThere, .committed])
        #expect(try await outbox.events(ofAlert: "A").count == 5)
        let page = try await outbox.events(of: "urn:neurond:box:a", .sequences(from: "0001-00000000000000000002"))
        #expect(page.alerts.map(\.id) == ["id-2", "id-3", "id-4", "id-5", "id-6"] && page.missing.isEmpty)
        await outbox.close()
        let again = try open()
        #expect(again.opening.damage == nil)
        await again.close()
    }

    @Test func `a migrated outbox has the very tables of a new one`() async throws {
        try makeFirst()
        await (try open()).close()
        let other = ScratchFolder()
        await (try Outbox(OutboxSettings(path: other.database, sinks: []), clock: clock)).close()
        #expect(try schema(of: folder.database) == schema(of: other.database))
    }

    @Test func `an outbox that was not migrated yet can be read`() async throws {
        try makeFirst()
        let reader = try OutboxReader(path: folder.database)
        #expect(try await reader.documents().isEmpty)
        #expect(try await reader.document(alert: "A") == nil)
        #expect(try await reader.events(ofAlert: "A", limit: 2).map(\.id) == ["id-1", "id-2"])
        #expect(try await reader.events(of: "urn:neurond:box:a", .times(from: .epoch)).alerts.count == 5)
    }

    /// Statements without their comments and white space.
    private func schema(of path: String) throws -> [String: String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            return Dictionary(
                uniqueKeysWithValues: rows.map { row -> (String, String) in
                    let sql: String = row[1]
                    let lines = sql.split(separator: "\n").map { $0.split(separator: "--")[0] }
                    return (row[0], lines.joined().filter { !$0.isWhitespace })
                }
            )
        }
    }
}
