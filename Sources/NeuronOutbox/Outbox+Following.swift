package import NeuronCore

extension Outbox {
    /// The row of the latest event so far, whether or not it is still there; 0 before the first.
    package func lastRow() async throws -> Int64 { try await look { reader in try await reader.lastRow() } }

    /// Events that were committed after a row, in the order of commit, at most some hundreds.
    ///
    /// - Returns: the events, and the row to go on behind; nil when there is nothing more.
    package func committed(after row: Int64) async throws -> (alerts: [StoredAlert], next: Int64?) {
        try await look { reader in try await reader.page(after: row) }
    }
}
