import Logging
import NeuronConsole
import NeuronCore
import NeuronOutbox
import NeuronTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import NeuronStation

/// Real outboxes, sinks that say what a test tells them, and a clock that jumps to whatever is waited for.
@Suite(.timeLimit(.minutes(10))) struct SinkDriverTests {
    private let folder: TemporaryDirectory
    private let clock = JumpingClock()

    init() throws { folder = try TemporaryDirectory() }

    private func draft(_ id: String, importance: AlertDraft.Importance = .started) -> AlertDraft {
        AlertDraft(
            id: id,
            alertID: String(id.prefix(1)),
            source: "urn:neurond:box:a",
            type: "org.neurond.\(importance == .health ? "health.report" : "motion.started").v1",
            subject: "_/_/_/_/a",
            time: .epoch,
            phase: .single,
            importance: importance,
            encode: { Array("{\"sequence\":\"\($0.sequence)\"}".utf8) }
        )
    }

    private func open(_ sinks: [String]) throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.file("outbox.db"), sinks: sinks, ballastBytes: 0), clock: clock)
    }

    private func driver(_ sink: ScriptedSink, _ outbox: Outbox) -> SinkDriver {
        var driver = SinkDriver(sink: sink, outbox: outbox, clock: clock, logger: quiet)
        driver.jitter = { 0 }
        driver.pause = { [clock] in try await clock.jump(by: $0) }
        return driver
    }

    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs drivers until a condition holds after some delivery, then stops them.
    private func run(_ drivers: [SinkDriver], until isDone: @Sendable @escaping () async throws -> Bool) async throws {
        let group = ServiceGroup(services: drivers, logger: quiet)
        async let end: Void = group.run()
        while try await !isDone() { await Task.yield() }
        await group.triggerGracefulShutdown()
        try await end
    }

    @Test func `each event is tried until the sink takes it, longer and longer apart`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1")])
        let sink = ScriptedSink("bus") { call, _ in call < 8 ? nil : DeliveryReport(delivered: [1]) }
        try await run([driver(sink, outbox)]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(sink.calls.map(\.count) == Array(repeating: 1, count: 9))
        #expect(clock.jumps.prefix(8).map(\.milliseconds) == [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000])
        await outbox.close()
    }

    @Test func `a report without progress counts as a failure, one with progress does not`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1"), draft("B1")])
        let sink = ScriptedSink("bus") { call, alerts in
            switch call {
            case 0: DeliveryReport(failure: "busy")
            default: .all([alerts[0]])
            }
        }
        try await run([driver(sink, outbox)]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        // The sink rests, then each event that it left over has its own wait.
        #expect(clock.jumps.prefix(3).map(\.milliseconds) == [250, 250, 1000])
        await outbox.close()
    }

    @Test func `what nobody subscribes to waits longer and longer by itself, and holds up nothing else`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1"), draft("B1")])
        let sink = ScriptedSink("bus") { call, alerts in
            call < 5 ? DeliveryReport(postponed: alerts.map(\.row), failure: "nobody subscribes") : .all(alerts)
        }
        try await run([driver(sink, outbox)]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(clock.jumps.prefix(5).map(\.milliseconds) == [500, 1000, 2000, 4000, 8000])
        await outbox.close()
    }

    @Test func `a sink that reports no progress is left alone longer and longer`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1")])
        let sink = ScriptedSink("bus") { call, alerts in call < 8 ? DeliveryReport(failure: "busy") : .all(alerts) }
        try await run([driver(sink, outbox)]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(sink.calls.count == 9)
        // The event's own half second ends after the first back-off and with or before the others.
        #expect(
            clock.jumps.prefix(9).map(\.milliseconds) == [250, 250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000]
        )
        await outbox.close()
    }

    @Test func `a dead sink and one that never answers delay no other`() async throws {
        let outbox = try open(["dead", "hanging", "sound"])
        let dead = ScriptedSink("dead") { _, _ in nil }
        let hanging = ScriptedSink("hanging", hangs: true) { _, _ in nil }
        let sound = ScriptedSink("sound") { _, alerts in .all(alerts) }
        try await outbox.append((0..<200).map { draft("\($0)") })
        var drivers = [driver(dead, outbox), driver(hanging, outbox), driver(sound, outbox)]
        // Here the wait is a real one: the dead sink must not spin while the others are looked at.
        for index in drivers.indices {
            drivers[index].pause = { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) }
            drivers[index].farewell = .milliseconds(1)
        }
        try await run(drivers) { try await outbox.pending(for: "sound", limit: 1).isEmpty }
        #expect(try await outbox.pending(for: "dead", limit: 999).count == 200)
        #expect(try await outbox.pending(for: "hanging", limit: 999).count == 200)
        await outbox.close()
    }

    @Test func `a prompt ends a back-off`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1")])
        let (prompts, prompter) = AsyncStream.makeStream(of: Void.self)
        let sink = ScriptedSink("bus") { call, alerts in call == 0 ? nil : .all(alerts) }
        var driver = driver(sink, outbox)
        driver.prompts = prompts
        // Nothing but the prompt can end this wait.
        driver.pause = { _ in
            prompter.yield()
            try await Task.sleep(for: .seconds(3600))
        }
        try await run([driver]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(sink.calls.count == 2)
        await outbox.close()
    }

    @Test func `without receipts an event is sent again and the operator is told once`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1"), draft("B1")])
        let told = Mutex<[[String]]>([])
        let sink = ScriptedSink("bus") { _, alerts in DeliveryReport(awaitingReceipt: alerts.map(\.row)) }
        var driver = driver(sink, outbox)
        driver.onNoReceipt = { name, ids in told.withLock { $0.append([name] + ids.sorted()) } }
        try await run([driver]) {
            guard sink.calls.count >= 6 else { return false }
            return try await outbox.confirm(eventIDs: ["A1", "B1"], for: "bus") > 0
        }
        #expect(Set(sink.calls.joined()) == ["A1", "B1"])
        #expect(clock.jumps.prefix(4).map(\.seconds) == [60, 120, 240, 480])
        #expect(told.withLock { $0 } == [["bus", "A1", "B1"]])
        #expect(try await outbox.pending(for: "bus", limit: 1).isEmpty)
        await outbox.close()
    }

    @Test func `what was handed over again is counted as that, and what was taken once`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1"), draft("B1")])
        let sink = ScriptedSink("bus") { call, alerts in
            switch call {
            case 0: nil
            case 1: DeliveryReport(delivered: [], awaitingReceipt: [alerts[0].row], failure: "busy")
            default: DeliveryReport(awaitingReceipt: alerts.map(\.row))
            }
        }
        let meter = SinkMeter()
        var driver = driver(sink, outbox)
        driver.meter = meter
        // The third sending of what has no receipt is not waited for.
        driver.pause = { [clock] span in
            if span > .seconds(100) { try await Task.sleep(for: .seconds(3600)) }
            try await clock.jump(by: span)
        }
        // Both by the error, one given back, both without their receipts.
        try await run([driver]) { meter["bus"].redelivered == 5 }
        #expect(meter["bus"].delivered == 2 && meter["bus"].failures == 1)
        #expect(sink.calls == [["A1", "B1"], ["A1", "B1"], ["B1"], ["A1"], ["B1"]])
        await outbox.close()
    }

    @Test func `why a sink fails is known until it takes something`() async throws {
        let outbox = try open(["file"])
        try await outbox.append([draft("A1")])
        let meter = SinkMeter()
        let known = Mutex<[String?]>([])
        let sink = ScriptedSink("file") { call, alerts in
            known.withLock { $0.append(meter.failure(of: "file")) }
            switch call {
            case 0: return nil
            case 1: return DeliveryReport(failure: "busy")
            default: return .all(alerts)
            }
        }
        var driver = driver(sink, outbox)
        driver.meter = meter
        try await run([driver]) { meter["file"].delivered == 1 }
        #expect(known.withLock { $0 } == [nil, "The broker does not answer.", "busy"])
        #expect(meter.failure(of: "file") == nil && meter["file"].failures == 2)
        await outbox.close()
    }

    @Test func `a refusal is told, unless it was of a report of the box's own health`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append([draft("A1"), draft("B1", importance: .health), draft("C1")])
        let told = Mutex<[String]>([])
        let sink = ScriptedSink("bus") { _, alerts in
            DeliveryReport(
                delivered: alerts.filter { $0.id == "C1" }.map(\.row),
                refused: alerts.filter { $0.id != "C1" }.map { .init(row: $0.row, reason: "not authorised") }
            )
        }
        var driver = driver(sink, outbox)
        driver.onParked = { name, alert, reason in told.withLock { $0.append("\(name) \(alert.id) \(reason)") } }
        try await run([driver]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(told.withLock { $0 } == ["bus A1 not authorised"])
        #expect(try await outbox.parked(for: "bus").map(\.id) == ["A1", "B1"])
        await outbox.close()
    }

    @Test func `an alert that begins during a drain goes before the backlog`() async throws {
        let outbox = try open(["bus"])
        try await outbox.append((0..<200).map { number in draft(String(UnicodeScalar(UInt16(0x100 + number)) ?? "x")) })
        let sink = ScriptedSink("bus") { call, alerts in
            if call == 2 { try await outbox.append([self.draft("n1"), self.draft("m1")]) }
            return .all(alerts)
        }
        try await run([driver(sink, outbox)]) { try await outbox.pending(for: "bus", limit: 1).isEmpty }
        #expect(sink.calls[3].prefix(2) == ["n1", "m1"])
        #expect(sink.calls.joined().count == 202)
        await outbox.close()
    }

    @Test func `a batch that a disk holds for ever is left with it by a stop, and settled by nobody`() async throws {
        let outbox = try open(["file"])
        try await outbox.append([draft("A1")])
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let hung = ScriptedSink("file") { _, alerts in
            // As a write in the kernel: nothing but the disk ends it.
            await Task { for await _ in ends {} }.value
            return .all(alerts)
        }
        var driver = driver(hung, outbox)
        driver.mayHang = true
        driver.farewell = .milliseconds(1)
        try await run([driver]) { hung.calls.count == 1 }
        end.finish()
        while hung.answers == 0 { await Task.yield() }
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["A1"])
        // Whoever comes after it delivers it.
        let next = ScriptedSink("file") { _, alerts in .all(alerts) }
        try await run([self.driver(next, outbox)]) { try await outbox.pending(for: "file", limit: 1).isEmpty }
        #expect(next.calls == [["A1"]])
        await outbox.close()
    }
}

/// A clock that jumps to the end of whatever is waited for, and remembers the jumps.
private final class JumpingClock: NeuronClock {
    private struct State {
        var offset: Int64 = 0
        var jumps: [TimeSpan] = []
    }
    private let state = Mutex(State())
    private static let start: Int64 = 1_795_161_600_000_000_000

    var jumps: [TimeSpan] { state.withLock { $0.jumps } }

    func wallNow() -> WallTime { WallTime(nanoseconds: Self.start + state.withLock { $0.offset }) }
    func monotonicNow() -> MonotonicTime { MonotonicTime(nanoseconds: state.withLock { $0.offset }) }

    func jump(by span: TimeSpan) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.offset += span.nanoseconds
            state.jumps.append(span)
        }
    }
}

/// A sink that says what a test tells it.
private final class ScriptedSink: AlertSink {
    let name: String
    let pace = DeliveryPace(batchSize: 20, keepsOrder: false)
    private let hangs: Bool
    private let script: @Sendable (_ call: Int, _ alerts: [StoredAlert]) async throws -> DeliveryReport?
    private let seen = Mutex<[[String]]>([])
    private let answered = Mutex(0)

    /// The ids of each call's events.
    var calls: [[String]] { seen.withLock { $0 } }
    /// Calls that came back with a report.
    var answers: Int { answered.withLock(\.self) }

    init(
        _ name: String,
        hangs: Bool = false,
        script: @escaping @Sendable (_ call: Int, _ alerts: [StoredAlert]) async throws -> DeliveryReport?
    ) {
        self.name = name
        self.hangs = hangs
        self.script = script
    }

    func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        let call = seen.withLock { seen in
            seen.append(alerts.map(\.id))
            return seen.count - 1
        }
        if hangs {
            // Ends when the delivery is cancelled.
            let never = AsyncStream<Never>.makeStream()
            for await _ in never.stream {}
            never.continuation.finish()
        }
        guard let report = try await script(call, alerts) else { throw Down() }
        answered.withLock { $0 += 1 }
        return report
    }

    func close() async {}

    struct Down: Error, CustomStringConvertible {
        let description = "The broker does not answer."
    }
}
