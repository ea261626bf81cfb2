import Foundation
import NeuronConfiguration
import NeuronTestSupport
import Testing

/// `auto` at a real RTSP camera beside the recording that it plays, and what is kept of a wake.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: RTSPCamera.isAvailable, "the RTSP server's packages are missing")
)
struct LiveSamplingTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Somebody walks by from 4.5 s to 7.9 s and from 14 s to 17.4 s; keyframes come each two seconds.
    private func recording() throws -> String {
        let filter =
            "scale=320:180,setpts=(PTS-STARTPTS)/2,fps=25,tpad=start_duration=3:start_mode=clone,"
            + "noise=alls=6:allf=t:all_seed=7"
        let input = ["-v", "error", "-nostdin", "-y", "-i", FixtureLabel.path(of: "clips/walker.mp4"), "-vf", filter]
        let clip = folder.file("walks.mp4")
        try CommandLineTool.run("ffmpeg", input + ["-threads", "1"] + SceneFilm.plain(group: 50) + [clip])
        return clip
    }

    private struct Event {
        var type: String
        var data: [String: Any]

        func time(_ keys: String...) -> Double? {
            var value: Any? = data
            for key in keys { value = (value as? [String: Any])?[key] }
            let formatter = ISO8601DateFormatter()
            formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
            return (value as? String).flatMap(formatter.date)?.timeIntervalSince1970
        }

        /// The clip that it names, below a folder.
        func clip(in evidence: String) -> String? {
            let clip = (data["media"] as? [[String: Any]])?.first { $0["rel"] as? String == "clip" }
            return (clip?["href"] as? String).map { evidence + $0.dropFirst("media".count) }
        }
    }

    private func events(_ lines: [[UInt8]], _ type: String) throws -> [Event] {
        try lines.compactMap { line in
            let event = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            guard event?["type"] as? String == "org.neurond.\(type).v1" else { return nil }
            return Event(type: type, data: event?["data"] as? [String: Any] ?? [:])
        }
    }

    /// The clip of an alert begins before the pre-roll, with a keyframe, and plays without a word.
    private func check(_ ended: Event, in evidence: String) throws {
        let clip = try #require(ended.clip(in: evidence), "\(ended.data)")
        let onset = try #require(ended.time("alert", "startedAt"))
        let from = try #require(ended.time("evidence", "from"))
        #expect(from <= onset - 5 && from > onset - 5 - 2.1, "from \(onset - from) s before")
        let packets = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=flags", "-of", "csv=p=0", clip]
        #expect(try CommandLineTool.run("ffprobe", packets).hasPrefix("K"))
        #expect(try CommandLineTool.run("sh", ["-c", "ffmpeg -v warning -i '\(clip)' -f null - 2>&1"]) == "")
    }

    @Test func `a camera is sampled, and told of, as its recording is; and what is kept begins before it woke`()
        async throws
    {
        let clip = try recording()
        let camera = try RTSPCamera(clips: [clip, clip])
        let text = """
            state: \(folder.path)/state
            evidence: {postRoll: 1s}
            cameras: [{id: gate, source: "\(camera.url("cam1"))"}]
            """
        let daemon = try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
        let recorded = try SampledClip(clip)
        let live = try SampledClip(camera.url("cam0"), atMost: recorded.packets.count)
        // Frames of the recording, to the millisecond, and so everything that is decided about them.
        let shifts = zip(recorded.pictureTimes, live.pictureTimes).map { abs($1 - $0) }
        #expect(live.packets.count == recorded.packets.count && (shifts.max() ?? 0) <= 0.001)
        #expect(live.areKeyframes == recorded.areKeyframes)
        let (replayed, watched) = (try recorded.play(.auto), try live.play(.auto))
        #expect(replayed.motion.count == 2)
        #expect(replayed.delays(in: watched).allSatisfy { abs($0 ?? 1) <= 0.002 })
        #expect(watched.motion.count == 2 && watched.wakes.count == replayed.wakes.count)
        #expect(watched.decoded == replayed.decoded)
        #expect(watched.decodedBeforeEnd <= recorded.mostDecoded(in: watched))
        // The daemon beside it, with a clock of its own.
        let ended = "motion.ended"
        #expect(await daemon.waits(upTo: 60) { (try? events($0.lines, ended).count >= 2) == true })
        let result = daemon.stop()
        let told = try events(result.lines, ended)
        try #require(told.count >= 2, "\(result.errors)")
        let onsets = told.compactMap { $0.time("alert", "startedAt") }
        let apart = replayed.motion[1].onset - replayed.motion[0].onset
        // The camera's clock is followed at no more than 500 ppm.
        #expect(abs(onsets[1] - onsets[0] - apart) <= recorded.interval, "\(onsets[1] - onsets[0]), not \(apart)")
        try check(told[1], in: folder.file("state/evidence"))
    }

    @Test func `the clip of a replay that woke between two keyframes begins before the pre-roll`() throws {
        let clip = try SceneFilm.encode("scene.mp4", in: folder, SceneFilm.plain(group: 50))
        let runs = try ["always", "auto"].map { mode in
            try NeurondProcess.run(["replay", clip, "--sampling", mode, "--evidence", folder.file(mode)])
        }
        let (always, auto) = (try events(runs[0].lines, "motion.ended"), try events(runs[1].lines, "motion.ended"))
        try #require(always.count == 1 && auto.count == 1)
        #expect(auto[0].time("alert", "startedAt") == always[0].time("alert", "startedAt"))
        try check(auto[0], in: folder.file("auto"))
        // The same packets, since how it was found makes no difference to what belongs to it.
        let (first, second) = (always[0].clip(in: folder.file("always")), auto[0].clip(in: folder.file("auto")))
        #expect(try TemporaryDirectory.read(first ?? "") == TemporaryDirectory.read(second ?? ""))
    }
}
