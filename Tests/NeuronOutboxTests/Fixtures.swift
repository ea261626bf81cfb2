import Foundation
import NeuronCore
import NeuronOutbox
import Synchronization

/// A folder of its own for one test; it goes with the test.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/outbox-test-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/outbox.db" }
}

/// A clock that a test moves.
final class ManualClock: NeuronClock {
    private struct Time {
        var wall: Int64 = 1_795_161_600_000_000_000
        var monotonic: Int64 = 1_000_000_000
    }
    private let now = Mutex(Time())

    func wallNow() -> WallTime { WallTime(nanoseconds: now.withLock { $0.wall }) }
    func monotonicNow() -> MonotonicTime { MonotonicTime(nanoseconds: now.withLock { $0.monotonic }) }

    func advance(by span: TimeSpan) {
        now.withLock { time in
            time.wall += span.nanoseconds
            time.monotonic += span.nanoseconds
        }
    }

    /// What happens when somebody sets the clock.
    func stepWall(by span: TimeSpan) { now.withLock { $0.wall += span.nanoseconds } }
}

/// A draft whose body names its id and sequence.
func draft(
    _ id: String,
    source: String = "urn:neurond:box:a",
    alert: String? = nil,
    phase: AlertDraft.Phase = .single,
    importance: AlertDraft.Importance = .started,
    type: String = "org.neurond.motion.started.v1",
    time: WallTime = .epoch,
    bytes: Int = 0
) -> AlertDraft {
    AlertDraft(
        id: id,
        alertID: alert ?? id,
        source: source,
        type: type,
        subject: "_/_/_/_/a",
        time: time,
        phase: phase,
        importance: importance,
        encode: { stamp in
            let head = #"{"id":"\#(id)","sequence":"\#(stamp.sequence)","pad":""#
            return Array((head + String(repeating: "x", count: max(0, bytes - head.utf8.count - 2)) + "\"}").utf8)
        }
    )
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same test.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Everything that is pending for a sink, settled as it is read.
func drain(_ outbox: Outbox, sink: String) async throws -> [StoredAlert] {
    var all: [StoredAlert] = []
    while case let batch = try await outbox.pending(for: sink, limit: 64), !batch.isEmpty {
        try await outbox.settle(batch.map(\.row), for: sink)
        all += batch
    }
    return all
}
