import NeuronConsole
import NeuronCore
import NeuronOutbox
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct FeedMemoryTests {
    private let memory = FeedMemory()

    private func time(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: 0) + .seconds(seconds) }

    @Test func `the outbox is counted at most every two seconds, however many ask`() async throws {
        let rig = try await DeskRig()
        let (outbox, counts) = (rig.outbox, Counter())
        @Sendable func ask(_ seconds: Int64) async throws {
            _ = try await memory.statistics(at: time(seconds)) {
                counts.rise()
                return try await outbox.statistics()
            }
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await ask(0) } }
            try await group.waitForAll()
        }
        try await ask(1)
        #expect(counts.value == 1)
        try await ask(2)
        #expect(counts.value == 2)
        await outbox.close()
    }

    @Test func `a day is counted again after half a minute, and the oldest of nine is forgotten`() async throws {
        let counts = Counter()
        func ask(_ day: Int64, at seconds: Int64) async throws {
            let day = WallTime.epoch + .seconds(day * 86_400)
            let counted = try await memory.activity(of: day, at: time(seconds)) {
                counts.rise()
                return ActivityDay(day: day, cameras: [])
            }
            #expect(counted.day == day)
        }
        for day in 0..<8 as Range<Int64> { try await ask(day, at: day) }
        try await ask(0, at: 9)
        #expect(counts.value == 8)
        try await ask(8, at: 10)
        try await ask(1, at: 11)
        #expect(counts.value == 9)
        try await ask(0, at: 12)
        #expect(counts.value == 10)
        try await ask(8, at: 40)
        #expect(counts.value == 11)
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func rise() { count.withLock { $0 += 1 } }
}
