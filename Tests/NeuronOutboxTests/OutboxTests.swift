import Foundation
import GRDB
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxTests {
    let folder = ScratchFolder()
    let clock = ManualClock()

    func open(_ sinks: [String] = ["file"], capacity: Int64 = 1 << 26) throws -> Outbox {
        try Outbox(
            OutboxSettings(path: folder.database, capacityBytes: capacity, sinks: sinks, ballastBytes: 4096),
            clock: clock
        )
    }

    @Test func `numbers count from one per source without holes`() async throws {
        let outbox = try open()
        let receipts = try await outbox.append([draft("1"), draft("2", source: "b"), draft("3")])
        #expect(
            receipts.map(\.sequence) == [
                "0001-00000000000000000001", "0001-00000000000000000001", "0001-00000000000000000002",
            ]
        )
        #expect(receipts.map(\.row) == [1, 2, 3])
        await outbox.close()
        let again = try open()
        #expect(try await again.append([draft("4")]).first?.sequence == "0001-00000000000000000003")
        await again.close()
    }

    @Test func `the body is what the draft made of its stamp`() async throws {
        let outbox = try open()
        _ = try await outbox.append([draft("1", alert: "A", type: "t", time: WallTime(nanoseconds: 7))])
        let stored = try #require(try await outbox.pending(for: "file", limit: 9).first)
        #expect(String(decoding: stored.body, as: UTF8.self).contains("0001-00000000000000000001"))
        #expect(stored.id == "1" && stored.alertID == "A" && stored.type == "t" && stored.time.nanoseconds == 7)
        #expect(stored.source == "urn:neurond:box:a" && stored.subject == "_/_/_/_/a")
        await outbox.close()
    }

    @Test func `an id that is there takes no number and is not delivered twice`() async throws {
        let outbox = try open()
        let first = try await outbox.append([draft("1")])
        let again = try await outbox.append([draft("1"), draft("2")])
        #expect(again.map(\.outcome) == [.alreadyThere, .committed])
        #expect(again[0].row == first[0].row && again[0].sequence == first[0].sequence)
        #expect(again[1].sequence == "0001-00000000000000000002")
        #expect(try await drain(outbox, sink: "file").map(\.id) == ["1", "2"])
        await outbox.close()
    }

    @Test func `each sink has its own place`() async throws {
        let outbox = try open(["file", "mqtt"])
        _ = try await outbox.append([draft("1"), draft("2")])
        try await outbox.settle([1, 1, 77], for: "file")
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["2"])
        #expect(try await outbox.pending(for: "mqtt", limit: 9).map(\.id) == ["1", "2"])
        #expect(try await outbox.pending(for: "mqtt", after: 1, limit: 9).map(\.id) == ["2"])
        #expect(try await outbox.pending(for: "mqtt", limit: 1).map(\.id) == ["1"])
        await outbox.close()
    }

    @Test func `a parked row blocks nobody and is counted`() async throws {
        let outbox = try open()
        _ = try await outbox.append([draft("1"), draft("2")])
        try await outbox.park(1, for: "file", reason: "refused")
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["2"])
        #expect(try await outbox.statistics().sinks.first?.parked == 1)
        await outbox.close()
    }

    @Test func `a sink that nobody knows is refused by name`() async throws {
        let outbox = try open()
        let error = await #expect(throws: OutboxError.self) { try await outbox.pending(for: "nats", limit: 1) }
        #expect(error?.code == .unknownSink)
        #expect(error?.description.contains("'nats'") == true)
        await outbox.close()
    }

    @Test func `a new sink starts with new events and an old one lets its rows go`() async throws {
        let first = try open(["file"])
        _ = try await first.append([draft("1"), draft("2")])
        await first.close()
        let second = try open(["mqtt"])
        #expect(second.opening.droppedDeliveries == ["file": 2])
        #expect(second.opening.addedSinks == ["mqtt"])
        _ = try await second.append([draft("3")])
        #expect(try await second.pending(for: "mqtt", limit: 9).map(\.id) == ["3"])
        await second.close()
    }

    @Test func `alerts are open from their opening to their closing event over restarts`() async throws {
        let outbox = try open()
        _ = try await outbox.append([
            draft("1", alert: "A", phase: .opens, time: WallTime(nanoseconds: 10)),
            draft("2", alert: "B", phase: .opens, time: WallTime(nanoseconds: 20)),
            draft("3", alert: "A", phase: .continues, time: WallTime(nanoseconds: 30)),
            draft("4", alert: "B", phase: .closes, time: WallTime(nanoseconds: 40)),
        ])
        await outbox.close()
        let again = try open()
        let alerts = try await again.openAlerts()
        #expect(alerts.map(\.alertID) == ["A"])
        #expect(alerts.first?.openingID == "1")
        #expect(alerts.first?.openedAt.nanoseconds == 10 && alerts.first?.lastEventAt.nanoseconds == 30)
        #expect(alerts.first.map { String(decoding: $0.body, as: UTF8.self).contains(#""id":"1""#) } == true)
        await again.close()
    }

    @Test(arguments: ["", "{\n}", "{\r}", "large"])
    func `a body that no line can hold is refused and takes no number`(body: String) async throws {
        let outbox = try open()
        var bad = draft("bad")
        bad.write = { _, _ in body == "large" ? [UInt8](repeating: 32, count: 2 << 20) : Array(body.utf8) }
        let failing = bad
        async let good = outbox.append([draft("good")])
        let error = await #expect(throws: OutboxError.self) { try await outbox.append([draft("x"), failing]) }
        #expect(error?.code == .invalidAlert)
        #expect(try await good.first?.sequence == "0001-00000000000000000001")
        #expect(try await outbox.append([draft("y")]).first?.sequence == "0001-00000000000000000002")
        await outbox.close()
    }

    @Test func `many callers at once all get their numbers`() async throws {
        let outbox = try open()
        let sequences = try await withThrowingTaskGroup(of: [AppendReceipt].self) { group in
            for caller in 0..<200 { group.addTask { try await outbox.append([draft("\(caller)")]) } }
            return try await group.reduce(into: []) { $0 += $1.map(\.sequence) }
        }
        #expect(Set(sequences).count == 200)
        #expect(sequences.max() == "0001-00000000000000000200")
        await outbox.close()
    }

    @Test func `a commit wakes whoever waits and closing ends the wait`() async throws {
        let outbox = try open()
        let waiter = Task {
            var ids: [String] = []
            for await _ in outbox.deliverySignals() { ids += try await drain(outbox, sink: "file").map(\.id) }
            return ids
        }
        for id in 0..<20 { _ = try await outbox.append([draft("\(id)")]) }
        while try await outbox.statistics().sinks.first?.pending != 0 { await Task.yield() }
        await outbox.close()
        // The last look may come after the close.
        let ids = try? await waiter.value
        #expect(ids == nil || ids == (0..<20).map(String.init))
    }

    @Test func `a cancelled caller's events are committed all the same`() async throws {
        let outbox = try open()
        let caller = Task { try await outbox.append([draft("1")]) }
        caller.cancel()
        #expect(try await caller.value.map(\.outcome) == [.committed])
        #expect(try await outbox.append([]).isEmpty)
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["1"])
        await outbox.close()
    }

    @Test func `a closed outbox refuses everything`() async throws {
        let outbox = try open()
        await outbox.close()
        await outbox.close()
        let error = await #expect(throws: OutboxError.self) { try await outbox.append([draft("1")]) }
        #expect(error?.code == .closed)
    }

    @Test func `delivered history is trimmed when its time is over and what waits is kept`() async throws {
        let settings = OutboxSettings(path: folder.database, historyKept: .seconds(3 * 86_400), sinks: ["file"])
        let outbox = try Outbox(settings, clock: clock)
        _ = try await outbox.append([draft("1"), draft("2"), draft("3")])
        try await outbox.settle([1, 2], for: "file")
        clock.advance(by: .seconds(3 * 86_400))
        try await outbox.maintain()
        #expect(try await outbox.statistics().events == 3)
        clock.advance(by: .seconds(86_400))
        _ = try await outbox.append([draft("4")])
        try await outbox.maintain()
        #expect(try await outbox.statistics().events == 2)
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["3", "4"])
        await outbox.close()
    }

    @Test func `statistics count per sink and know the age of the oldest`() async throws {
        let outbox = try open(["file", "mqtt"])
        _ = try await outbox.append([draft("1", alert: "A", phase: .opens), draft("2")])
        try await outbox.settle([1, 2], for: "file")
        clock.advance(by: .seconds(90))
        let statistics = try await outbox.statistics()
        #expect(statistics.sinks.map(\.name) == ["file", "mqtt"])
        #expect(statistics.sinks.map(\.pending) == [0, 2])
        #expect(statistics.sinks.map(\.oldestAge) == [nil, .seconds(90)])
        #expect(statistics.events == 2 && statistics.openAlerts == 1 && statistics.epoch == 1)
        #expect(statistics.isBallastInPlace && statistics.bytesOnDisk > 0 && statistics.bytesInUse > 0)
        await outbox.close()
    }
}
