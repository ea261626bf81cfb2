import NeuronConfiguration
import NeuronCore
import NeuronTestSupport
import Testing

/// `auto` beside `always` on one scene in many encodings: somebody comes between two keyframes.
@Suite(.timeLimit(.minutes(10))) struct EncodingSamplingTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A way to encode, given the distance of keyframes in pictures.
    enum Way: String, CaseIterable {
        case constantQuality, constantRate, closedH264, openH264, closedH265, openH265

        func codec(group: Int) -> [String] {
            switch self {
            case .constantQuality: SceneFilm.plain(group: group)
            case .constantRate: SceneFilm.constantRate(group: group)
            case .closedH264: SceneFilm.reordered(group: group, isOpen: false)
            case .openH264: SceneFilm.reordered(group: group, isOpen: true)
            case .closedH265: SceneFilm.h265(group: group, isOpen: false)
            case .openH265: SceneFilm.h265(group: group, isOpen: true)
            }
        }

        var ending: String {
            switch self {
            case .constantRate: "ts"
            case .closedH265, .openH265: "mkv"
            default: "mp4"
            }
        }
    }

    /// Groups of a second to ten; with pictures out of order those that are followed are all alike.
    static let ways = Way.allCases.flatMap { way in
        let isPlain = way == .constantQuality || way == .constantRate
        return (isPlain ? [25, 50, 100, 250] : [25, 50, 250]).map { (way, $0) }
    }

    /// The one alert of the scene, by both ways of sampling.
    private func compare(_ clip: SampledClip, late: Double? = nil) throws -> (always: SampledRun, auto: SampledRun) {
        let (always, auto) = (try clip.play(.always), try clip.play(.auto))
        try #require(always.motion.count == 1 && auto.motion.count == 1, "\(always.motion) and \(auto.motion)")
        let delay = auto.motion[0].onset - always.motion[0].onset
        #expect(abs(delay) <= max(clip.interval, late ?? 0), "\(delay) s late")
        #expect(always.blind == 0 && auto.blind == 0)
        #expect(always.damaged == 0 && auto.damaged == 0)
        #expect(always.decoded == clip.packets.count)
        return (always, auto)
    }

    @Test(arguments: ways)
    func `who comes between two keyframes is told from the same picture on, however the stream is encoded`(
        way: Way,
        group: Int
    ) throws {
        let clip = try SampledClip(
            SceneFilm.encode("scene.\(way.ending)", in: folder, way.codec(group: group))
        )
        let (always, auto) = try compare(clip)
        #expect(abs(always.motion[0].onset - SceneFilm.event.lowerBound) <= 0.1)
        let most = clip.mostDecoded(in: auto)
        #expect(auto.decodedBeforeEnd <= most, "\(auto.decodedBeforeEnd) of at most \(most)")
        // A group of four seconds hides too much: such a camera is followed. Of the others a quarter is left, but for the end.
        let isFollowed = group > 50
        #expect(!isFollowed || auto.decoded == clip.packets.count)
        #expect(isFollowed || auto.decodedBeforeEnd * 4 < clip.packets.count * 3, "\(auto.decodedBeforeEnd)")
        #expect(auto.decoded <= auto.decodedBeforeEnd + SampledClip.mostAtEnd)
        // It is known when the first keyframe has come that shows it, and the minimum duration is over.
        let keyframe = clip.keyframeTimes.first { $0 > auto.motion[0].onset } ?? .infinity
        #expect(auto.motion[0].told <= max(always.motion[0].told, keyframe) + 4 * clip.interval)
    }

    @Test(arguments: [0, 10, 20, 30, 40])
    func `what is there for little more than two seconds is found, wherever in a group it comes`(pictures: Int) throws {
        let filter = "setpts=PTS/1.5,fps=25,trim=start_frame=\(pictures),setpts=PTS-STARTPTS"
        let clip = try SampledClip(
            SceneFilm.encode("short.mp4", in: folder, SceneFilm.plain(group: 50), filter: filter)
        )
        let (always, auto) = try compare(clip)
        #expect((2.0...2.4).contains(always.motion[0].lasts), "\(always.motion)")
        #expect(auto.decodedBeforeEnd <= clip.mostDecoded(in: auto), "\(auto.decodedBeforeEnd)")
        #expect(auto.decodedBeforeEnd < clip.packets.count)
    }

    @Test func `where nobody may be blind for as long as a group, everything is decoded`() throws {
        let clip = try SampledClip(SceneFilm.encode("scene.mp4", in: folder, SceneFilm.plain(group: 50)))
        var camera = SampledClip.camera
        camera.maxBlind = .seconds(1)
        let run = try clip.play(.auto, as: camera)
        #expect(run.decoded == clip.packets.count && run.blind == 0 && run.wakes.isEmpty)
    }

    @Test func `after three wakes in a row that showed nothing, an onset may be late by a group and no more`() throws {
        // Encoded so coarsely, noise jumps at each keyframe.
        let filter = "tpad=start_duration=10:start_mode=clone,noise=alls=12:allf=t:all_seed=3"
        let codec = SceneFilm.reordered(group: 25, isOpen: false)
        let clip = try SampledClip(SceneFilm.encode("vain.mp4", in: folder, codec, filter: filter))
        let (always, auto) = try compare(clip, late: 1.04)
        let vain = auto.wakes.count { $0 < always.motion[0].onset }
        #expect(vain >= 3, "the scene is too calm for this test: woken at \(auto.wakes)")
    }

    @Test(arguments: [false, true])
    func `H.265 without any keyframe but the first is decoded whole`(isRefreshed: Bool) throws {
        // With intra refresh a column of the picture is new in each, and there are no keyframes either.
        let refresh = isRefreshed ? ["intra-refresh=1"] : []
        var codec = SceneFilm.h265(group: isRefreshed ? 50 : 9999, isOpen: false, pictures: 0)
        codec[codec.count - 1] += (refresh.map { ":" + $0 }).joined()
        let clip = try SampledClip(SceneFilm.encode("one.mkv", in: folder, codec))
        #expect(clip.areKeyframes.count(where: \.self) == 1)
        let (_, auto) = try compare(clip)
        #expect(auto.decoded == clip.packets.count && auto.wakes.isEmpty)
    }

    /// What it calls keyframes are the beginnings of a refresh, and no pictures by themselves.
    @Test func `H.264 with intra refresh is tried once, and looked at picture by picture from then on`() throws {
        let filter = "tpad=start_duration=20:start_mode=clone,noise=alls=5:allf=t:all_seed=5"
        let codec = SceneFilm.plain(group: 25) + ["-x264-params", "intra-refresh=1"]
        let clip = try SampledClip(SceneFilm.encode("refresh.mp4", in: folder, codec, filter: filter))
        #expect(clip.areKeyframes.count(where: \.self) > 30)
        let (always, auto) = try compare(clip)
        // Three groups: that of the trial, and what is left out before it and until the picture is whole again.
        #expect(always.looks - auto.looks <= 75, "\(auto.looks) of \(always.looks)")
        #expect(auto.decoded <= clip.packets.count + 75)
    }

    @Test func `a stream without keyframes for more than a minute is decoded whole, and hangs nowhere`() throws {
        let filter = "fps=5,tpad=start_duration=62:start_mode=clone,noise=alls=6:allf=t:all_seed=7"
        let clip = try SampledClip(
            SceneFilm.encode("minute.mp4", in: folder, SceneFilm.plain(group: 9999), filter: filter)
        )
        #expect(clip.areKeyframes.count(where: \.self) == 1 && clip.longestGroup > 60)
        let (_, auto) = try compare(clip)
        #expect(auto.decoded == clip.packets.count && auto.wakes.isEmpty)
        #expect(auto.motion[0].onset > 60)
    }

    @Test func `a clip whose time wraps in the middle has one event, at its picture`() throws {
        let wrap = Double(1 << 33) / 90_000
        let codec =
            SceneFilm.plain(group: 50) + ["-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", "\(wrap - 10)"]
        let path = try SceneFilm.encode("wrap.ts", in: folder, codec)
        // FFmpeg's own reader puts what lies before the wrap below zero.
        let stamps = try CommandLineTool.run(
            "ffprobe",
            ["-v", "error", "-show_entries", "packet=pts", "-of", "csv=p=0", path]
        )
        .split { $0 == "\n" || $0 == "," }.compactMap { Int($0) }
        try #require((stamps.first ?? 0) < 0 && (stamps.last ?? 0) > 0)
        let clip = try SampledClip(path)
        let (_, auto) = try compare(clip)
        #expect(abs(auto.motion[0].onset - SceneFilm.event.lowerBound) <= 0.1)
        #expect(auto.decodedBeforeEnd < clip.packets.count)
    }
}
