import Foundation
import GRDB
import NeuronCore
import NeuronOutbox
import Testing

/// Runs random operations on an outbox and on a model in memory and compares what can be seen of both.
@Suite(.timeLimit(.minutes(10))) struct OutboxModelTests {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `an outbox behaves like its model whatever happens to it`(seed: UInt64) async throws {
        var run = try ModelRun(seed: seed)
        for step in 0..<120 {
            try await run.step()
            if step % 10 == 9 { try await run.compare() }
        }
        try await run.compare()
        await run.outbox.close()
        try run.checkInvariants()
    }
}

private struct ModelRun {
    struct Event {
        let id, sequence, source, alert: String
        let row: Int64
        var waiting: Set<String>
    }

    let folder = ScratchFolder()
    let clock = ManualClock()
    var generator: SeededGenerator
    var sinks: Set<String> = ["a", "b"]
    var outbox: Outbox
    /// In the order of their rows; shed and trimmed ones are taken out.
    var events: [Event] = []
    var numbers: [String: Int] = [:]
    var open: [String: String] = [:]
    var nextID = 0
    var shed: Int64 = 0
    /// Open and closed documents by alert; closed ones that the outbox gave up are taken out.
    var documents: [String: StoredDocument] = [:]

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        outbox = try Self.open(folder, clock, sinks: sinks)
    }

    static func open(_ folder: ScratchFolder, _ clock: ManualClock, sinks: Set<String>) throws -> Outbox {
        try Outbox(
            OutboxSettings(path: folder.database, capacityBytes: 1 << 20, sinks: sinks.sorted(), ballastBytes: 4096),
            clock: clock
        )
    }

    mutating func step() async throws {
        clock.advance(by: .seconds(Int64.random(in: 0...7200, using: &generator)))
        switch Int.random(in: 0..<22, using: &generator) {
        case 0..<10: try await append()
        case 10..<12: try await settle()
        case 12..<14: try await deliver()
        case 14: try await confirm()
        case 15: try await park()
        case 16: try await reopen(kill: Bool.random(using: &generator))
        case 17: try await changeSinks()
        case 18: try await maintain()
        case 19, 20: try await keepDocument()
        default: try await report()
        }
        try await forgetRemoved()
    }

    private mutating func append() async throws {
        let drafts = (0..<Int.random(in: 1...40, using: &generator)).map { _ in randomDraft() }
        for (draft, receipt) in zip(drafts, try await outbox.append(drafts)) {
            if let known = events.first(where: { $0.id == draft.id }) {
                // A shed event of the same batch may make room for its own second copy only after the commit.
                #expect(receipt.outcome == .alreadyThere && receipt.sequence == known.sequence)
                continue
            }
            numbers[draft.source, default: 0] += 1
            let sequence = AlertStamp(epoch: 1, number: Int64(numbers[draft.source] ?? 0), recordedTime: .epoch)
                .sequence
            #expect(receipt.sequence == sequence && receipt.outcome != .alreadyThere)
            #expect(receipt.row > events.last?.row ?? 0)
            if draft.phase == .opens, open[draft.alertID] == nil { open[draft.alertID] = draft.id }
            if draft.phase == .closes { open[draft.alertID] = nil }
            let event = Event(
                id: draft.id,
                sequence: sequence,
                source: draft.source,
                alert: draft.alertID,
                row: receipt.row,
                waiting: sinks
            )
            events.append(event)
        }
    }

    private mutating func randomDraft() -> AlertDraft {
        // One in ten comes again with the id of one that is there.
        if let known = events.randomElement(using: &generator), Int.random(in: 0..<10, using: &generator) == 0 {
            return draft(known.id, source: known.source)
        }
        nextID += 1
        return draft(
            "id-\(nextID)",
            source: ["x", "y", "z"].randomElement(using: &generator) ?? "x",
            alert: "alert-\(Int.random(in: 0..<12, using: &generator))",
            phase: AlertDraft.Phase.allCases.randomElement(using: &generator) ?? .single,
            importance: AlertDraft.Importance.allCases.randomElement(using: &generator) ?? .health,
            bytes: Int.random(in: 60...3000, using: &generator)
        )
    }

    private mutating func settle() async throws {
        guard let sink = sinks.sorted().randomElement(using: &generator) else { return }
        let batch = try await outbox.pending(for: sink, limit: Int.random(in: 1...80, using: &generator))
        let rows = batch.map(\.row).filter { _ in Int.random(in: 0..<8, using: &generator) > 0 }
        try await outbox.settle(rows, for: sink)
        retire(rows, from: sink)
    }

    /// A window with every fate that an event can have.
    private mutating func deliver() async throws {
        guard let sink = sinks.sorted().randomElement(using: &generator) else { return }
        let pace = DeliveryPace(
            batchSize: Int.random(in: 1...30, using: &generator),
            keepsOrder: Bool.random(using: &generator)
        )
        let batch = try await outbox.next(for: sink, pace: pace, freshAfter: Bool.random(using: &generator) ? 0 : nil)
        var report = DeliveryReport()
        for alert in batch.alerts {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: report.delivered.append(alert.row)
            case 1: report.awaitingReceipt.append(alert.row)
            case 2: report.refused.append(.init(row: alert.row, reason: "refused"))
            default: break
            }
        }
        let outcome = try await outbox.record(report, of: batch, for: sink, pace: pace)
        #expect(outcome.parked.count == report.refused.count)
        retire(report.delivered + report.refused.map(\.row), from: sink)
    }

    private mutating func confirm() async throws {
        guard let sink = sinks.sorted().randomElement(using: &generator) else { return }
        let some = events.filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }
        let count = try await outbox.confirm(eventIDs: some.map(\.id), for: sink)
        #expect(count == some.count { $0.waiting.contains(sink) })
        retire(some.map(\.row), from: sink)
    }

    private mutating func keepDocument() async throws {
        let document = StoredDocument(
            alertID: "alert-\(Int.random(in: 0..<12, using: &generator))",
            state: [UInt8](repeating: 1, count: Int.random(in: 0...2000, using: &generator)),
            isOpen: Bool.random(using: &generator),
            deadline: Bool.random(using: &generator) ? clock.wallNow() : nil,
            updated: clock.wallNow()
        )
        try await outbox.transact { try $0.save(document) }
        documents[document.alertID] = document
    }

    private mutating func park() async throws {
        guard let sink = sinks.sorted().randomElement(using: &generator),
            let first = try await outbox.pending(for: sink, limit: 1).first
        else { return }
        try await outbox.park(first.row, for: sink, reason: "refused")
        retire([first.row], from: sink)
    }

    private mutating func retire(_ rows: [Int64], from sink: String) {
        let rows = Set(rows)
        for index in events.indices where rows.contains(events[index].row) { events[index].waiting.remove(sink) }
    }

    /// Without close the log is left behind, as after a crash.
    private mutating func reopen(kill: Bool) async throws {
        if kill {
            let copy = ScratchFolder()
            for ending in ["", "-wal", ".epoch"] where FileManager.default.fileExists(atPath: folder.database + ending)
            {
                try FileManager.default.copyItem(atPath: folder.database + ending, toPath: copy.database + ending)
            }
            await outbox.close()
            for ending in ["", "-wal", ".epoch"] {
                try? FileManager.default.removeItem(atPath: folder.database + ending)
                try? FileManager.default.copyItem(atPath: copy.database + ending, toPath: folder.database + ending)
            }
        } else {
            await outbox.close()
        }
        outbox = try Self.open(folder, clock, sinks: sinks)
        #expect(outbox.opening.epoch == 1 && outbox.opening.damage == nil && !outbox.opening.isNew)
    }

    private mutating func changeSinks() async throws {
        let changed = Set(["a", "b", "c"].filter { _ in Bool.random(using: &generator) })
        for index in events.indices { events[index].waiting.formIntersection(changed) }
        sinks = changed
        try await reopen(kill: false)
    }

    private mutating func maintain() async throws {
        try await outbox.maintain()
    }

    private mutating func report() async throws {
        let report = try await outbox.shedReport(limit: 5)
        shed += report.events
        nextID += 1
        let receipt = try await outbox.append(
            [draft("id-\(nextID)", source: "x", alert: "r\(nextID)")],
            reporting: report
        )
        numbers["x", default: 0] += 1
        events.append(
            Event(
                id: "id-\(nextID)",
                sequence: receipt[0].sequence,
                source: "x",
                alert: "r\(nextID)",
                row: receipt[0].row,
                waiting: sinks
            )
        )
    }

    /// Which events are shed or trimmed is the outbox's choice: the model checks the counts and follows.
    private mutating func forgetRemoved() async throws {
        var left: Set<Int64> = []
        for try await alert in OutboxFeed(try OutboxReader(path: folder.database), isFollowing: false) {
            left.insert(alert.row)
        }
        events.removeAll { !left.contains($0.row) }
        #expect(events.count == left.count)
        let kept = Dictionary(uniqueKeysWithValues: try await outbox.documents().map { ($0.alertID, $0) })
        documents = documents.filter { $0.value.isOpen || kept[$0.key] != nil }
        #expect(documents == kept)
    }

    func compare() async throws {
        for sink in sinks {
            let pending = try await outbox.pending(for: sink, limit: 10_000).map(\.id)
            #expect(pending == events.filter { $0.waiting.contains(sink) }.map(\.id))
        }
        let statistics = try await outbox.statistics()
        #expect(statistics.events == Int64(events.count))
        #expect(statistics.bytesInUse <= 1 << 20)
        let unreported = try await outbox.shedReport(limit: 100_000).events
        #expect(statistics.shed.values.reduce(0, +) == shed + unreported)
        let alerts = try await outbox.openAlerts()
        #expect(Dictionary(uniqueKeysWithValues: alerts.map { ($0.alertID, $0.openingID) }) == open)
    }

    /// What the schema promises, asked of the closed file.
    func checkInvariants() throws {
        let queue = try DatabaseQueue(path: folder.database)
        defer { try? queue.close() }
        try queue.read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            let miscounted = """
                SELECT count(*) FROM event
                WHERE waiting != (SELECT count(*) FROM delivery WHERE delivery.row = event.row)
                  + (SELECT count(*) FROM held WHERE held.row = event.row)
                """
            #expect(try Int.fetchOne(db, sql: miscounted) == 0)
            for table in ["delivery", "held"] {
                let orphans = "SELECT count(*) FROM \(table) WHERE row NOT IN (SELECT row FROM event)"
                #expect(try Int.fetchOne(db, sql: orphans) == 0)
            }
            let twice = "SELECT count(*) FROM delivery JOIN held USING (sink, row)"
            #expect(try Int.fetchOne(db, sql: twice) == 0)
            let bodies = AlertDraft.Importance.allCases.map { "SELECT row, \($0.rawValue) AS i FROM body_\($0)" }
                .joined(separator: " UNION ALL ")
            let unpaired = """
                SELECT (SELECT count(*) FROM (\(bodies))) - (SELECT count(*) FROM event),
                  (SELECT count(*) FROM event JOIN (\(bodies)) AS body USING (row) WHERE body.i != event.importance)
                """
            let counts = try Row.fetchOne(db, sql: unpaired)
            #expect(counts?[0] == 0 && counts?[1] == 0)
        }
    }
}
