package import NeuronCore

/// Everything that is counted, at one moment.
package struct ConsoleFigures: Sendable {
    package var now: WallTime
    package var uptime: TimeSpan
    package var version: String
    package var cameras: [CameraSnapshot]
    package var sinks: [SinkSnapshot]
    package var outbox: Outbox
    package var desk: Desk
    package var evidence: EvidenceSnapshot?
    package var process: Process?

    /// How full the outbox is.
    package struct Outbox: Sendable, Hashable {
        package var events: Int64
        package var openAlerts: Int64
        package var bytesInUse: Int64
        package var bytesOnDisk: Int64
        package var capacityBytes: Int64
        /// By importance: `health`, `updated`, `plate`, `ended`, `started`.
        package var shed: [String: Int64]
        package var hasReserve: Bool

        /// Makes figures of all their parts.
        package init(
            events: Int64,
            openAlerts: Int64,
            bytesInUse: Int64,
            bytesOnDisk: Int64,
            capacityBytes: Int64,
            shed: [String: Int64],
            hasReserve: Bool
        ) {
            self.events = events
            self.openAlerts = openAlerts
            self.bytesInUse = bytesInUse
            self.bytesOnDisk = bytesOnDisk
            self.capacityBytes = capacityBytes
            self.shed = shed
            self.hasReserve = hasReserve
        }
    }

    /// How well alerts are answered.
    package struct Desk: Sendable, Hashable {
        package var tiers: [String: Tier] = [:]
        /// By camera and rule.
        package var rules: [String: Rule] = [:]
        package var messages = 0
        package var repeated = 0
        /// By the reason's code.
        package var refused: [String: Int] = [:]

        /// One desk's alerts; see `DeskFigures`.
        package struct Tier: Sendable, Hashable {
            package var open = 0
            package var overdue = 0
            package var acknowledgedInTime = 0
            package var acknowledgedLate = 0
            package var handledInTime = 0
            package var handledLate = 0

            /// Nothing there.
            package init() {}
        }

        /// What a rule's alerts turned out to be.
        package struct Rule: Sendable, Hashable {
            package var judged: Int
            package var falseAlarms: Int

            /// Makes figures of a rule.
            package init(judged: Int, falseAlarms: Int) {
                self.judged = judged
                self.falseAlarms = falseAlarms
            }
        }

        /// Nothing answered yet.
        package init() {}
    }

    /// What the system says of the process.
    package struct Process: Sendable, Hashable {
        package var residentBytes: Int64
        package var cpu: TimeSpan
        package var openFiles: Int
        package var threads: Int

        /// Makes figures of all their parts.
        package init(residentBytes: Int64, cpu: TimeSpan, openFiles: Int, threads: Int) {
            self.residentBytes = residentBytes
            self.cpu = cpu
            self.openFiles = openFiles
            self.threads = threads
        }
    }

    /// Makes figures of all their parts.
    package init(
        now: WallTime,
        uptime: TimeSpan,
        version: String,
        cameras: [CameraSnapshot],
        sinks: [SinkSnapshot],
        outbox: Outbox,
        desk: Desk,
        evidence: EvidenceSnapshot?,
        process: Process?
    ) {
        self.now = now
        self.uptime = uptime
        self.version = version
        self.cameras = cameras
        self.sinks = sinks
        self.outbox = outbox
        self.desk = desk
        self.evidence = evidence
        self.process = process
    }
}
