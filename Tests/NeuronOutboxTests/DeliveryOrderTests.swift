import Foundation
import NeuronCore
import NeuronOutbox
import Testing

/// Appends, delivers with partial reports, restarts and receipts in any order: what a broker then has seen.
@Suite(.timeLimit(.minutes(10))) struct DeliveryOrderTests {
    @Test(arguments: Array(1...12) as [UInt64])
    func `each alert's events first arrive in their order and none is lost, whatever happens`(seed: UInt64) async throws
    {
        var run = try OrderRun(seed: seed)
        for _ in 0..<150 { try await run.step() }
        try await run.finish()
        run.check()
    }
}

private struct OrderRun {
    let folder = ScratchFolder()
    let clock = ManualClock()
    let pace: DeliveryPace
    var generator: SeededGenerator
    var outbox: Outbox
    var freshAfter: Int64?
    /// In the order of commit.
    var committed: [(id: String, alert: String)] = []
    /// In the order of arrival at the broker, with what came twice.
    var arrived: [String] = []
    var bodies: [String: [UInt8]] = [:]
    var refused: Set<String> = []
    /// Arrivals beyond the first that a lost answer, a restart or a missing receipt accounts for.
    var excusedCopies = 0

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        pace = DeliveryPace(batchSize: Int.random(in: 1...8, using: &generator), keepsOrder: false)
        outbox = try Self.open(folder, clock)
    }

    static func open(_ folder: ScratchFolder, _ clock: ManualClock) throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: ["bus"], ballastBytes: 0), clock: clock)
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0..<4: try await append()
        case 4..<9: try await deliver()
        case 9: try await confirm()
        case 10: clock.advance(by: .milliseconds(Int64.random(in: 0...90_000, using: &generator)))
        default: try await restart()
        }
    }

    private mutating func append() async throws {
        let drafts = (0..<Int.random(in: 1...6, using: &generator)).map { index in
            let alert = "alert-\(Int.random(in: 0..<6, using: &generator))"
            // Also an event that says it begins an alert though older ones wait: it must stay behind them.
            let importance: AlertDraft.Importance = Bool.random(using: &generator) ? .started : .updated
            return draft("\(committed.count + index)", alert: alert, importance: importance)
        }
        try await outbox.append(drafts)
        committed += drafts.map { ($0.id, $0.alertID) }
    }

    private mutating func deliver() async throws {
        let batch = try await outbox.next(for: "bus", pace: pace, freshAfter: freshAfter)
        #expect(batch.alerts.count <= pace.batchSize)
        #expect(Set(batch.alerts.map(\.alertID)).count == batch.alerts.count)
        let fate = Int.random(in: 0..<10, using: &generator)
        var report = DeliveryReport()
        // Within a window a broker may see any order.
        for alert in batch.alerts.shuffled(using: &generator) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: report.refused.append(.init(row: alert.row, reason: "no"))
            case 1: if Bool.random(using: &generator) { arrive(alert, isExcused: true) }
            case 2, 3:
                arrive(alert, isExcused: true)
                report.awaitingReceipt.append(alert.row)
            default:
                arrive(alert, isExcused: fate < 2)
                report.delivered.append(alert.row)
            }
        }
        switch fate {
        case 0: freshAfter = nil  // The sink threw: nobody knows what arrived.
        case 1: try await restart()
        default:
            // An event whose second sending is refused had arrived before.
            let outcome = try await outbox.record(report, of: batch, for: "bus", pace: pace)
            let rows = Set(outcome.parked.map(\.row))
            refused.formUnion(batch.alerts.filter { rows.contains($0.row) }.map(\.id))
            freshAfter = batch.freshAfter
        }
    }

    private mutating func arrive(_ alert: StoredAlert, isExcused: Bool) {
        arrived.append(alert.id)
        if isExcused { excusedCopies += 1 }
        #expect(bodies.updateValue(alert.body, forKey: alert.id) ?? alert.body == alert.body)
    }

    private mutating func confirm() async throws {
        let some = arrived.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
        try await outbox.confirm(eventIDs: some, for: "bus")
    }

    private mutating func restart() async throws {
        await outbox.close()
        outbox = try Self.open(folder, clock)
        freshAfter = nil
    }

    mutating func finish() async throws {
        while try await !outbox.pending(for: "bus", limit: 1).isEmpty {
            let batch = try await outbox.next(for: "bus", pace: pace, freshAfter: freshAfter)
            for alert in batch.alerts { arrive(alert, isExcused: false) }
            try await outbox.record(.all(batch.alerts), of: batch, for: "bus", pace: pace)
            freshAfter = batch.freshAfter
            if batch.alerts.isEmpty { clock.advance(by: try #require(batch.nextDue)) }
        }
        await outbox.close()
    }

    func check() {
        var seen: Set<String> = []
        let first = arrived.filter { seen.insert($0).inserted }
        #expect(seen.union(refused) == Set(committed.map(\.id)))
        #expect(arrived.count - first.count <= excusedCopies)
        let places = Dictionary(uniqueKeysWithValues: first.enumerated().map { ($0.element, $0.offset) })
        for (alert, events) in Dictionary(grouping: committed, by: \.alert) {
            let order = events.compactMap { places[$0.id] }
            #expect(order == order.sorted(), "\(alert)")
        }
    }
}
