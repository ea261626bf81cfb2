import NeuronConsole
import NeuronCore
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct KeptValueTests {
    private struct Fault: Error {}

    private let start = MonotonicTime(nanoseconds: 1)

    @Test func `it is found out once in a while, however many ask`() async throws {
        let (kept, count) = (KeptValue<Int>(for: .seconds(2)), Counter())
        func ask(_ seconds: Int64) async throws -> Int {
            try await kept.value(at: start + .seconds(seconds)) { count.add(1) }
        }
        for _ in 0..<5 { #expect(try await ask(0) == 1) }
        #expect(try await ask(1) == 1)
        #expect(try await ask(2) == 2)
    }

    @Test func `a failure is told, and not kept`() async throws {
        let kept = KeptValue<Int>(for: .seconds(2))
        await #expect(throws: Fault.self) { try await kept.value(at: start) { throw Fault() } }
        #expect(try await kept.value(at: start) { 7 } == 7)
    }
}

@Suite(.timeLimit(.minutes(10))) struct KeptDaysTests {
    private struct Fault: Error {}

    private let days = KeptDays()
    private let now = MonotonicTime(nanoseconds: 1)

    private func day(_ number: Int64) -> WallTime { .epoch + .seconds(number * 86_400) }

    @Test func `a day whose count failed is counted again`() async throws {
        await #expect(throws: Fault.self) { try await days.day(day(1), at: now) { throw Fault() } }
        let again = try await days.day(day(1), at: now) { [day] in ActivityDay(day: day(1), cameras: []) }
        #expect(again.day == day(1))
    }

    @Test func `one day is counted at a time, and too many that wait are refused`() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let running = Counter()
        let (days, now) = (days, now)
        try await withThrowingTaskGroup { group in
            for number in 0..<KeptDays.most {
                let day = day(Int64(number))
                group.addTask {
                    try await days.day(day, at: now) {
                        running.add(1)
                        for await _ in gate {}
                        running.add(-1)
                        return ActivityDay(day: day, cameras: [])
                    }
                }
            }
            while await days.waiting < KeptDays.most { await Task.yield() }
            let refused = await #expect(throws: ConsoleProblem.self) {
                try await days.day(.epoch + .seconds(86_400 * 99), at: now) { throw Fault() }
            }
            #expect(refused?.code == .unavailable)
            open.finish()
            for try await _ in group {}
        }
        #expect(running.most == 1)
    }
}

private final class Counter: Sendable {
    private let state = Mutex((now: 0, most: 0))

    /// The highest that it has been.
    var most: Int { state.withLock(\.most) }

    @discardableResult
    func add(_ difference: Int) -> Int {
        state.withLock { state in
            state.now += difference
            state.most = max(state.most, state.now)
            return state.now
        }
    }
}
