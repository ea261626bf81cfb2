import NeuronCore

/// What is expensive to find out, kept for a moment: many who ask at once cost no more than one.
actor KeptValue<Value: Sendable> {
    private let lifetime: TimeSpan
    private var latest: (at: MonotonicTime, task: Task<Value, any Error>)?

    /// Keeps what was found for so long.
    init(for lifetime: TimeSpan) { self.lifetime = lifetime }

    /// Finds it out, unless somebody just did or does; a failure is told to those who wait for it, and forgotten.
    func value(at now: MonotonicTime, _ find: @escaping @Sendable () async throws -> Value) async throws -> Value {
        if let latest, now - latest.at < lifetime { return try await latest.task.value }
        let task = Task { try await find() }
        latest = (now, task)
        do {
            return try await task.value
        } catch {
            if latest?.task == task { latest = nil }
            throw error
        }
    }
}
