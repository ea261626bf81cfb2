extension Outbox {
    /// Comes back when the writer has had a turn: behind every commit that was begun before.
    ///
    /// - Throws: when the outbox is closed or its file fails; that is an answer too.
    package func probe() async throws { try await read { _ in } }

    /// Brings the sinks in line with a new configuration; what a sink that is gone had still to get is dropped.
    ///
    /// - Parameter names: of all sinks from now on.
    /// - Returns: how many events each sink that is gone had still to be given.
    /// - Throws: when the table of sinks can't be written.
    package func changeSinks(to names: [String]) async throws -> [String: Int64] {
        try await read { db in
            var opening = OutboxOpening()
            try SinkRegister(db: db).reconcile(with: names, &opening)
            return opening.droppedDeliveries
        }
    }
}
