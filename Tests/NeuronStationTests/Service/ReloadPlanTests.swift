import NeuronConfiguration
import NeuronCore
import Testing

@testable import NeuronStation

@Suite struct ReloadPlanTests {
    private static let base = """
        box: q
        cameras:
          - {id: a, source: rtsp://127.0.0.1/a}
          - {id: b, source: rtsp://127.0.0.1/b}
          - {id: c, source: rtsp://127.0.0.1/c}
        sinks: [{type: jsonl, path: alerts.jsonl}]
        """
    private static let withBus = base.replacing("sinks: [", with: "sinks: [{type: mqtt, url: \"mqtt://127.0.0.1\"}, ")

    private func configuration(_ text: String) throws -> Configuration {
        try ConfigurationReader.read(text: text, environment: [:])
    }

    private func plan(_ old: String = Self.base, replacing part: String, with other: String) throws -> ReloadPlan {
        let new = old.replacing(part, with: other)
        #expect(new != old)
        return ReloadPlan(from: try configuration(old), to: try configuration(new))
    }

    @Test func `the same file changes nothing, whatever its spelling`() throws {
        let plan = try plan(replacing: "box: q\n", with: "motion: {minimumArea: 0.0001}  # the default\nbox: \"q\"\n")
        #expect(plan.isEmpty && plan.kept.names == ["a", "b", "c"])
    }

    @Test(
        arguments: [
            "name: B", "sampling: always", "priority: 1", "lostAfter: 20s", "motion: {minimumArea: 1%}",
            "masks: [{name: m, polygon: [[0,0],[1,0],[1,1]]}]", "zones: [{name: z, polygon: [[0,0],[1,0],[1,1]]}]",
            "plates: {enabled: false}", "credentials: x", "decoder: auto", "position: {lat: 1, lon: 2}",
        ]
    )
    func `a camera of which a setting changed is restarted, and no other`(setting: String) throws {
        let plan = try plan(replacing: "/b}", with: "/b, \(setting)}")
        #expect(plan.kept.names == ["a", "c"] && plan.restarted.names == ["b"] && plan.refusals.isEmpty)
        #expect(plan.added.isEmpty && plan.removed.isEmpty && !plan.changesExchange)
    }

    @Test func `cameras come and go, and their order is no change`() throws {
        let line = "  - {id: b, source: rtsp://127.0.0.1/b}\n"
        let gone = try plan(replacing: line, with: "  - {id: d, source: rtsp://127.0.0.1/b}\n")
        #expect(
            gone.kept.names == ["a", "c"] && gone.added.names == ["d"] && gone.removed.names == ["b"]
                && gone.restarted.isEmpty
        )
        let moved = ReloadPlan(
            from: try configuration(Self.base),
            to: try configuration(
                Self.base.replacing(line, with: "").replacing("cameras:\n", with: "cameras:\n" + line)
            )
        )
        #expect(moved.isEmpty)
    }

    @Test func `a default of all cameras restarts those that do not have their own`() throws {
        let old = Self.base.replacing("/b}", with: "/b, motion: {eventGap: 3s}}")
        let plan = try plan(old, replacing: "box: q\n", with: "box: q\nmotion: {eventGap: 3s}\n")
        #expect(plan.kept.names == ["b"] && plan.restarted.names == ["a", "c"])
    }

    @Test func `limits of packets restart every camera`() throws {
        let plan = try plan(replacing: "box: q\n", with: "box: q\nlimits: {packetMemoryPerCamera: 4MiB}\n")
        #expect(plan.restarted.names == ["a", "b", "c"] && plan.refusals.isEmpty)
    }

    @Test func `sinks change while cameras go on`() throws {
        let plan = try plan(replacing: "alerts.jsonl", with: "other.jsonl")
        #expect(plan.kept.count == 3 && plan.changesExchange && !plan.changesSinkNames)
        let more = try self.plan(replacing: "alerts.jsonl}", with: "alerts.jsonl}, {type: stdout}")
        #expect(more.changesExchange && more.changesSinkNames)
    }

    @Test func `brokers are told anew of cameras that came, went, moved or have another name, and of nothing else`()
        throws
    {
        #expect(try plan(Self.withBus, replacing: "id: b", with: "id: d").changesExchange)
        #expect(try plan(Self.withBus, replacing: "/b}", with: "/b, name: Back}").changesExchange)
        #expect(try plan(Self.withBus, replacing: "/b}", with: "/b, site: {street: s1}}").changesExchange)
        #expect(try !plan(Self.withBus, replacing: "/b}", with: "/b, sampling: always}").changesExchange)
    }

    @Test(
        arguments: [
            ("box", "box: x"), ("site", "site: {street: s1}"), ("state", "state: /x"),
            ("outbox", "outbox: {history: 1d}"),
            ("escalation", "escalation: {maxRepeats: 7}"), ("health", "health: {reportEvery: 7m}"),
            ("limits.decodeWorkers", "limits: {decodeWorkers: 3}"),
            ("console", "console: {enabled: false}"), ("evidence.folder", "evidence: {folder: elsewhere}"),
            ("evidence.keep", "evidence: {keep: {age: 1d}}"),
        ]
    )
    func `what can't change while it runs is refused by name`(section: String, line: String) throws {
        let plan = try plan(replacing: "box: q", with: section == "box" ? line : "box: q\n\(line)")
        #expect(plan.refusals == ["`\(section)` has changed, which a reload can't do: restart neurond."])
    }

    @Test func `the first camera of a box is one like any other`() throws {
        let camera = "cameras:\n  - {id: a, source: rtsp://127.0.0.1/a}\n"
        let plan = ReloadPlan(
            from: try configuration("box: q\ncameras: []\n"),
            to: try configuration("box: q\n" + camera)
        )
        #expect(plan.refusals.isEmpty && plan.added.names == ["a"])
        let back = ReloadPlan(
            from: try configuration("box: q\n" + camera),
            to: try configuration("box: q\ncameras: []\n")
        )
        #expect(back.refusals.isEmpty && back.removed.names == ["a"])
    }

    @Test func `evidence may be turned off and on where somebody writes it`() throws {
        let on = try configuration(Self.base)
        let off = try configuration(Self.base + "\nevidence: {enabled: false}")
        let refusal = ["`evidence.enabled` has changed, which a reload can't do: restart neurond."]
        #expect(ReloadPlan(from: on, to: off, writesEvidence: true).refusals.isEmpty)
        #expect(ReloadPlan(from: off, to: on, writesEvidence: true).restarted.count == 3)
        #expect(ReloadPlan(from: off, to: on, writesEvidence: true).refusals.isEmpty)
        #expect(ReloadPlan(from: off, to: on, writesEvidence: false).refusals == refusal)
        #expect(ReloadPlan(from: on, to: on, writesEvidence: false).isEmpty)
    }

    @Test func `the level of the log changes alone`() throws {
        let plan = try plan(replacing: "box: q", with: "box: q\nlog: {level: debug}")
        #expect(plan.changesLogLevel && plan.kept.count == 3 && !plan.isEmpty && !plan.changesExchange)
    }
}

extension [SensorID] {
    var names: [String] { map(\.rawValue) }
}
