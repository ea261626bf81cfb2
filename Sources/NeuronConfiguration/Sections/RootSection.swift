import NeuronCore

extension ConfigurationSection<Configuration> {
    /// The file as a whole; `site`, `decoder`, `motion`, `tamper`, `plates` and `evidence` stand before `cameras`, which start from them.
    static let root = ConfigurationSection(
        name: "configuration",
        summary: "The file as a whole. Only `cameras` is required.",
        prototype: Configuration(),
        fields: [
            ConfigurationField(
                "box",
                \.box,
                .boxID,
                "The name of this box in topics and alerts. Give each box its own before alerts of several boxes meet on one "
                    + "bus; it isn't taken from the host's name, so that a replay elsewhere gives the same alerts."
            ),
            ConfigurationField(
                "site",
                \.site,
                section: .site,
                "Where the box stands. A camera may have its own."
            ),
            ConfigurationField(
                "state",
                \.stateDirectory,
                .folder,
                defaultNote: "`$STATE_DIRECTORY`, else `state` in the working directory",
                "The folder for the outbox and for relative paths of sinks. A relative path begins at this file's folder."
            ),
            ConfigurationField(
                "decoder",
                \.decoder,
                .decoder,
                "What decodes the pictures of all cameras. A camera may say otherwise."
            ),
            ConfigurationField(
                "motion",
                \.motion,
                section: .motion,
                "What counts as motion, for all cameras. A camera and a zone may change single keys."
            ),
            ConfigurationField(
                "tamper",
                \.tamper,
                section: .tamper,
                "What counts as tampering, for all cameras. A camera may change single keys."
            ),
            ConfigurationField(
                "plates",
                \.plates,
                section: .plates,
                "How licence plates are looked for, for all cameras. A camera may change single keys."
            ),
            ConfigurationField(
                "evidence",
                \.evidence,
                section: .evidence,
                "The pictures and clips that are kept of alerts. A camera may change some keys."
            ),
            ConfigurationField(
                "cameras",
                \.cameras,
                listOf: .camera,
                identity: "id",
                count: 0...1000,
                isRequired: true,
                prototype: { root in
                    var camera = ConfigurationSection<CameraConfiguration>.camera.prototype
                    camera.site = root.site
                    camera.decoder = root.decoder
                    camera.motion = root.motion
                    camera.tamper = root.tamper
                    camera.plates = root.plates
                    camera.evidence = root.evidence
                    return camera
                },
                "The cameras and clips, each watched on its own. `[]` for a box that has none yet."
            ),
            .sinks,
            ConfigurationField(
                "escalation",
                \.escalation,
                section: .escalation,
                "When an alert that nobody deals with climbs to the desks above."
            ),
            ConfigurationField(
                "outbox",
                \.outbox,
                section: .outbox,
                "How much the store of alerts may hold, and how long."
            ),
            ConfigurationField("limits", \.limits, section: .limits, "What the daemon may take of the box."),
            ConfigurationField("health", \.health, section: .health, "What the daemon tells of itself."),
            ConfigurationField("console", \.console, section: .console, "The web page and the interface for programs."),
            ConfigurationField("log", \.log, section: .log, "What is logged."),
        ],
        advice: [
            "camera": "Cameras are a list under `cameras`.",
            "sink": "Sinks are a list under `sinks`.",
            "name": "The name of the box is `box`.",
            "zones": "Zones belong to a camera; put them under an item of `cameras`.",
            "masks": "Masks belong to a camera; put them under an item of `cameras`.",
        ]
    ) { configuration, given, context in
        checkLimits(configuration, given, &context)
        BusCheck.check(configuration, given, &context)
    }

    /// Cameras that could not keep a group of pictures each are too many for the memory that is allowed.
    private static func checkLimits(
        _ configuration: Configuration,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        let (limits, count) = (configuration.limits, configuration.cameras.count)
        let least = LimitsConfiguration.leastPerCamera
        guard let total = limits.packetMemory, limits.share(of: count) < least, let node = given.nodes["limits"] else {
            return
        }
        let needed = ByteCount(bytes: least.bytes * Int64(count))
        context.log.report(
            node,
            "`packetMemory` of `limits` is \(SizeUnit.text(total)), and \(count) cameras need at least "
                + "\(SizeUnit.text(needed)), \(SizeUnit.text(least)) each."
        )
    }
}

extension ConfigurationSection<LimitsConfiguration> {
    /// What the daemon may take of the box.
    static let limits = ConfigurationSection(
        name: "limits",
        summary: "What the daemon may take of the box.",
        prototype: LimitsConfiguration(),
        fields: [
            ConfigurationField(
                "packetMemory",
                \.packetMemory,
                optional: .size(LimitsConfiguration.leastPerCamera...(.gibibytes(1024))),
                "Memory for compressed packets of all cameras together: those that wait for a worker, and those that `auto` "
                    + "keeps to catch up with. Each camera has an equal part. Without it 512MiB, or 4MiB a camera where that is more."
            ),
            ConfigurationField(
                "packetMemoryPerCamera",
                \.packetMemoryPerCamera,
                .size(LimitsConfiguration.leastPerCamera...(.gibibytes(1))),
                "The most that one camera's part may be. A camera isn't left to doze by `auto` where two groups of pictures don't fit "
                    + "into half of its part, or into an eighth where clips come of another stream than the one that is watched."
            ),
            ConfigurationField(
                "decodeWorkers",
                \.decodeWorkers,
                optional: .integer(1...256),
                "Threads that decode, for all cameras. Without it there is one per core; `neurond run --workers` comes first."
            ),
        ],
        advice: [
            "memory": "The memory of packets is `packetMemory`.", "workers": "Did you mean `decodeWorkers`?",
            "threads": "Did you mean `decodeWorkers`?",
        ]
    )
}

extension ConfigurationSection<HealthConfiguration> {
    /// What the daemon tells of itself.
    static let health = ConfigurationSection(
        name: "health",
        summary: "What the daemon tells of itself.",
        prototype: HealthConfiguration(),
        fields: [
            ConfigurationField(
                "coverageEvery",
                \.coverageEvery,
                .time(.seconds(1)...(.seconds(86_400))),
                "How often it is told for how long each camera was connected, decoded, watched and blind, so that silence can be "
                    + "told from blindness; at a stop it is told too."
            ),
            ConfigurationField(
                "reportEvery",
                \.reportEvery,
                .time(.seconds(10)...(.seconds(86_400))),
                "How often the box tells how it, its sinks and its alerts fare."
            ),
        ]
    )
}

extension ConfigurationSection<SitePath> {
    /// Where something stands.
    static let site = ConfigurationSection(
        name: "site",
        summary: "Four levels of a place, which topics and alerts begin with. A level that isn't known is `_`.",
        prototype: SitePath(),
        fields: [
            ConfigurationField("district", \.district, .token, "The largest area."),
            ConfigurationField("street", \.street, .token, "The street or subdistrict."),
            ConfigurationField("community", \.community, .token, "The neighbourhood."),
            ConfigurationField("grid", \.grid, .token, "The smallest area, which one person looks after."),
        ]
    )
}

extension ConfigurationSection<OutboxConfiguration> {
    /// The store of alerts.
    static let outbox = ConfigurationSection(
        name: "outbox",
        summary: "The store in which an alert is safe before any sink gets it.",
        prototype: OutboxConfiguration(),
        fields: [
            ConfigurationField(
                "capacity",
                \.capacity,
                .size(.mebibytes(1)...(.gibibytes(1024))),
                "The largest size on disk. When it is reached, delivered alerts go first, then the least important ones."
            ),
            ConfigurationField(
                "history",
                \.history,
                .time(.seconds(60)...(.seconds(3650 * 86_400))),
                "How long a delivered alert can still be read on the box."
            ),
        ]
    )
}

extension ConfigurationSection<LogConfiguration> {
    /// The log.
    static let log = ConfigurationSection(
        name: "log",
        summary: "Messages for people, on standard error.",
        prototype: LogConfiguration(),
        fields: [
            ConfigurationField(
                "level",
                \.level,
                .choice,
                "The least important kind of message that is written. Below `info` a busy box writes a lot."
            )
        ]
    )
}
