import Glibc
import NeuronCore
import NeuronOutbox

/// Measures what a commit costs on this machine's disk; for people, not for a gate.
///
/// `outbox-crash-probe measure FOLDER EVENTS GROUP` appends events of 600 bytes in groups, one after the other.
enum OutboxMeasurement {
    static func run(folder: String, events: Int, group: Int) async throws {
        let clock = SystemClock()
        let settings = OutboxSettings(path: folder + "/outbox.db", sinks: ["file"])
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
        let rate = try await drainRate(outbox, clock: clock, events: events)
        commits.sort()
        print(
            "append: \(Int(Double(events) / appending)) events/s in groups of \(group);",
            "commit p50 \(milliseconds(commits[commits.count / 2])),",
            "p99 \(milliseconds(commits[commits.count * 99 / 100])), max \(milliseconds(commits[commits.count - 1]));",
            "\(Int(used) / events) bytes on disk per pending event of 600 bytes;",
            "drain: \(rate) events/s in batches of 256"
        )
        await outbox.close()
    }

    private static func drainRate(_ outbox: Outbox, clock: SystemClock, events: Int) async throws -> Int {
        let start = clock.monotonicNow()
        while case let batch = try await outbox.pending(for: "file", limit: 256), !batch.isEmpty {
            try await outbox.settle(batch.map(\.row), for: "file")
        }
        return Int(Double(events) / (clock.monotonicNow() - start).seconds)
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
