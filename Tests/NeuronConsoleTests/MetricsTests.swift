import Foundation
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronConsole

@Suite struct MetricsTests {
    private static let source = MetricSource(figures: figures)

    private static var figures: ConsoleFigures {
        var camera = StubFeed.camera("gate-1")
        camera.figures.packets = 12
        camera.figures.leftOut = 5
        camera.video?.measuredFramesPerSecond = 12.5
        var desk = ConsoleFigures.Desk()
        desk.tiers = ["grid": ConsoleFigures.Desk.Tier()]
        desk.rules = ["gate/motion/\"a\\b\n": ConsoleFigures.Desk.Rule(judged: 2, falseAlarms: 1)]
        desk.refused = ["malformed": 3]
        let sink = SinkSnapshot(
            name: "mqtt",
            state: "connected",
            isConnected: true,
            pending: 3,
            awaitingReceipt: 0,
            oldestAge: .milliseconds(1500),
            parked: 0,
            expired: 0,
            lastFailure: nil,
            tally: SinkTally()
        )
        return ConsoleFigures(
            now: .epoch + .seconds(2),
            uptime: .seconds(1),
            version: "1",
            cameras: [camera],
            sinks: [sink],
            outbox: ConsoleFigures.Outbox(
                events: 1,
                openAlerts: 1,
                bytesInUse: 1,
                bytesOnDisk: 1,
                capacityBytes: 1,
                shed: ["started": 0],
                hasReserve: true
            ),
            desk: desk,
            evidence: EvidenceSnapshot(bytes: 1, limitBytes: 2, freeBytes: 3),
            process: ConsoleFigures.Process(residentBytes: 1, cpu: .seconds(1), openFiles: 2, threads: 3)
        )
    }

    private static var text: String {
        var source = source
        source.server.answers = [2: 1]
        return String(decoding: MetricsText.encode(MetricCatalogue.all, source), as: UTF8.self)
    }

    @Test func `values stand behind their names and labels`() {
        let lines = Self.text.split(separator: "\n").map(String.init)
        for line in [
            "# TYPE neurond_camera_frames_read_total counter", #"neurond_camera_frames_read_total{camera="gate-1"} 12"#,
            #"neurond_camera_frames_left_out_total{camera="gate-1"} 5"#,
            #"neurond_camera_last_frame_age_seconds{camera="gate-1"} 2"#, #"neurond_sink_pending{sink="mqtt"} 3"#,
            #"neurond_camera_frame_rate{camera="gate-1",origin="declared"} 25"#,
            #"neurond_camera_frame_rate{camera="gate-1",origin="measured"} 12.5"#,
            #"neurond_sink_oldest_age_seconds{sink="mqtt"} 1.5"#,
            #"neurond_camera_state{camera="gate-1",state="up"} 1"#,
            #"neurond_gate_suppressions_total{camera="gate-1",reason="shake"} 0"#,
            #"neurond_desk_refusals_total{code="malformed"} 3"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `a label cannot break out of its quotes`() {
        #expect(Self.text.contains(#"neurond_rule_judged{rule="gate/motion/\"a\\b\n"} 2"#))
    }

    @Test func `every family has a sample, a name of the usual form and a sentence`() {
        let text = Self.text
        var names: Set<String> = []
        for family in MetricCatalogue.all {
            #expect(names.insert(family.name).inserted, "\(family.name) twice")
            #expect(family.name.hasPrefix("neurond_"))
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(family.help.hasSuffix(".") && !family.help.contains("\n"))
            #expect(text.contains("\n\(family.name)") || text.hasPrefix(family.name), "\(family.name) has no sample")
        }
    }

    @Test func `docs/metrics.md lists what is exported, and nothing else`() throws {
        let path = repositoryFile("docs/metrics.md")
        let page = String(decoding: try TemporaryDirectory.read(path), as: UTF8.self)
        if ProcessInfo.processInfo.environment["NEURON_UPDATE_DOCS"] != nil {
            let head = page[..<(page.range(of: "| metric ")?.lowerBound ?? page.endIndex)]
            try (head + Self.table).write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(page.hasSuffix(Self.table), "NEURON_UPDATE_DOCS=1 swift test --filter MetricsTests writes it anew")
        }
    }

    private static var table: String {
        let rows = MetricCatalogue.all.map { family in
            let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |\n"
        }
        return "| metric | kind | labels | meaning |\n|---|---|---|---|\n" + rows.joined()
    }

    @Test(arguments: ["docs/grafana/neurond-dashboard.json", "docs/grafana/neurond-rules.yaml"])
    func `dashboard and rules ask for metrics that there are`(file: String) throws {
        let bytes = try TemporaryDirectory.read(repositoryFile(file))
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.filter { $0.hasPrefix("neurond_") }
        let known = Set(MetricCatalogue.all.map(\.name))
        #expect(words.count > 10)
        for word in words { #expect(known.contains(String(word)), "\(word)") }
        if file.hasSuffix("json") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        }
    }
}

/// A file of this repository.
func repositoryFile(_ name: String) -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return root.appendingPathComponent(name).path
}
