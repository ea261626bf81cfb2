import NeuronTestSupport
import Testing

/// `auto` beside `always`: the walker of the fixture comes after half a minute in which nothing but noise happens.
@Suite(.timeLimit(.minutes(10)), .serialized) struct AdaptiveSamplingTests {
    private struct Outcome {
        var starts: [Double]
        /// When each was told, in seconds of the clip.
        var told: [Double]
        var decoded: Int
        var packets: Int
    }

    private func play(_ clip: String, _ mode: String) throws -> Outcome {
        let result = try NeurondProcess.run(["replay", clip, "--sampling", mode, "--stats"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try mistakes(in: result.lines, closed: true) == "")
        let types = try result.values("type")
        func seconds(_ times: [String]) -> [Double] {
            zip(types, times).filter { $0.0 == "org.neurond.motion.started.v1" }.map { _, time in
                let fields = time.dropFirst(11).dropLast().split(separator: ":").compactMap { Double($0) }
                return fields[0] * 3600 + fields[1] * 60 + fields[2]
            }
        }
        let starts = seconds(try result.values("data", "alert", "startedAt"))
        let told = seconds(try result.values("recordedtime"))
        func count(_ name: String) -> Int {
            let line = result.errors.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
        }
        return Outcome(starts: starts, told: told, decoded: count("decoded"), packets: count("frames"))
    }

    private func clip(_ name: String, in folder: TemporaryDirectory, _ codec: [String]) throws -> String {
        let filter = "tpad=start_duration=30:start_mode=clone,noise=alls=6:allf=t:all_seed=7"
        let input = [
            "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", FixtureLabel.path(of: "clips/walker.mp4"),
        ]
        try CommandLineTool.run("ffmpeg", input + ["-vf", filter, "-threads", "1"] + codec + [folder.file(name)])
        return folder.file(name)
    }

    private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast"]

    @Test(arguments: [
        ("closed.mp4", h264 + ["-g", "25", "-bf", "0"]),
        ("open.mp4", h264 + ["-g", "25", "-bf", "2", "-x264-params", "open-gop=1:keyint=25:min-keyint=25"]),
        ("steady.ts", h264 + ["-g", "25", "-bf", "0", "-b:v", "1M", "-maxrate", "1M", "-bufsize", "1M"]),
        (
            "open.mkv",
            [
                "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                "keyint=25:min-keyint=25:open-gop=1:log-level=none:pools=none",
            ]
        ),
    ])
    func `an event begins at the same picture, and half of the still clip is not decoded`(
        name: String,
        codec: [String]
    ) throws {
        let folder = try TemporaryDirectory()
        let clip = try clip(name, in: folder, codec)
        let (always, auto) = (try play(clip, "always"), try play(clip, "auto"))
        #expect(!always.starts.isEmpty && always.starts.count == auto.starts.count)
        for (one, other) in zip(always.starts, auto.starts) { #expect(abs(one - other) <= 0.09) }
        // It is told when the keyframe that shows it has come, and the replay says so.
        for (start, told) in zip(auto.starts, auto.told) { #expect(told >= start.rounded(.up)) }
        #expect(always.decoded == always.packets)
        #expect(auto.decoded * 10 < always.decoded * 6, "\(auto.decoded) of \(always.decoded)")
    }

    @Test func `a stream whose keyframes give no picture by themselves is followed`() throws {
        // What FFmpeg takes for keyframes are the beginnings of a refresh, bit by bit, over a second and a half.
        let folder = try TemporaryDirectory()
        let refresh = Self.h264 + ["-bf", "0", "-x264-params", "intra-refresh=1:keyint=50"]
        let clip = try clip("refresh.mp4", in: folder, refresh)
        let (always, auto, keyframes) = (
            try play(clip, "always"), try play(clip, "auto"), try play(clip, "keyframes")
        )
        #expect(!always.starts.isEmpty && always.starts == auto.starts)
        // The first attempt to doze costs less than one refresh.
        #expect(auto.decoded > always.decoded - 50, "\(auto.decoded) of \(always.decoded)")
        #expect(keyframes.starts == always.starts)
        #expect(keyframes.decoded > always.decoded - 100, "\(keyframes.decoded) of \(always.decoded)")
    }

    @Test func `with a keyframe each ten seconds everything is decoded, and nothing is missed`() throws {
        let folder = try TemporaryDirectory()
        let clip = try clip("long.mp4", in: folder, Self.h264 + ["-g", "500", "-bf", "0", "-sc_threshold", "0"])
        let (always, auto) = (try play(clip, "always"), try play(clip, "auto"))
        #expect(auto.starts == always.starts && auto.decoded == always.decoded)
    }

    @Test func `a camera of single pictures is looked at twice a second while it is still`() throws {
        let folder = try TemporaryDirectory()
        let clip = try clip("single.avi", in: folder, ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"])
        let (always, auto) = (try play(clip, "always"), try play(clip, "auto"))
        #expect(always.starts.count == auto.starts.count)
        for (one, other) in zip(always.starts, auto.starts) { #expect(abs(one - other) <= 0.09) }
        #expect(auto.decoded * 10 < always.decoded * 6, "\(auto.decoded) of \(always.decoded)")
    }
}
