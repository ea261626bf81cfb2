package import NeuronCore

/// How the box fares, as it is told every few minutes.
package struct HealthReport: Sendable, Hashable {
    package var uptime: TimeSpan
    /// Cameras that deliver pictures, and those that are lost.
    package var cameras: (ok: Int, lost: Int) {
        get { (camerasOK, camerasLost) }
        set { (camerasOK, camerasLost) = newValue }
    }
    private var camerasOK: Int
    private var camerasLost: Int
    package var pending: Int64
    /// Age of the oldest event that some sink still has to deliver; nil where none waits.
    package var oldestAge: TimeSpan?
    package var bytes: Int64
    /// Events that were shed and are not reported yet.
    package var dropped: Int64
    package var sinks: [String: Sink]
    package var figures: DeskFigures

    /// How one sink fares.
    package struct Sink: Codable, Sendable, Hashable {
        /// Absent for a file.
        package var connected: Bool?
        package var pending: Int64
        /// Taken by the broker and not confirmed by whoever is behind it; absent without receipts.
        package var awaitingReceipt: Int64?
        /// Refused for good.
        package var parked: Int64
        /// Why it is not connected, or what failed last.
        package var lastFailure: String?

        /// Makes the state of a sink.
        package init(
            connected: Bool? = nil,
            pending: Int64 = 0,
            awaitingReceipt: Int64? = nil,
            parked: Int64 = 0,
            lastFailure: String? = nil
        ) {
            self.connected = connected
            self.pending = pending
            self.awaitingReceipt = awaitingReceipt
            self.parked = parked
            self.lastFailure = lastFailure
        }
    }

    /// Makes a report.
    package init(
        uptime: TimeSpan,
        cameras: (ok: Int, lost: Int),
        pending: Int64,
        oldestAge: TimeSpan?,
        bytes: Int64,
        dropped: Int64,
        sinks: [String: Sink],
        figures: DeskFigures
    ) {
        self.uptime = uptime
        camerasOK = cameras.ok
        camerasLost = cameras.lost
        self.pending = pending
        self.oldestAge = oldestAge
        self.bytes = bytes
        self.dropped = dropped
        self.sinks = sinks
        self.figures = figures
    }

    /// Whether every camera is seen, every broker reached and nothing lost.
    package var isOK: Bool { camerasLost == 0 && dropped == 0 && sinks.values.allSatisfy { $0.connected != false } }
}

extension HealthComposer {
    /// Rules of one report; those with the most false alarms.
    private static let mostRules = 50

    /// The event that says how the box fares: the first to go from a full outbox.
    package func report(_ report: HealthReport, at time: WallTime) -> AlertDraft {
        let outbox = HealthData.Outbox(
            pending: report.pending,
            oldestAgeS: report.oldestAge.map { $0.milliseconds / 1000 },
            bytes: report.bytes,
            dropped: report.dropped,
            droppedRanges: []
        )
        let health = HealthData.Health(
            state: report.isOK ? "ok" : "degraded",
            uptimeS: report.uptime.milliseconds / 1000,
            cameras: HealthData.Cameras(ok: report.cameras.ok, lost: report.cameras.lost),
            outbox: outbox,
            sinks: report.sinks,
            alerts: Dictionary(uniqueKeysWithValues: report.figures.tiers.map { ($0.key.rawValue, $0.value) }),
            rules: Self.rules(of: report.figures)
        )
        var draft = draft(
            HealthData(health: health),
            "report",
            about: "periodic",
            at: time,
            severity: report.isOK ? ("INFO", 9) : ("WARN", 13)
        )
        draft.importance = .health
        return draft
    }

    private static func rules(of figures: DeskFigures) -> [String: HealthData.Rule] {
        let worst = figures.rules.sorted { ($1.value.falseAlarms, $0.key) < ($0.value.falseAlarms, $1.key) }
        let rules = worst.prefix(mostRules).compactMap { name, rule in
            rule.falseAlarmRatio.map { ratio in
                (
                    name,
                    HealthData.Rule(judged: rule.judged, falseAlarms: rule.falseAlarms, falseAlarmRatio: rounded(ratio))
                )
            }
        }
        return Dictionary(uniqueKeysWithValues: rules)
    }
}
