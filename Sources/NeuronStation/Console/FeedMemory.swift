import NeuronConsole
import NeuronCore
import NeuronOutbox

/// What is expensive to count, kept for a moment: many who ask at once cost no more than one.
actor FeedMemory {
    private var statistics: (at: MonotonicTime, value: Task<OutboxStatistics, any Error>)?
    private var days: [WallTime: (at: MonotonicTime, value: Task<ActivityDay, any Error>)] = [:]

    private static let mostDays = 8

    /// Counts, unless it was done within the last two seconds.
    func statistics(
        at now: MonotonicTime,
        _ count: @escaping @Sendable () async throws -> OutboxStatistics
    ) async throws -> OutboxStatistics {
        if let statistics, now - statistics.at < .seconds(2) { return try await statistics.value.value }
        let task = Task { try await count() }
        statistics = (now, task)
        return try await task.value
    }

    /// Counts a day, unless it was done within the last half minute.
    func activity(
        of day: WallTime,
        at now: MonotonicTime,
        _ count: @escaping @Sendable () async throws -> ActivityDay
    ) async throws -> ActivityDay {
        days = days.filter { now - $0.value.at < .seconds(30) }
        if let known = days[day] { return try await known.value.value }
        if days.count >= Self.mostDays, let oldest = days.min(by: { $0.value.at < $1.value.at }) {
            days[oldest.key] = nil
        }
        let task = Task { try await count() }
        days[day] = (now, task)
        return try await task.value
    }
}
