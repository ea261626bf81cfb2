import NeuronTestSupport
import Testing

/// The same clips with the same configuration give the same bytes, however they are played.
@Suite(.timeLimit(.minutes(10))) struct DeterminismTests {
    private let clips = ["walker.mp4", "vehicle-plate.mp4", "hevc.mp4", "mjpeg.avi", "mpeg4.avi", "two-walkers.mp4"].map
    {
        FixtureLabel.path(of: "clips/\($0)")
    }

    private func lines(_ options: [String] = [], environment: [String: String] = [:]) throws -> [[UInt8]] {
        let result = try NeurondProcess.run(["replay"] + clips + options, environment: environment)
        #expect(result.status == 0)
        #expect(result.lines.count >= 2 * clips.count)
        return result.lines
    }

    @Test func `two runs, and one or four workers, give the same bytes`() throws {
        let first = try lines()
        #expect(try lines() == first)
        #expect(try lines(["--workers", "4"]) == first)
        #expect(try mistakes(in: first, closed: true) == "")
    }

    @Test func `the lowest instruction set gives the same bytes as the best`() throws {
        let refused = try NeurondProcess.run(["schema", "alert"], environment: ["NEUROND_KERNELS": "none"])
        #expect(refused.status == 78 && refused.errors.contains("EMU128"))
        #expect(try lines(environment: ["NEUROND_KERNELS": "EMU128"]) == lines())
    }

    @Test(arguments: ["auto", "vaapi", "{use: vaapi, device: /dev/null}", "v4l2m2m"])
    func `whatever is asked to decode, alerts have the same bytes, and it is said what did`(decoder: String) throws {
        let folder = try TemporaryDirectory()
        func play(_ decoder: String) throws -> NeurondProcess.Result {
            let text = "cameras: [{id: gate, source: \(clips[0]), decoder: \(decoder)}]\n"
            let file = try folder.write(Array(text.utf8), to: "neurond.yaml")
            return try NeurondProcess.run(["replay", clips[0], "--config", file, "--stats"])
        }
        let software = try play("software")
        let wanted = try play(decoder)
        #expect(software.lines.count >= 2 && wanted.lines == software.lines)
        #expect(software.errors.contains("decoder         software (h264)\n"))
        let said = wanted.errors.split(separator: "\n").filter { $0.hasPrefix("decoder ") }
        #expect(!said.isEmpty && said.allSatisfy { !$0.contains("software") || $0.contains("wanted was") }, "\(said)")
    }

    @Test func `a clip is the stream that it records, whatever small stream its camera has`() throws {
        let folder = try TemporaryDirectory()
        func play(_ more: String) throws -> [[UInt8]] {
            let text = "cameras: [{id: gate, source: 'rtsp://192.0.2.1/main'\(more)}]\n"
            let file = try folder.write(text.utf8, to: "neurond.yaml")
            return try NeurondProcess.run(["replay", clips[0], "--config", file]).lines
        }
        let plain = try play("")
        #expect(plain.count >= 2)
        #expect(try play(", substream: 'rtsp://192.0.2.1/small'") == plain)
    }

    @Test func `a start moves all times and nothing else`() throws {
        let moved = try NeurondProcess.run(["replay", clips[0], "--start", "2026-11-20T08:00:00Z"])
        let plain = try NeurondProcess.run(["replay", clips[0]])
        #expect(try mistakes(in: moved.lines, closed: true) == "")
        #expect(try moved.values("time").allSatisfy { $0.hasPrefix("2026-11-20T08:00:") })
        #expect(try moved.values("recordedtime").allSatisfy { $0.hasPrefix("2026-11-20T08:00:") })
        #expect(try moved.values("data", "motion", "box") == plain.values("data", "motion", "box"))
        #expect(try moved.values("time").map { $0.dropFirst(14) } == plain.values("time").map { $0.dropFirst(14) })
        #expect(try Set(moved.values("id")).isDisjoint(with: plain.values("id")))
    }

    @Test func `keyframes and a rate decode less and still find the walker`() throws {
        for mode in ["keyframes", "fps:5"] {
            let result = try NeurondProcess.run(["replay", clips[0], "--sampling", mode, "--stats"])
            #expect(try mistakes(in: result.lines, closed: true) == "")
            #expect(result.status == 0)
            #expect(try result.values("type").contains("org.neurond.motion.started.v1"), "\(mode)")
        }
    }

    @Test func `clips of one camera follow each other on one time line`() throws {
        let once = try NeurondProcess.run(["replay", clips[0], "--camera", "gate"])
        let twice = try NeurondProcess.run(["replay", clips[0], clips[0], "--camera", "gate"])
        #expect(twice.lines.count == 2 * once.lines.count)
        #expect(try twice.values("sequence").last?.hasSuffix("\(twice.lines.count)") == true)
        #expect(try Set(twice.values("id")).count == twice.lines.count)
        #expect(try mistakes(in: twice.lines, closed: true) == "")
    }

    @Test(arguments: [
        ["probe", "a", "URL"], ["URL"], ["replay", "a", "--start", "URL"], ["replay", "a", "--camera", "URL"],
        ["probe", "--seconds", "URL", "a"], ["probe", "--seconds=URL", "a"], ["check", "--config", "URL"],
        ["tail", "--state", "URL"], ["replay", "URL"],
    ])
    func `a password in an argument is not repeated, wherever the argument stands`(arguments: [String]) throws {
        let address = "rtsp://admin:geheim@127.0.0.1/x"
        let result = try NeurondProcess.run(arguments.map { $0.replacing("URL", with: address) })
        #expect(result.status != 0 && !result.errors.isEmpty)
        #expect(!result.errors.contains("geheim"), "\(result.errors)")
        #expect(result.lines.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("geheim") })
    }

    @Test(arguments: [
        (["replay", "nowhere.mp4"], 66, "nowhere.mp4"),
        (["replay", "rtsp://127.0.0.1/x"], 64, "no recorded clip"),
        (["replay", "a.mp4", "--start", "yesterday"], 64, "2026-11-20T08:00:00Z"),
        (["replay", "a.mp4", "--sampling", "sometimes"], 64, "fps:N"),
        (["replay", "a.mp4", "--camera", "North Gate"], 64, "north-gate"),
        (["replay", "a.mp4", "--workers", "0"], 64, "--workers"),
    ])
    func `a wrong argument is named with what would be right`(arguments: [String], status: Int32, word: String) throws {
        let result = try NeurondProcess.run(arguments)
        #expect(result.status == status && result.errors.contains(word), "\(result.errors)")
        #expect(result.lines.isEmpty)
    }
}
