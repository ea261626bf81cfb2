import NeuronTestSupport
import Testing

/// Replays of the clips in which something is done to the camera; of all others ``ReplayFixtureTests`` says that nothing is.
@Suite(.serialized, .timeLimit(.minutes(10))) struct TamperFixtureTests {
    /// Each event of tampering as `started GlobalSceneChange`, with the alert's start in seconds.
    private func tampering(_ result: NeurondProcess.Result) throws -> [(word: String, start: Double)] {
        let types = try result.values("type")
        let modes = try result.values("data", "tamper", "mode")
        let starts = try result.values("data", "alert", "startedAt")
        return zip(types, zip(modes, starts)).compactMap { type, event in
            guard type.hasPrefix("org.neurond.tamper.") else { return nil }
            let fields = event.1.dropFirst(11).dropLast().split(separator: ":").compactMap { Double($0) }
            let phase = type.dropFirst("org.neurond.tamper.".count).dropLast(".v1".count)
            return ("\(phase) \(event.0)", fields[0] * 3600 + fields[1] * 60 + fields[2])
        }
    }

    @Test(arguments: FixtureLabel.tampered.map(\.name), ["always", "auto"])
    func `what is done to a camera is told once, with its beginning and its end`(name: String, sampling: String) throws
    {
        let label = try #require(FixtureLabel.tampered.first { $0.name == name })
        let result = try NeurondProcess.run(["replay", label.clip, "--sampling", sampling])
        #expect(result.status == 0 && result.errors.isEmpty)
        let told = try tampering(result)
        #expect(told.map(\.word) == label.tamper.flatMap { ["started \($0.mode)", "ended \($0.mode)"] })
        // A camera that dozes may see it a group of pictures later.
        let latest = sampling == "auto" ? 4.5 : 2.5
        for (event, expected) in zip(told.filter { $0.word.hasPrefix("started") }, label.tamper) {
            let late = event.start - expected.time.lowerBound
            #expect(late >= -0.5 && late <= latest)
        }
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `a switch to infrared is a note and no alert`() throws {
        let label = try #require(FixtureLabel.all.first { $0.name == "ir-switch" })
        let result = try NeurondProcess.run(["replay", label.clip])
        #expect(try result.values("type") == ["org.neurond.light.changed.v1"])
        #expect(try result.values("data", "light", "kind") == ["brighter"])
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `tampering is told where motion is not`() throws {
        let label = try #require(FixtureLabel.tampered.first { $0.name == "tamper-cover" })
        let folder = try TemporaryDirectory()
        let text = "cameras: [{id: fixture, source: \(label.clip), motion: {enabled: false}}]\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        let result = try NeurondProcess.run(["replay", label.clip, "--config", file])
        #expect(try tampering(result).map(\.word) == ["started GlobalSceneChange", "ended GlobalSceneChange"])
        #expect(try !result.values("type").contains { $0.hasPrefix("org.neurond.motion.") })
        #expect(try mistakes(in: result.lines, closed: true) == "")
    }

    @Test func `where nothing is looked for nothing is decoded`() throws {
        let label = try #require(FixtureLabel.tampered.first { $0.name == "tamper-cover" })
        let folder = try TemporaryDirectory()
        let off = "motion: {enabled: false}, tamper: {enabled: false}, plates: {enabled: false}"
        let text = "cameras: [{id: fixture, source: \(label.clip), \(off)}]\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        let result = try NeurondProcess.run(["replay", label.clip, "--config", file, "--stats"])
        #expect(result.status == 0 && result.lines.isEmpty)
        #expect(result.errors.contains(/decoded +0\n/))
    }

    @Test func `tampering that is switched off is not told, and other modes neither`() throws {
        let label = try #require(FixtureLabel.tampered.first { $0.name == "tamper-cover" })
        for settings in ["{enabled: false}", "{modes: [ImageTooDark, FrozenPicture]}"] {
            let folder = try TemporaryDirectory()
            let text = "cameras: [{id: fixture, source: \(label.clip), tamper: \(settings)}]\n"
            let file = try folder.write(text.utf8, to: "neurond.yaml")
            let result = try NeurondProcess.run(["replay", label.clip, "--config", file])
            #expect(result.status == 0)
            #expect(try tampering(result).isEmpty)
        }
    }
}
