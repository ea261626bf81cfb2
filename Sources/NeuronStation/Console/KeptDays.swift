import NeuronConsole
import NeuronCore

/// Days that were counted lately; one is counted at a time, as each reads many events.
actor KeptDays {
    private var days: [WallTime: (at: MonotonicTime, task: Task<ActivityDay, any Error>)] = [:]
    /// Ends with the count that was asked for last.
    private var last: Task<Void, Never>?
    private(set) var waiting = 0

    private static let lifetime = TimeSpan.seconds(30)
    /// Days that are kept, and those that may be asked for at once; the page asks for up to three.
    static let most = 8

    /// Counts a day, unless it was done within the last half minute.
    ///
    /// - Throws: what the count throws, which is forgotten; `ConsoleProblem` with `unavailable` where too many days are asked for.
    func day(
        _ day: WallTime,
        at now: MonotonicTime,
        _ count: @escaping @Sendable () async throws -> ActivityDay
    ) async throws -> ActivityDay {
        days = days.filter { now - $0.value.at < Self.lifetime }
        if let known = days[day] { return try await known.task.value }
        guard waiting < Self.most else {
            throw ConsoleProblem(.unavailable, "Other days are being counted; try again.", retryAfter: 5)
        }
        waiting += 1
        defer { waiting -= 1 }
        let task = begin(count)
        keep(task, of: day, at: now)
        do {
            return try await task.value
        } catch {
            if days[day]?.task == task { days[day] = nil }
            throw error
        }
    }

    /// Counts when those before it are done.
    private func begin(_ count: @escaping @Sendable () async throws -> ActivityDay) -> Task<ActivityDay, any Error> {
        let before = last
        let task = Task {
            await before?.value
            return try await count()
        }
        last = Task { _ = await task.result }
        return task
    }

    private func keep(_ task: Task<ActivityDay, any Error>, of day: WallTime, at now: MonotonicTime) {
        if days.count >= Self.most, let oldest = days.min(by: { $0.value.at < $1.value.at }) { days[oldest.key] = nil }
        days[day] = (now, task)
    }
}
