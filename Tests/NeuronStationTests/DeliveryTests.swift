import Logging
import NeuronBus
import NeuronConfiguration
import NeuronCore
import NeuronOutbox
import NeuronTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct DeliveryTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func draft(_ number: Int) -> AlertDraft {
        AlertDraft(
            id: "event\(number)",
            alertID: "alert\(number)",
            source: "urn:neurond:box:a",
            type: "org.neurond.motion.started.v1",
            subject: "_/_/_/_/a",
            time: .epoch,
            phase: .single,
            importance: .started,
            encode: { Array("{\"sequence\":\"\($0.sequence)\"}".utf8) }
        )
    }

    @Test func `a stop does not wait for a backlog longer than its farewell`() async throws {
        let outbox = try Outbox(
            OutboxSettings(path: folder.file("outbox.db"), sinks: ["slow"]),
            clock: SystemClock()
        )
        try await outbox.append((0..<2000).map(draft))
        let sink = SlowSink()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let driver = SinkDriver(sink: sink, outbox: outbox, logger: logger, farewell: .milliseconds(20))
        let group = ServiceGroup(services: [driver], logger: logger)
        sink.atFirstBatch { await group.triggerGracefulShutdown() }
        try await group.run()
        // 256 at a time: one batch before the stop, one as a farewell.
        #expect((256...512).contains(sink.delivered))
        #expect(try await outbox.pending(for: "slow", limit: 5000).count == 2000 - sink.delivered)
        await outbox.close()
    }

    @Test func `what a sink refused is offered once more by the next start, and what expired is not`() async throws {
        let outbox = try Outbox(
            OutboxSettings(path: folder.file("outbox.db"), sinks: ["jsonl"]),
            clock: SystemClock()
        )
        try await outbox.append((1...3).map(draft))
        let rows = try await outbox.pending(for: "jsonl", limit: 9).map(\.row)
        try await outbox.park(rows[0], for: "jsonl", reason: "not authorised")
        try await outbox.park(rows[1], for: "jsonl", reason: ParkedDelivery.expired)
        let file = JSONLinesFile(name: "jsonl", path: folder.file("alerts.jsonl"))
        let exchange = AlertExchange(
            Configuration(stateDirectory: folder.path),
            sinks: [file],
            outbox: outbox,
            clock: SystemClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await exchange.open()
        #expect(try await outbox.pending(for: "jsonl", limit: 9).map(\.row) == [rows[0], rows[2]])
        await file.close()
        await outbox.close()
    }

    @Test func `a reload of links begins neither the box's uptime nor the pace of its reports anew`() async throws {
        let clock = DeskClock(.epoch)
        let outbox = try Outbox(OutboxSettings(path: folder.file("outbox.db"), sinks: []), clock: clock)
        let start = clock.monotonicNow()
        let exchange = AlertExchange(
            Configuration(stateDirectory: folder.path),
            sinks: [],
            outbox: outbox,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        clock.pass(100)
        let next = exchange.successor(exchange.configuration, sinks: [])
        let reports = try #require(next.services { 0 }.compactMap { $0 as? HealthService }.first)
        #expect(reports.since == start)
        let every = reports.every
        #expect(reports.nextReport(after: clock.monotonicNow()) == start + every)
        #expect(reports.nextReport(after: start + every) == start + every * 2)
        await outbox.close()
    }

    @Test func `an alert that can never be stored holds up no other`() async throws {
        let outbox = try Outbox(
            OutboxSettings(path: folder.file("outbox.db"), sinks: ["file"]),
            clock: SystemClock()
        )
        let channel = AlertChannel(capacity: 8)
        var monster = draft(2)
        monster.write = { _, _ in Array(repeating: UInt8(ascii: "x"), count: 2 << 20) }
        for draft in [draft(1), monster, draft(3)] { channel.send(draft) }
        channel.finish()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let recorder = AlertRecorder(channel: channel, logger: logger) { try await outbox.append($0) }
        let group = ServiceGroup(services: [recorder], logger: logger)
        async let end: Void = group.run()
        for await _ in outbox.deliverySignals() {
            if try await outbox.pending(for: "file", limit: 9).count == 2 { break }
        }
        await group.triggerGracefulShutdown()
        try await end
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["event1", "event3"])
        await outbox.close()
    }
}

/// A sink that takes for each batch as long as it is let.
private final class SlowSink: AlertSink {
    let name = "slow"
    private let count = Mutex(0)
    private let action = Mutex<(@Sendable () async -> Void)?>(nil)

    var delivered: Int { count.withLock { $0 } }

    func atFirstBatch(_ body: @escaping @Sendable () async -> Void) { action.withLock { $0 = body } }

    func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        if let action = action.withLock({ $0.take() }) { await action() }
        // Ends when the delivery is cancelled.
        let never = AsyncStream<Never>.makeStream()
        for await _ in never.stream {}
        never.continuation.finish()
        count.withLock { $0 += alerts.count }
        return .all(alerts)
    }

    func close() async {}
}
