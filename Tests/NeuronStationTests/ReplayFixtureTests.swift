import NeuronTestSupport
import Testing

/// Replays of the clips that the project draws itself, judged by their labels.
///
/// An alert is true if it starts from 0.6 s before to 1 s after an event; an event is found if such an alert exists.
@Suite(.timeLimit(.minutes(10))) struct ReplayFixtureTests {
    private func replay(_ label: FixtureLabel, _ options: String...) throws -> NeurondProcess.Result {
        guard !label.zones.isEmpty else { return try NeurondProcess.run(["replay", label.clip] + options) }
        let folder = try TemporaryDirectory()
        let text = "cameras: [{id: fixture, source: \(label.clip), zones: \(label.zones)}]\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        return try NeurondProcess.run(["replay", label.clip, "--config", file] + options)
    }

    private func starts(_ result: NeurondProcess.Result) throws -> [Double] {
        try zip(result.values("type"), result.values("data", "alert", "startedAt")).compactMap { type, time in
            guard type == "org.neurond.motion.started.v1" else { return nil }
            let fields = time.dropFirst(11).dropLast().split(separator: ":").compactMap { Double($0) }
            return fields[0] * 3600 + fields[1] * 60 + fields[2]
        }
    }

    @Test(arguments: FixtureLabel.all.map(\.name))
    func `every event of a clip is told and nothing else`(name: String) throws {
        let label = try #require(FixtureLabel.all.first { $0.name == name })
        let result = try replay(label)
        #expect(result.status == 0 && result.errors.isEmpty)
        let starts = try starts(result)
        for event in label.mergedEvents {
            #expect(starts.contains { $0 >= event.lowerBound - 0.6 && $0 <= event.upperBound + 1 }, "missed \(event)")
        }
        for start in starts {
            let isTrue = label.events.contains { start >= $0.lowerBound - 0.6 && start <= $0.upperBound + 1 }
            #expect(isTrue, "false alert at \(start) s")
        }
        let tampering = try result.values("type").filter { $0.hasPrefix("org.neurond.tamper.") }
        #expect(tampering.isEmpty, "nobody touched the camera")
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `labels are there for all kinds of clips`() {
        #expect(FixtureLabel.all.count >= 20)
        #expect(FixtureLabel.all.contains { $0.events.isEmpty })
    }

    @Test(arguments: FixtureLabel.broken.map(\.clip))
    func `a broken clip ends in its pictures or in a clear error`(clip: String) throws {
        let givesPictures = try #require(FixtureLabel.broken.first { $0.clip == clip }).givesPictures
        let result = try NeurondProcess.run(["replay", clip, "--stats"])
        let decoded = result.errors.split(separator: "\n").first { $0.hasPrefix("decoded") }
        let count = decoded.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
        #expect(result.status == (givesPictures ? 0 : 65), "\(result.errors)")
        #expect((count > 0) == givesPictures)
        #expect(givesPictures || result.errors.hasPrefix("neurond: "))
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }
}
