/// What became of a batch of events at a sink, row by row.
///
/// A row that is in none of the lists is delivered again later, with the same id and the same bytes.
package struct DeliveryReport: Sendable, Hashable {
    /// Rows that are safe by the sink's own measure.
    package var delivered: [Int64]
    /// Rows that a broker has taken and that whoever is behind it has still to confirm (`ack: receipt`).
    package var awaitingReceipt: [Int64]
    /// Rows that the other side will never take: parked, so that they hold up nothing.
    package var refused: [Refusal]
    /// Rows that the other side does not take now for what they are, while it may take others: each waits by itself.
    package var postponed: [Int64]
    /// Why rows are left over; a full sentence, nil when none is.
    package var failure: String?

    /// Makes a report; without arguments nothing was delivered.
    package init(
        delivered: [Int64] = [],
        awaitingReceipt: [Int64] = [],
        refused: [Refusal] = [],
        postponed: [Int64] = [],
        failure: String? = nil
    ) {
        self.delivered = delivered
        self.awaitingReceipt = awaitingReceipt
        self.refused = refused
        self.postponed = postponed
        self.failure = failure
    }

    /// All of a batch is safe.
    package static func all(_ alerts: [StoredAlert]) -> DeliveryReport { DeliveryReport(delivered: alerts.map(\.row)) }

    /// One row that was refused for good, and why.
    package struct Refusal: Sendable, Hashable {
        package var row: Int64
        package var reason: String

        /// Makes a refusal.
        package init(row: Int64, reason: String) {
            self.row = row
            self.reason = reason
        }
    }
}

/// How many events a sink takes at once.
package struct DeliveryPace: Sendable, Hashable {
    /// At most this many in one call.
    package var batchSize: Int
    /// Whether a call keeps the order of its events whatever happens to some of them; otherwise no two of one call may
    /// belong to the same alert.
    package var keepsOrder: Bool

    /// Makes a pace.
    package init(batchSize: Int, keepsOrder: Bool) {
        self.batchSize = batchSize
        self.keepsOrder = keepsOrder
    }
}
