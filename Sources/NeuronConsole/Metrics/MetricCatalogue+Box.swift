import NeuronCore

extension MetricCatalogue {
    private static func single(
        _ kind: MetricFamily.Kind,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (MetricSource) -> Double?
    ) -> MetricFamily {
        MetricFamily(kind, "neurond_\(name)", help) { source in value(source).map { [MetricSample([], $0)] } ?? [] }
    }

    static let outbox: [MetricFamily] = [
        single(.gauge, "outbox_events", "Events in the outbox, delivered or not.") { Double($0.figures.outbox.events) },
        single(.gauge, "outbox_open_alerts", "Alerts that have begun and not ended.") {
            Double($0.figures.outbox.openAlerts)
        },
        single(.gauge, "outbox_bytes", "Pages of the outbox in use.") { Double($0.figures.outbox.bytesInUse) },
        single(.gauge, "outbox_disk_bytes", "The outbox and its log as files.") {
            Double($0.figures.outbox.bytesOnDisk)
        },
        single(.gauge, "outbox_capacity_bytes", "What the outbox may take before alerts are shed.") {
            Double($0.figures.outbox.capacityBytes)
        },
        single(.gauge, "outbox_reserve", "1 while the reserve for a full disk is in place.") {
            $0.figures.outbox.hasReserve ? 1 : 0
        },
        MetricFamily(
            .counter,
            "neurond_outbox_shed_total",
            "Events removed before every sink had them, since this outbox was made.",
            ["importance"]
        ) { source in
            source.figures.outbox.shed.sorted { $0.key < $1.key }.map { MetricSample([$0.key], $0.value) }
        },
    ]

    static let desk: [MetricFamily] = [
        perTier(.gauge, "open", "Alerts that stand with a desk.") { $0.open },
        perTier(.gauge, "overdue", "Of them those that are overdue at the top.") { $0.overdue },
        MetricFamily(
            .gauge,
            "neurond_desk_acknowledged",
            "Kept alerts that were acknowledged, in time or late.",
            ["tier", "in_time"]
        ) { inTime($0, \.acknowledgedInTime, \.acknowledgedLate) },
        MetricFamily(
            .gauge,
            "neurond_desk_handled",
            "Kept alerts that were handled, in time or late.",
            ["tier", "in_time"]
        ) { inTime($0, \.handledInTime, \.handledLate) },
        MetricFamily(
            .gauge,
            "neurond_rule_judged",
            "Kept alerts of a rule that were judged as confirmed or false.",
            ["rule"]
        ) { perRule($0, \.judged) },
        MetricFamily(
            .gauge,
            "neurond_rule_false_alarms",
            "Of them false alarms and nuisances.",
            ["rule"]
        ) { perRule($0, \.falseAlarms) },
        single(.counter, "desk_messages_total", "Feedback and commands that came.") {
            Double($0.figures.desk.messages)
        },
        single(.counter, "desk_repeats_total", "Messages that came again and got the same answer.") {
            Double($0.figures.desk.repeated)
        },
        MetricFamily(.counter, "neurond_desk_refusals_total", "Messages that were refused.", ["code"]) { source in
            source.figures.desk.refused.sorted { $0.key < $1.key }.map { MetricSample([$0.key], $0.value) }
        },
    ]

    /// Rules of one scrape; those with the most false alarms, since a zone's name is free text.
    private static let mostRules = 200

    private static func perRule(_ source: MetricSource, _ path: KeyPath<ConsoleFigures.Desk.Rule, Int>)
        -> [MetricSample]
    {
        let worst = source.figures.desk.rules.sorted {
            ($1.value.falseAlarms, $0.key) < ($0.value.falseAlarms, $1.key)
        }
        return worst.prefix(mostRules).map { MetricSample([$0.key], $0.value[keyPath: path]) }
    }

    private static func perTier(
        _ kind: MetricFamily.Kind,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (ConsoleFigures.Desk.Tier) -> Int
    ) -> MetricFamily {
        MetricFamily(kind, "neurond_desk_\(name)", help, ["tier"]) { source in
            source.figures.desk.tiers.sorted { $0.key < $1.key }.map { MetricSample([$0.key], value($0.value)) }
        }
    }

    private static func inTime(
        _ source: MetricSource,
        _ early: KeyPath<ConsoleFigures.Desk.Tier, Int>,
        _ late: KeyPath<ConsoleFigures.Desk.Tier, Int>
    ) -> [MetricSample] {
        source.figures.desk.tiers.sorted { $0.key < $1.key }.flatMap { tier, figures in
            [
                MetricSample([tier, "true"], figures[keyPath: early]),
                MetricSample([tier, "false"], figures[keyPath: late]),
            ]
        }
    }

    static let box: [MetricFamily] = [
        MetricFamily(.gauge, "neurond_info", "1, with the version.", ["version"]) {
            [MetricSample([$0.figures.version], 1)]
        },
        single(.gauge, "uptime_seconds", "Time since the daemon began.") { $0.figures.uptime.seconds },
        single(.gauge, "cameras", "Cameras that are configured.") { Double($0.figures.cameras.count) },
        single(.gauge, "cameras_up", "Cameras whose pictures come.") {
            Double($0.figures.cameras.count { $0.state == .up || $0.state == .degraded })
        },
        single(.gauge, "evidence_bytes", "What pictures and clips take; absent where none are kept.") {
            $0.figures.evidence.map { Double($0.bytes) }
        },
        single(.gauge, "evidence_limit_bytes", "What they may take; absent where nothing limits it.") {
            $0.figures.evidence?.limitBytes.map { Double($0) }
        },
        single(.gauge, "evidence_free_bytes", "What is free where they lie.") {
            $0.figures.evidence.map { Double($0.freeBytes) }
        },
        single(.gauge, "process_resident_bytes", "Memory that the process holds.") {
            $0.figures.process.map { Double($0.residentBytes) }
        },
        single(.counter, "process_cpu_seconds_total", "Processor time of the process.") {
            $0.figures.process?.cpu.seconds
        },
        single(.gauge, "process_open_files", "File descriptors in use.") {
            $0.figures.process.map { Double($0.openFiles) }
        },
        single(.gauge, "process_threads", "Threads of the process.") { $0.figures.process.map { Double($0.threads) } },
    ]

    static let console: [MetricFamily] = [
        single(.gauge, "console_connections", "Open connections to the console.") { Double($0.server.connections) },
        single(.counter, "console_evicted_total", "Connections closed since there were too many.") {
            Double($0.server.evicted)
        },
        single(.counter, "console_stalled_total", "Connections closed since their client read nothing.") {
            Double($0.server.stalled)
        },
        single(.gauge, "console_event_streams", "Followers of events.") { Double($0.server.eventStreams) },
        single(.gauge, "console_picture_streams", "Viewers of live pictures.") { Double($0.server.pictureStreams) },
        single(.counter, "console_wrong_tokens_total", "Wrong tokens that were shown.") {
            Double($0.server.wrongTokens)
        },
        MetricFamily(.counter, "neurond_console_answers_total", "Answers by their status.", ["status"]) { source in
            source.server.answers.sorted { $0.key < $1.key }.map { MetricSample(["\($0.key)xx"], $0.value) }
        },
    ]
}
