import NeuronCore
import NeuronOutbox
import Testing

/// What time does to deliveries, and what a clock that is set does not.
@Suite(.timeLimit(.minutes(10))) struct OutboxAgeTests {
    let folder = ScratchFolder()
    let clock = ManualClock()
    let bus = DeliveryPace(batchSize: 4, keepsOrder: false)

    func open() throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: ["bus"], ballastBytes: 0), clock: clock)
    }

    @Test(arguments: [-3600, 86_400, -86_400 * 365] as [Int64])
    func `a step of the clock makes nothing due early and nothing late`(seconds: Int64) async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1")])
        _ = try await sendAwaitingReceipt(outbox)
        clock.stepWall(by: .seconds(seconds))
        let batch = try await outbox.next(for: "bus", pace: bus)
        #expect(batch.alerts.isEmpty && batch.nextDue == .seconds(60))
        try await outbox.maintain()
        #expect(try await outbox.statistics().sinks[0].expired == 0)
        clock.advance(by: .seconds(60))
        #expect(ids(try await outbox.next(for: "bus", pace: bus)) == ["A1"])
        await outbox.close()
    }

    @Test(arguments: [-3600, 86_400, -86_400 * 365, 86_400 * 365] as [Int64])
    func `what is appended after a step of the clock expires no sooner than anything else`(seconds: Int64) async throws
    {
        let outbox = try open()
        _ = try await outbox.append([part("A1")])
        clock.stepWall(by: .seconds(seconds))
        _ = try await outbox.append([part("B1")])
        try await outbox.transact { try $0.store(result: [1], source: "desk", id: "1") }
        clock.advance(by: AlertDraft.lifetime)
        try await outbox.maintain()
        #expect(try await outbox.pending(for: "bus", limit: 9).map(\.id) == ["A1", "B1"])
        #expect(try await outbox.transact { try $0.storedResult(source: "desk", id: "1") } == [1])
        clock.advance(by: .seconds(1))
        try await outbox.maintain()
        #expect(try await outbox.statistics().sinks[0].expired == 2)
        await outbox.close()
    }

    @Test(arguments: [-86_400 * 365, 86_400 * 365 * 50] as [Int64])
    func `a clock that was set while nobody ran makes nothing expire and puts nothing off`(seconds: Int64) async throws
    {
        let outbox = try open()
        _ = try await outbox.append([part("A1"), part("B1"), part("B2")])
        _ = try await sendAwaitingReceipt(outbox)
        await outbox.close()
        clock.stepWall(by: .seconds(seconds))
        let again = try open()
        try await again.maintain()
        #expect(try await again.statistics().sinks[0].expired == 0)
        #expect(try await again.pending(for: "bus", limit: 9).map(\.id) == ["A1", "B1", "B2"])
        clock.advance(by: .seconds(60))
        #expect(ids(try await again.next(for: "bus", pace: bus)).contains("A1"))
        await again.close()
    }

    @Test func `a time far off in the file is brought near at the opening`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1")])
        // The latest event is five days old: the clock goes on a day after it.
        clock.advance(by: .seconds(5 * 86_400))
        _ = try await sendAwaitingReceipt(outbox)
        await outbox.close()
        let again = try open()
        #expect(try await again.next(for: "bus", pace: bus).nextDue == .seconds(3600))
        await again.close()
    }

    @Test func `an event that nobody took in seven days is parked as expired and counted`() async throws {
        let outbox = try open()
        _ = try await outbox.append([part("A1"), part("B1")])
        let first = try await outbox.next(for: "bus", pace: bus)
        try await outbox.record(DeliveryReport(awaitingReceipt: rows(first, "A1")), of: first, for: "bus", pace: bus)
        clock.advance(by: AlertDraft.lifetime)
        _ = try await outbox.append([part("C1")])
        try await outbox.maintain()
        #expect(try await outbox.pending(for: "bus", limit: 9).count == 3)
        clock.advance(by: .seconds(1))
        try await outbox.maintain()
        #expect(try await outbox.pending(for: "bus", limit: 9).map(\.id) == ["C1"])
        #expect(try await outbox.expiredEvents() == ["bus": 2])
        #expect(try await outbox.statistics().sinks[0].expired == 2)
        await outbox.close()
    }
}
