import Foundation
import NeuronTestSupport
import Testing

/// `neurond evaluate` as its users run it, over the clips that the project draws itself.
@Suite(.timeLimit(.minutes(10))) struct EvaluateCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func clip(_ name: String) -> String { FixtureLabel.path(of: "clips/\(name)") }

    private func label(_ name: String) -> String { FixtureLabel.path(of: "labels/\(name).json") }

    private func evaluate(_ arguments: String...) throws -> NeurondProcess.Result {
        try NeurondProcess.run(["evaluate"] + arguments)
    }

    private func object(_ result: NeurondProcess.Result) throws -> [String: Any] {
        let line = try #require(result.lines.first, "\(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    private func total(_ result: NeurondProcess.Result, _ index: Int = 0) throws -> [String: Any] {
        let configurations = try #require(try object(result)["configurations"] as? [[String: Any]])
        return try #require(configurations[index]["total"] as? [String: Any])
    }

    /// A configuration that sees next to nothing.
    private func blind() throws -> String {
        let text = "cameras: [{id: a, source: a.mp4, motion: {minimumArea: 50%}}]\n"
        return try folder.write(text.utf8, to: "blind.yaml")
    }

    @Test func `the walker is found twice, in time and in place, with a table for people`() throws {
        let result = try evaluate(
            "--labels",
            label("walker"),
            clip("walker.mp4"),
            "--require",
            "f1=1,false=0,located=1"
        )
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.first == "A: defaults")
        #expect(lines.contains { $0.hasPrefix("clip") && $0.contains("F1") })
        let widths = Set(lines.filter { $0.hasPrefix("walker.mp4") || $0.hasPrefix("total of 1") }.map(\.count))
        #expect(widths.count == 1, "columns are aligned")
        #expect(lines.contains { $0.hasPrefix("met") && $0.contains("f1>=1") })
    }

    @Test func `all fixtures together are found without a false alert, in any order of labels`() throws {
        let labels = FixtureLabel.all.filter { $0.zones.isEmpty || $0.name == "gate-zones" }
        let files = labels.reversed().map { label($0.name) }
        let options = ["--json", "--workers", "2", "--require", "recall=1,precision=1", "--labels"]
        let result = try NeurondProcess.run(["evaluate"] + options + files + labels.map(\.clip))
        #expect(result.status == 0, "\(result.errors)")
        let total = try total(result)
        #expect(total["events"] as? Int == labels.reduce(0) { $0 + $1.mergedEvents.count })
        #expect(total["false"] as? Int == 0)
        #expect(try #require(total["latencyP95"] as? Double) > 0)
    }

    @Test func `all but the cost is the same in every run and with any number of workers`() throws {
        func judged(_ workers: String) throws -> NSDictionary {
            let result = try evaluate(
                "--labels",
                label("walker"),
                label("rotated"),
                clip("walker.mp4"),
                clip("rotated.mp4"),
                "--json",
                "--workers",
                workers
            )
            var object = try object(result)
            let cost = try #require(object.removeValue(forKey: "cpu") as? [[String: Any]])
            let seconds = try #require((cost[0]["total"] as? [String: Any])?["secondsPerMinute"] as? Double)
            #expect(seconds > 0 && seconds < 60)
            return object as NSDictionary
        }
        #expect(try judged("1") == judged("2"))
    }

    @Test func `what is judged is what a replay tells, onset by onset`() throws {
        let replayed = try NeurondProcess.run(["replay", clip("walker.mp4"), clip("rotated.mp4")])
        let types = try replayed.values("type")
        let told = try zip(types, replayed.values("data", "alert", "startedAt")).filter { $0.0.hasSuffix("started.v1") }
        let result = try evaluate(
            "--labels",
            label("walker"),
            label("rotated"),
            clip("walker.mp4"),
            clip("rotated.mp4"),
            "--json"
        )
        let configurations = try #require(try object(result)["configurations"] as? [[String: Any]])
        let clips = try #require(configurations[0]["clips"] as? [[String: Any]])
        let onsets = clips.flatMap { $0["alerts"] as? [[String: Any]] ?? [] }.compactMap { $0["onset"] as? Double }
        let seconds = told.compactMap { Double($0.1.dropFirst(17).dropLast()) }
        #expect(onsets == seconds && onsets.count == 3)
    }

    @Test func `a requirement that is not met is named, with what was measured, and ends with 1`() throws {
        let result = try evaluate("--labels", label("walker"), clip("walker.mp4"), "--require", "f1=1,latencyP95=0.01")
        #expect(result.status == 1)
        #expect(result.errors.contains("latencyP95<=0.01 was required, and it is 1.") && !result.errors.contains("f1"))
        #expect(!result.lines.isEmpty, "the table is printed all the same")
    }

    @Test func `two configurations stand side by side, with the alerts that only one of them tells`() throws {
        let common = ["evaluate", "--labels", label("walker"), clip("walker.mp4"), "--against", try blind()]
        let table = try NeurondProcess.run(common)
        let text = table.lines.map { String(decoding: $0, as: UTF8.self) }
        #expect(table.status == 0 && text.contains { $0.hasPrefix("B: ") })
        #expect(text.count { $0.hasPrefix("only in A") && $0.hasSuffix("true") } == 2)
        let json = try NeurondProcess.run(common + ["--json"])
        #expect(try total(json)["recall"] as? Double == 1)
        #expect(try total(json, 1)["recall"] as? Double == 0)
        let differences = try #require(try object(json)["differences"] as? [[String: Any]])
        #expect(differences.compactMap { $0["in"] as? String } == ["A", "A"])
    }

    @Test func `a region of the labels is the only zone that is watched`() throws {
        let walker = #"{"events": [[3.04, 9.72], [22.04, 28.72]], "roi": [0, 180, 640, 180]}"#
        let sky = #"{"events": [], "roi": [0, 0, 640, 100]}"#
        for (text, alerts) in [(walker, 2), (sky, 0)] {
            let file = try folder.write(text.utf8, to: "roi.json")
            let total = try total(try evaluate("--labels", file, clip("walker.mp4"), "--json"))
            #expect(total["alerts"] as? Int == alerts && total["false"] as? Int == 0)
        }
        let outside = try folder.write(#"{"events": [], "roi": [700, 0, 10, 10]}"#.utf8, to: "outside.json")
        let refused = try evaluate("--labels", outside, clip("walker.mp4"))
        #expect(refused.status == 65 && refused.errors.contains("640x360"), "\(refused.errors)")
    }

    @Test func `labels with a kind count for that kind alone`() throws {
        let text = #"{"events": [[3.04, 9.72], [22.04, 28.72, {"type": "tamper"}]]}"#
        let file = try folder.write(text.utf8, to: "kinds.json")
        for (kind, events, found) in [("motion", 1, 1), ("tamper", 1, 0)] {
            let total = try total(try evaluate("--labels", file, clip("walker.mp4"), "--type", kind, "--json"))
            #expect(total["events"] as? Int == events && total["found"] as? Int == found)
        }
    }

    @Test func `tampering is judged by its own labels`() throws {
        let result = try evaluate(
            "--labels",
            label("frozen"),
            clip("frozen.mp4"),
            "--type",
            "tamper",
            "--require",
            "f1=1"
        )
        #expect(result.status == 0, "\(result.errors)")
        // A change of light is told there, and is no alert of any kind.
        let light = try evaluate(
            "--labels",
            label("ir-switch"),
            clip("ir-switch.mp4"),
            "--type",
            "light",
            "--require",
            "false=0"
        )
        #expect(light.status == 0, "\(light.errors)")
    }

    @Test func `labels beside a clip need no naming`() throws {
        let copy = folder.file("walker.mp4")
        try FileManager.default.copyItem(atPath: clip("walker.mp4"), toPath: copy)
        try FileManager.default.copyItem(atPath: label("walker"), toPath: folder.file("walker.json"))
        #expect(try evaluate(copy, "--require", "recall=1").status == 0)
    }

    @Test func `labels of another clip are noticed`() throws {
        let result = try evaluate("--labels", label("walker"), clip("walker.mkv"))
        #expect(result.status == 65 && result.errors.contains("an event starts at 22.04 s"), "\(result.errors)")
    }

    @Test func `wrong arguments, labels and clips end with their own codes and say why`() throws {
        let broken = try folder.write("{\"events\": [[2, 1]]}".utf8, to: "broken.json")
        let zones = try folder.write(
            #"{"events": [], "zones": [{"name": "a", "polygon": [[0, 0], [2, 0], [1, 1]]}]}"#.utf8,
            to: "zones.json"
        )
        let walker = clip("walker.mp4")
        for (arguments, status, word) in [
            ([], Int32(64), "No clip"), ([walker, "--require", "f1"], 64, "f1=0.9"),
            ([walker, "--workers", "0"], 64, "--workers"), ([walker, "--early", "-1"], 64, "--early"),
            ([walker, "--labels", broken], 65, "events[0]"), ([walker, "--labels", zones], 65, "zones[0].polygon"),
            ([walker, "--labels", folder.file("none.json")], 66, "none.json"), ([walker], 66, "walker.json"),
            (["--labels", label("walker"), "nowhere.mp4"], 66, "nowhere.mp4"),
            (["--labels", label("walker"), broken + ".mp4"], 66, "broken.json.mp4"),
            (["--labels", label("walker"), "rtsp://127.0.0.1/x"], 64, "no recorded clip"),
            (["--labels", label("walker"), walker, "--config", "none.yaml"], 78, "none.yaml"),
        ] as [([String], Int32, String)] {
            let result = try NeurondProcess.run(["evaluate"] + arguments)
            #expect(result.status == status && result.errors.contains(word), "\(arguments): \(result.errors)")
            #expect(result.lines.isEmpty)
        }
    }
}
