package import NeuronCore

/// Everything that one configuration file says, with every default applied and every override resolved.
package struct Configuration: Sendable, Hashable {
    package var box: BoxID
    /// Where the box stands; a camera's own site has these levels unless it says otherwise.
    package var site: SitePath
    /// The folder for the outbox and the files of relative sinks.
    package var stateDirectory: String
    /// What decodes the pictures of cameras that don't say.
    package var decoder: DecoderConfiguration
    /// The detector's settings for cameras that don't have their own.
    package var motion: MotionConfiguration
    /// The tamper detector's settings for cameras that don't have their own.
    package var tamper: TamperConfiguration
    /// The settings of plate regions for cameras that don't have their own.
    package var plates: PlatesConfiguration
    /// What is kept of alerts: the store, and the settings of cameras that don't have their own.
    package var evidence: EvidenceConfiguration
    /// In the order of the file; the names are unique.
    package var cameras: [CameraConfiguration]
    /// In the order of the file; the names are unique.
    package var sinks: [SinkConfiguration]
    package var escalation: EscalationConfiguration
    package var outbox: OutboxConfiguration
    package var limits: LimitsConfiguration
    package var health: HealthConfiguration
    package var console: ConsoleConfiguration
    package var log: LogConfiguration

    /// Makes a configuration; what is left out has the default that the file would have.
    package init(
        box: BoxID = .unnamed,
        site: SitePath = SitePath(),
        stateDirectory: String = "state",
        decoder: DecoderConfiguration = DecoderConfiguration(),
        motion: MotionConfiguration = MotionConfiguration(),
        tamper: TamperConfiguration = TamperConfiguration(),
        plates: PlatesConfiguration = PlatesConfiguration(),
        evidence: EvidenceConfiguration = EvidenceConfiguration(),
        cameras: [CameraConfiguration] = [],
        sinks: [SinkConfiguration]? = nil,
        escalation: EscalationConfiguration = EscalationConfiguration(),
        outbox: OutboxConfiguration = OutboxConfiguration(),
        limits: LimitsConfiguration = LimitsConfiguration(),
        health: HealthConfiguration = HealthConfiguration(),
        console: ConsoleConfiguration = ConsoleConfiguration(),
        log: LogConfiguration = LogConfiguration()
    ) {
        self.box = box
        self.site = site
        self.stateDirectory = stateDirectory
        self.decoder = decoder
        self.motion = motion
        self.tamper = tamper
        self.plates = plates
        self.evidence = evidence
        self.cameras = cameras
        self.sinks = sinks ?? SinkConfiguration.defaults(in: stateDirectory)
        self.escalation = escalation
        self.outbox = outbox
        self.limits = limits
        self.health = health
        self.console = console
        self.log = log
    }
}

/// How much the outbox may hold, and for how long.
package struct OutboxConfiguration: Sendable, Hashable {
    /// The database's size limit; beyond it, delivered and then unimportant alerts go first.
    package var capacity: ByteCount
    /// How long a delivered alert stays readable.
    package var history: TimeSpan

    /// Makes outbox limits; what is left out has the default that the file would have.
    package init(capacity: ByteCount = .mebibytes(256), history: TimeSpan = .seconds(7 * 86_400)) {
        self.capacity = capacity
        self.history = history
    }
}

/// What is logged.
package struct LogConfiguration: Sendable, Hashable {
    package var level: Level

    /// Makes log settings; what is left out has the default that the file would have.
    package init(level: Level = .info) { self.level = level }

    /// The least important kind of message that is still written; the names of swift-log.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }
}

/// A number of bytes.
package struct ByteCount: Sendable, Hashable, Comparable {
    package var bytes: Int64

    /// Makes a count of bytes.
    package init(bytes: Int64) { self.bytes = bytes }

    package static func kibibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 10) }
    package static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 30) }

    package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
}
