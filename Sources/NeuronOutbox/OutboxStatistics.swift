package import NeuronCore

/// How full the outbox is and how far its sinks are behind.
package struct OutboxStatistics: Sendable, Hashable {
    package var epoch: Int64
    /// Events in the outbox, delivered or not.
    package var events: Int64
    package var openAlerts: Int64
    package var sinks: [Sink]
    /// Pages in use, in bytes; shedding starts shortly below `capacityBytes`.
    package var bytesInUse: Int64
    /// The database and its log as files.
    package var bytesOnDisk: Int64
    package var capacityBytes: Int64
    /// Events removed before every sink had them, since this outbox was made.
    package var shed: [AlertDraft.Importance: Int64]
    /// False while the disk is so full that the reserve was given up.
    package var isBallastInPlace: Bool

    /// One sink's share.
    package struct Sink: Sendable, Hashable {
        package var name: String
        /// Events that it has still to be given.
        package var pending: Int64
        /// Events that it has taken and whose receipt is missing.
        package var awaitingReceipt: Int64
        /// How long the oldest of both has been waiting; nil when there is none.
        package var oldestAge: TimeSpan?
        /// Events that the sink refused for good or that expired, as long as they are in the history.
        package var parked: Int64
        /// Events that nobody took within their lifetime, since the sink was first configured.
        package var expired: Int64
    }
}
