import NeuronConsole
import NeuronCore
import NeuronOutbox

/// What the console would else count for each who asks.
struct FeedMemory: Sendable {
    private let outbox = KeptValue<OutboxStatistics>(for: .seconds(2))
    private let alerts = KeptValue<[String: [String]]>(for: .milliseconds(500))
    private let days = KeptDays()

    /// Counts, unless it was done within the last two seconds.
    func statistics(
        at now: MonotonicTime,
        _ count: @escaping @Sendable () async throws -> OutboxStatistics
    ) async throws -> OutboxStatistics {
        try await outbox.value(at: now, count)
    }

    /// The ids of alerts that go on, by the sources of their events; unless they were asked for within the last half second.
    func openAlerts(
        at now: MonotonicTime,
        _ find: @escaping @Sendable () async throws -> [String: [String]]
    ) async throws -> [String: [String]] {
        try await alerts.value(at: now, find)
    }

    /// Counts a day, unless it was done within the last half minute.
    func activity(
        of day: WallTime,
        at now: MonotonicTime,
        _ count: @escaping @Sendable () async throws -> ActivityDay
    ) async throws -> ActivityDay {
        try await days.day(day, at: now, count)
    }
}
