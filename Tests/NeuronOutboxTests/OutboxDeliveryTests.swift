import Foundation
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxDeliveryTests {
    let folder = ScratchFolder()
    let clock = ManualClock()
    let bus = DeliveryPace(batchSize: 4, keepsOrder: false)
    let file = DeliveryPace(batchSize: 4, keepsOrder: true)

    func open(_ sinks: [String] = ["bus"]) throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: sinks, ballastBytes: 0), clock: clock)
    }

    // MARK: - What comes next

    @Test func `a batch holds no two events of one alert where the sink does not keep the order`() async throws {
        let outbox = try open()
        _ = try await outbox.append(["A1", "A2", "B1", "A3", "C1"].map { part($0) })
        let batch = try await outbox.next(for: "bus", pace: bus)
        #expect(ids(batch) == ["A1", "B1", "C1"])
        try await outbox.record(.all(batch.alerts), of: batch, for: "bus", pace: bus)
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A2"])
        await outbox.close()
    }

    @Test func `a sink that keeps the order gets all in the order of commit`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1"), part("A2"), part("B1", .started), part("A3"), part("C1")])
        #expect(ids(try await outbox.next(for: "bus", pace: file)) == ["A1", "A2", "B1", "A3"])
        #expect(ids(try await outbox.next(for: "bus", pace: file, freshAfter: 2)) == ["A1", "A2", "B1", "A3"])
        await outbox.close()
    }

    @Test func `alerts that began since the last look overtake a backlog, the oldest first`() async throws {
        let outbox = try open()
        _ = try await outbox.append("ABCDEFGH".map { part("\($0)1", .started) })
        let first = try await outbox.next(for: "bus", pace: bus)
        #expect(ids(first) == ["A1", "B1", "C1", "D1"])
        try await outbox.record(.all(first.alerts), of: first, for: "bus", pace: bus)
        // An update of an old alert is no alert that begins, and one whose beginning waits stays behind it.
        _ = try await outbox.append([part("A2"), part("X1", .started), part("H2", .started), part("Y1", .started)])
        let second = try await outbox.next(for: "bus", pace: bus, freshAfter: first.freshAfter)
        #expect(ids(second) == ["X1", "Y1", "E1", "F1"])
        try await outbox.record(.all(second.alerts), of: second, for: "bus", pace: bus)
        let third = try await outbox.next(for: "bus", pace: bus, freshAfter: second.freshAfter)
        #expect(ids(third) == ["G1", "H1", "A2"])
        await outbox.close()
    }

    @Test func `more new alerts than one batch holds keep their precedence`() async throws {
        let outbox = try open()
        _ = try await outbox.append("ABCDEFGH".map { part("\($0)1", .started) })
        let first = try await outbox.next(for: "bus", pace: bus)
        _ = try await outbox.append("QRSTUV".map { part("\($0)1", .started) })
        let second = try await outbox.next(for: "bus", pace: bus, freshAfter: first.freshAfter)
        #expect(ids(second) == ["Q1", "R1", "S1", "T1"])
        try await outbox.record(.all(second.alerts), of: second, for: "bus", pace: bus)
        let third = try await outbox.next(for: "bus", pace: bus, freshAfter: second.freshAfter)
        #expect(ids(third) == ["U1", "V1", "A1", "B1"])
        await outbox.close()
    }

    @Test func `after a failure all that waits is backlog`() async throws {
        let outbox = try open()
        _ = try await outbox.append("ABCDE".map { part("\($0)1", .started) })
        #expect(ids(try await outbox.next(for: "bus", pace: bus, freshAfter: nil)) == ["A1", "B1", "C1", "D1"])
        await outbox.close()
    }

    @Test(arguments: [false, true])
    func `a batch of long events is cut short, and a single one never`(keepsOrder: Bool) async throws {
        let outbox = try open()
        for name in "ABCDEFGH" { _ = try await outbox.append([draft("\(name)1", bytes: 1 << 20)]) }
        let pace = DeliveryPace(batchSize: 64, keepsOrder: keepsOrder)
        #expect(ids(try await outbox.next(for: "bus", pace: pace)) == ["A1", "B1", "C1", "D1"])
        await outbox.close()
    }

    // MARK: - What became of it

    @Test func `an event that is left over waits by itself and holds up only its own alert`() async throws {
        let outbox = try open()
        _ = try await outbox.append(["A1", "B1", "A2", "B2"].map { part($0) })
        let batch = try await outbox.next(for: "bus", pace: bus)
        let outcome = try await outbox.record(
            DeliveryReport(delivered: rows(batch, "B1"), failure: "busy"),
            of: batch,
            for: "bus",
            pace: bus
        )
        #expect(outcome.accepted == 1 && outcome.leftOver == 1 && outcome.isProgress)
        let next = try await outbox.next(for: "bus", pace: bus)
        #expect(ids(next) == ["B2"] && next.nextDue == .milliseconds(500))
        try await outbox.record(.all(next.alerts), of: next, for: "bus", pace: bus)
        clock.advance(by: .milliseconds(500))
        let again = try await outbox.next(for: "bus", pace: bus)
        #expect(ids(again) == ["A1"] && again.nextDue == nil)
        // Each further try in vain doubles the wait, up to a minute.
        var waits: [Int64] = []
        for round in 0..<9 {
            _ = try await outbox.append([part("C\(round)")])
            let batch = try await outbox.next(for: "bus", pace: bus)
            let report = DeliveryReport(delivered: rows(batch, "C\(round)"))
            try await outbox.record(report, of: batch, for: "bus", pace: bus)
            let wait = try #require(try await outbox.next(for: "bus", pace: bus).nextDue)
            waits.append(wait.milliseconds)
            clock.advance(by: wait)
        }
        #expect(waits == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
        #expect(try await outbox.pending(for: "bus", limit: 9).map(\.id) == ["A1", "A2"])
        await outbox.close()
    }

    @Test func `where a sink takes nothing at all no event is blamed, and others get their turn`() async throws {
        let outbox = try open()
        _ = try await outbox.append("ABCDEFGH".map { part("\($0)1") })
        for _ in 0..<20 {
            let batch = try await outbox.next(for: "bus", pace: bus)
            let outcome = try await outbox.record(DeliveryReport(failure: "no"), of: batch, for: "bus", pace: bus)
            #expect(!outcome.isProgress)
            clock.advance(by: .milliseconds(250))
        }
        clock.advance(by: .milliseconds(250))
        // Half a second after the last try all of them may be tried.
        var taken: [String] = []
        for _ in 0..<2 {
            let batch = try await outbox.next(for: "bus", pace: bus)
            try await outbox.record(.all(batch.alerts), of: batch, for: "bus", pace: bus)
            taken += ids(batch)
        }
        #expect(taken.sorted() == "ABCDEFGH".map { "\($0)1" })
        await outbox.close()
    }

    @Test func `what is left over by a sink that keeps the order comes again at once and first`() async throws {
        let outbox = try open()
        _ = try await outbox.append(["A1", "B1", "A2"].map { part($0) })
        let batch = try await outbox.next(for: "bus", pace: file)
        try await outbox.record(DeliveryReport(delivered: rows(batch, "A1")), of: batch, for: "bus", pace: file)
        #expect(ids(try await outbox.next(for: "bus", pace: file)) == ["B1", "A2"])
        await outbox.close()
    }

    @Test func `a refused event is parked with its reason, holds up nothing and can be sent again`() async throws {
        let outbox = try open()
        _ = try await outbox.append(["A1", "A2", "B1"].map { part($0) })
        let batch = try await outbox.next(for: "bus", pace: bus)
        let refusal = DeliveryReport.Refusal(row: 1, reason: "not authorised")
        let outcome = try await outbox.record(
            DeliveryReport(delivered: rows(batch, "B1"), refused: [refusal]),
            of: batch,
            for: "bus",
            pace: bus
        )
        #expect(outcome.parked == [refusal])
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A2"])
        let parked = try await outbox.parked(for: "bus")
        #expect(parked.map(\.id) == ["A1"] && parked.map(\.reason) == ["not authorised"])
        #expect(try await outbox.statistics().sinks.first?.parked == 1)
        #expect(try await outbox.requeue(parkedOf: "bus") == 1)
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A1"])
        #expect(try await outbox.parked(for: "bus").isEmpty)
        await outbox.close()
    }

    @Test func `a report speaks only of its own batch`() async throws {
        let outbox = try open()
        _ = try await outbox.append(["A1", "A2"].map { part($0) })
        let batch = try await outbox.next(for: "bus", pace: bus)
        let report = DeliveryReport(delivered: [2, 99], awaitingReceipt: [2], refused: [.init(row: 2, reason: "no")])
        try await outbox.record(report, of: batch, for: "bus", pace: bus)
        #expect(try await outbox.pending(for: "bus", limit: 9).map(\.id) == ["A1", "A2"])
        #expect(try await outbox.parked(for: "bus").isEmpty)
        await outbox.close()
    }

    // MARK: - Receipts

    @Test func `an event that awaits its receipt counts as delivered for the order and is done with the receipt`()
        async throws
    {
        let outbox = try open()
        _ = try await outbox.append(["A1", "A2"].map { part($0) })
        #expect(ids(try await sendAwaitingReceipt(outbox)) == ["A1"])
        #expect(ids(try await sendAwaitingReceipt(outbox)) == ["A2"])
        let statistics = try await outbox.statistics().sinks[0]
        #expect(statistics.pending == 0 && statistics.awaitingReceipt == 2)
        #expect(try await outbox.confirm(eventIDs: ["A1", "A2", "nobody"], for: "bus") == 2)
        #expect(try await outbox.confirm(eventIDs: ["A1"], for: "bus") == 0)
        #expect(try await outbox.pending(for: "bus", limit: 9).isEmpty)
        let batch = try await outbox.next(for: "bus", pace: bus)
        #expect(batch.alerts.isEmpty && batch.nextDue == nil && batch.receipts == 2)
        await outbox.close()
    }

    @Test func `without a receipt an event is sent again after 60 s, 120 s, 240 s and so on, at most 1 h`() async throws
    {
        let outbox = try open()
        _ = try await outbox.append([part("A1", .started)])
        let body = try await sendAwaitingReceipt(outbox).alerts[0].body
        var waits: [Double] = []
        var unheard: [Bool] = []
        for _ in 0..<9 {
            let wait = try #require(try await outbox.next(for: "bus", pace: bus).nextDue)
            clock.advance(by: wait - TimeSpan(nanoseconds: 1))
            #expect(try await outbox.next(for: "bus", pace: bus).alerts.isEmpty)
            clock.advance(by: TimeSpan(nanoseconds: 1))
            let batch = try await sendAwaitingReceipt(outbox)
            #expect(batch.alerts.map(\.body) == [body])
            waits.append(wait.seconds)
            unheard.append(batch.unheard == ["A1"])
        }
        #expect(waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
        #expect(unheard == [false, false, true, true, true, true, true, true, true])
        await outbox.close()
    }

    @Test func `a receipt that comes before the sink's own report is not lost`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1")])
        let batch = try await outbox.next(for: "bus", pace: bus)
        #expect(try await outbox.confirm(eventIDs: ["A1"], for: "bus") == 1)
        try await outbox.record(DeliveryReport(awaitingReceipt: [1]), of: batch, for: "bus", pace: bus)
        #expect(try await outbox.pending(for: "bus", limit: 9).isEmpty)
        #expect(try await outbox.next(for: "bus", pace: bus).nextDue == nil)
        await outbox.close()
    }

    @Test func `a second sending that fails is no try and stays one`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1"), part("A2")])
        _ = try await sendAwaitingReceipt(outbox)
        clock.advance(by: .seconds(60))
        let again = try await outbox.next(for: "bus", pace: bus)
        #expect(ids(again) == ["A1"])
        try await outbox.record(DeliveryReport(failure: "gone"), of: again, for: "bus", pace: bus)
        // It was sent once, so it holds up nothing.
        #expect(ids(try await sendAwaitingReceipt(outbox)) == ["A2"])
        clock.advance(by: .milliseconds(500))
        #expect(ids(try await sendAwaitingReceipt(outbox)) == ["A1"])
        #expect(try await outbox.next(for: "bus", pace: bus).nextDue == .milliseconds(59_500))
        await outbox.close()
    }

    @Test func `what is sent again takes at most half of a batch while there is other work`() async throws {
        let outbox = try open()
        _ = try await outbox.append("ABCD".map { part("\($0)1") })
        _ = try await sendAwaitingReceipt(outbox)
        clock.advance(by: .seconds(60))
        _ = try await outbox.append("WXYZ".map { part("\($0)1") })
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A1", "B1", "W1", "X1"])
        try await outbox.settle([5, 6, 7], for: "bus")
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A1", "B1", "Z1", "C1"])
        await outbox.close()
    }

    @Test func `a thousand events without a receipt stand in nobody's way`() async throws {
        let outbox = try open()
        let pace = DeliveryPace(batchSize: 64, keepsOrder: false)
        for round in 0..<50 { _ = try await outbox.append((0..<100).map { draft("\(round)-\($0)") }) }
        while case let batch = try await outbox.next(for: "bus", pace: pace), !batch.alerts.isEmpty {
            try await outbox.record(
                DeliveryReport(awaitingReceipt: batch.alerts.map(\.row)),
                of: batch,
                for: "bus",
                pace: pace
            )
        }
        #expect(try await outbox.statistics().sinks[0].awaitingReceipt == 5000)
        _ = try await outbox.append([draft("new")])
        #expect(ids(try await outbox.next(for: "bus", pace: pace)) == ["new"])
        await outbox.close()
    }

    @Test func `what waits survives a restart with its tries and its time`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1")])
        _ = try await sendAwaitingReceipt(outbox)
        clock.advance(by: .seconds(60))
        _ = try await sendAwaitingReceipt(outbox)
        clock.advance(by: .seconds(20))
        await outbox.close()
        let again = try open()
        let batch = try await again.next(for: "bus", pace: bus)
        #expect(batch.alerts.isEmpty && batch.nextDue == .seconds(100))
        await again.close()
    }

    @Test func `a sink that is gone takes what it held along`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1"), part("B1")])
        let batch = try await outbox.next(for: "bus", pace: bus)
        try await outbox.record(DeliveryReport(awaitingReceipt: rows(batch, "A1")), of: batch, for: "bus", pace: bus)
        await outbox.close()
        let again = try open(["other"])
        #expect(again.opening.droppedDeliveries == ["bus": 2])
        await again.close()
    }
}
