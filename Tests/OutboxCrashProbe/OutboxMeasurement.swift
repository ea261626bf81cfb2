import Glibc
import NeuronCore
import NeuronOutbox

/// Measures what a commit and a delivery cost on this machine's disk; for people, not for a gate.
///
/// `outbox-crash-probe measure FOLDER EVENTS GROUP` appends events of 600 bytes in groups, one after the other, and drains
/// them through a sink that takes all at once: as a file takes them, as a broker does, and with a receipt for each.
enum OutboxMeasurement {
    static func run(folder: String, events: Int, group: Int) async throws {
        let clock = SystemClock()
        let settings = OutboxSettings(path: folder + "/outbox.db", sinks: ["sink"])
        let outbox = try Outbox(settings, clock: clock)
        let empty = try await outbox.statistics().bytesInUse
        var commits: [Double] = []
        let start = clock.monotonicNow()
        for first in stride(from: 0, to: events, by: group) {
            let before = clock.monotonicNow()
            try await outbox.append((first..<first + group).map { measuredEvent(number: $0) })
            commits.append((clock.monotonicNow() - before).seconds)
        }
        let appending = (clock.monotonicNow() - start).seconds
        let used = try await outbox.statistics().bytesInUse - empty
        commits.sort()
        print(
            "append: \(Int(Double(events) / appending)) events/s in groups of \(group);",
            "commit p50 \(milliseconds(commits[commits.count / 2])),",
            "p99 \(milliseconds(commits[commits.count * 99 / 100])), max \(milliseconds(commits[commits.count - 1]));",
            "\(Int(used) / events) bytes on disk per pending event of 600 bytes"
        )
        let paces = [
            ("a file's batches of 256", DeliveryPace(batchSize: 256, keepsOrder: true), Fate.settled),
            ("windows of 64", DeliveryPace(batchSize: 64, keepsOrder: false), .settled),
            ("windows of 64 with a receipt each", DeliveryPace(batchSize: 64, keepsOrder: false), .confirmed),
            ("windows of 20", DeliveryPace(batchSize: 20, keepsOrder: false), .settled),
        ]
        for (round, (name, pace, fate)) in paces.enumerated() {
            if round > 0 { try await fill(outbox, round: round, events: events) }
            let rate = try await drainRate(outbox, pace: pace, fate: fate, clock: clock)
            print("drain in \(name): \(rate) events/s")
        }
        let window = DeliveryPace(batchSize: 64, keepsOrder: false)
        try await fill(outbox, round: paces.count, events: events)
        _ = try await drainRate(outbox, pace: window, fate: .silence, clock: clock)
        try await fill(outbox, round: paces.count + 1, events: events)
        let rate = try await drainRate(outbox, pace: window, fate: .settled, clock: clock)
        print("drain in windows of 64 beside \(events) events without a receipt: \(rate) events/s")
        await outbox.close()
    }

    /// What becomes of an event that was sent.
    private enum Fate {
        case settled, confirmed, silence
    }

    private static func fill(_ outbox: Outbox, round: Int, events: Int) async throws {
        for first in stride(from: 0, to: events, by: 256) {
            let numbers = first..<min(first + 256, events)
            try await outbox.append(numbers.map { measuredEvent(number: round * events + $0) })
        }
    }

    private static func drainRate(
        _ outbox: Outbox,
        pace: DeliveryPace,
        fate: Fate,
        clock: SystemClock
    ) async throws -> Int {
        let start = clock.monotonicNow()
        var (freshAfter, count): (Int64?, Int) = (nil, 0)
        while case let batch = try await outbox.next(for: "sink", pace: pace, freshAfter: freshAfter),
            !batch.alerts.isEmpty
        {
            let rows = batch.alerts.map(\.row)
            let report = fate == .settled ? DeliveryReport(delivered: rows) : DeliveryReport(awaitingReceipt: rows)
            try await outbox.record(report, of: batch, for: "sink", pace: pace)
            if fate == .confirmed { try await outbox.confirm(eventIDs: batch.alerts.map(\.id), for: "sink") }
            freshAfter = batch.freshAfter
            count += rows.count
        }
        return Int(Double(count) / (clock.monotonicNow() - start).seconds)
    }

    private static func milliseconds(_ seconds: Double) -> String { "\(Double(Int(seconds * 1e5)) / 100) ms" }

    private static func measuredEvent(number: Int) -> AlertDraft {
        // An id as long as a ULID.
        let id = String("01K3A7Q0W3S6ZB4C8N2M5R9TFE".dropLast("\(number)".count)) + "\(number)"
        return AlertDraft(
            id: id,
            alertID: id,
            source: "urn:neurond:box-0007:cam0042",
            type: "org.neurond.motion.started.v1",
            subject: "d310104/s005/c012/g031/cam0042",
            time: WallTime(nanoseconds: Int64(number)),
            phase: .single,
            importance: .started,
            encode: { _ in [UInt8](repeating: UInt8(ascii: "x"), count: 600) }
        )
    }
}
