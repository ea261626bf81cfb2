package import NeuronCore

/// How the box fares at one moment.
package struct BoxSnapshot: Sendable {
    package var box: String
    /// The levels above it: district, street, community, grid.
    package var site: [(level: String, name: String)]
    package var version: String
    package var startedAt: WallTime
    package var now: WallTime
    package var camerasTotal: Int
    package var camerasUp: Int
    package var alerts: Alerts
    /// Events that some sink still has to be given.
    package var pendingDelivery: Int64
    package var sinks: [SinkSnapshot]
    /// A digest of the configuration file; nil where it is not known.
    package var configuration: String?
    /// Nil where no evidence is kept.
    package var evidence: EvidenceSnapshot?

    /// Alerts by what operators did, and by what sensors say.
    package struct Alerts: Sendable, Hashable {
        /// Not closed yet: as many as `state=open` lists.
        package var open: Int
        /// Of them those of which nobody has said anything.
        package var unanswered: Int
        /// Begun and not ended, those included that no desk looks after.
        package var goingOn: Int64

        /// Makes figures of all their parts.
        package init(open: Int, unanswered: Int, goingOn: Int64) {
            self.open = open
            self.unanswered = unanswered
            self.goingOn = goingOn
        }
    }

    /// Makes a snapshot of all its parts.
    package init(
        box: String,
        site: [(level: String, name: String)],
        version: String,
        startedAt: WallTime,
        now: WallTime,
        camerasTotal: Int,
        camerasUp: Int,
        alerts: Alerts,
        pendingDelivery: Int64,
        sinks: [SinkSnapshot],
        configuration: String?,
        evidence: EvidenceSnapshot?
    ) {
        self.box = box
        self.site = site
        self.version = version
        self.startedAt = startedAt
        self.now = now
        self.camerasTotal = camerasTotal
        self.camerasUp = camerasUp
        self.alerts = alerts
        self.pendingDelivery = pendingDelivery
        self.sinks = sinks
        self.configuration = configuration
        self.evidence = evidence
    }

    /// `GET /api/v1/box`.
    package var json: JSONValue {
        [
            "box": .string(box),
            "site": .object(site.map { JSONValue.Member($0.level, .string($0.name)) }),
            "version": .string(version),
            "startedAt": JSONValue(startedAt),
            "now": JSONValue(now),
            "cameras": ["total": JSONValue(camerasTotal), "up": JSONValue(camerasUp)],
            "alerts": [
                "open": JSONValue(alerts.open), "unanswered": JSONValue(alerts.unanswered),
                "goingOn": JSONValue(alerts.goingOn), "pendingDelivery": .integer(pendingDelivery),
            ],
            "sinks": JSONValue(sinks.map { $0.json(now: now) }),
            "configuration": JSONValue(configuration),
            "evidence": evidence.map(\.json) ?? .null,
        ]
    }
}

/// How one sink fares.
package struct SinkSnapshot: Sendable, Hashable {
    package var name: String
    /// `connected`, `disconnected`, `writing` or `failing`.
    package var state: String
    package var isConnected: Bool?
    package var pending: Int64
    package var awaitingReceipt: Int64
    package var oldestAge: TimeSpan?
    package var parked: Int64
    package var expired: Int64
    package var lastFailure: String?
    package var tally: SinkTally

    /// Makes a snapshot of all its parts.
    package init(
        name: String,
        state: String,
        isConnected: Bool?,
        pending: Int64,
        awaitingReceipt: Int64,
        oldestAge: TimeSpan?,
        parked: Int64,
        expired: Int64,
        lastFailure: String?,
        tally: SinkTally
    ) {
        self.name = name
        self.state = state
        self.isConnected = isConnected
        self.pending = pending
        self.awaitingReceipt = awaitingReceipt
        self.oldestAge = oldestAge
        self.parked = parked
        self.expired = expired
        self.lastFailure = lastFailure
        self.tally = tally
    }

    fileprivate func json(now: WallTime) -> JSONValue {
        [
            "name": .string(name), "state": .string(state), "pending": .integer(pending),
            "awaitingReceipt": .integer(awaitingReceipt), "parked": .integer(parked),
            "oldestPendingAt": JSONValue(oldestAge.map { now - $0 }),
            "lastFailure": JSONValue(lastFailure),
        ]
    }
}

/// What was handed to one sink since the start.
package struct SinkTally: Sendable, Hashable {
    /// Events that it took, each once.
    package var delivered = 0
    /// Events that it confirmed after it had taken them.
    package var receipts = 0
    /// Hand-overs beyond an event's first: it gave it back, failed, or no receipt came.
    package var redelivered = 0
    /// Times that it failed and was left alone for a while.
    package var failures = 0
    /// Events that it refused for good.
    package var refused = 0

    /// Nothing handed over yet.
    package init() {}
}

/// What pictures and clips take.
package struct EvidenceSnapshot: Sendable, Hashable {
    package var bytes: Int64
    package var limitBytes: Int64?
    package var freeBytes: Int64

    /// Makes a snapshot.
    package init(bytes: Int64, limitBytes: Int64?, freeBytes: Int64) {
        self.bytes = bytes
        self.limitBytes = limitBytes
        self.freeBytes = freeBytes
    }

    fileprivate var json: JSONValue {
        [
            "bytes": .integer(bytes), "limitBytes": limitBytes.map { .integer($0) } ?? .null,
            "freeBytes": .integer(freeBytes),
        ]
    }
}
