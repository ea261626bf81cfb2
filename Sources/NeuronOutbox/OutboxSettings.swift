package import NeuronCore

/// What an outbox is opened with.
package struct OutboxSettings: Sendable {
    package var path: String
    /// Bound of the database file in bytes, at least 1 MiB.
    ///
    /// Beside it stand SQLite's log (4 MiB, more only while a
    /// reader holds it) and the ballast.
    package var capacityBytes: Int64
    /// How long delivered events stay for `tail`; less when the space is needed.
    package var historyKept: TimeSpan
    /// The names of all sinks.
    ///
    /// One that is new gets what is appended from now on; what one that is gone still had to
    /// deliver is dropped.
    package var sinks: [String]
    /// Length of the reserve for a full disk in bytes; 0 for none.
    package var ballastBytes: Int64

    /// Makes settings.
    package init(
        path: String,
        capacityBytes: Int64 = 1 << 30,
        historyKept: TimeSpan = .seconds(7 * 86_400),
        sinks: [String],
        ballastBytes: Int64 = 1 << 20
    ) {
        self.path = path
        self.capacityBytes = capacityBytes
        self.historyKept = historyKept
        self.sinks = sinks
        self.ballastBytes = ballastBytes
    }
}

/// What was found and done when an outbox was opened; worth a line in the log each.
package struct OutboxOpening: Sendable, Hashable {
    package var epoch: Int64 = 0
    /// Whether the database was made now, be it the first one or the heir of a lost or damaged one.
    package var isNew = false
    /// A damaged database that was moved aside, and what was wrong with it.
    ///
    /// Its undelivered alerts are not delivered.
    package var damage: Damage?
    /// Deliveries that were dropped, by the sink that is no longer configured.
    package var droppedDeliveries: [String: Int64] = [:]
    /// Sinks that were not there before.
    package var addedSinks: [String] = []

    /// A damaged database, kept for whoever wants to look into it.
    package struct Damage: Sendable, Hashable {
        package var movedTo: String
        package var reason: String
    }
}

/// The bounds of the database file in pages.
struct PageLimits: Sendable {
    static let pageBytes: Int64 = 4096
    /// SQLite refuses more than this.
    let hard: Int
    /// Shedding begins here, so that one group of events still fits in before something is shed for it.
    let soft: Int

    init(capacityBytes: Int64) throws(OutboxError) {
        guard capacityBytes >= 1 << 20, capacityBytes <= 1 << 42 else {
            throw OutboxError(
                .configuration,
                "The outbox can't be bounded to \(capacityBytes) bytes: give it 1 MiB (\(1 << 20)) to 4 TiB."
            )
        }
        hard = Int(capacityBytes / Self.pageBytes)
        soft = hard - min(hard / 8, 256)
    }
}
