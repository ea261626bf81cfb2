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
        package var pending: Int64
        /// How long the oldest pending event has been waiting; nil when nothing is pending.
        package var oldestAge: TimeSpan?
        /// Events that the sink refused for good.
        package var parked: Int64
    }
}
