import NeuronConfiguration
import NeuronTestSupport
import Testing

/// `auto` beside `always` where packets are lost on the way and nothing says so.
@Suite(.timeLimit(.minutes(10))) struct LossSamplingTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    enum Codec: String, CaseIterable {
        case h264, h265

        func options(group: Int) -> [String] {
            self == .h264 ? SceneFilm.plain(group: group) : SceneFilm.h265(group: group, isOpen: false, pictures: 0)
        }
    }

    private func scene(_ codec: Codec, group: Int) throws -> SampledClip {
        try SampledClip(SceneFilm.encode("scene.mkv", in: folder, codec.options(group: group)))
    }

    /// Plays what is left of a clip in both ways, and finds the one event in both.
    private func compare(_ left: SampledClip, of whole: SampledClip) throws -> (always: SampledRun, auto: SampledRun) {
        let (always, auto) = (try left.play(.always), try left.play(.auto))
        #expect(always.motion.count == 1 && auto.motion.count == 1, "\(always.motion) and \(auto.motion)")
        let delays = always.delays(in: auto)
        #expect(delays.allSatisfy { $0.map { abs($0) <= whole.interval } ?? false }, "late by \(delays)")
        // What no keyframe can explain is no excuse.
        let blind = auto.blind
        #expect(blind <= left.blindness, "blind for \(blind) s")
        return (always, auto)
    }

    /// H.264 shows what is left of a group as if nothing were missing: seconds are chosen in which that is still a still scene.
    @Test(arguments: Codec.allCases, [25, 50])
    func `a keyframe that is lost before an event and the one of its own group cost pictures, and not the event`(
        codec: Codec,
        group: Int
    ) throws {
        let whole = try scene(codec, group: group)
        let lost = group == 25 ? [7, 8, 9] : [4, 8]
        let left = whole.losing { index, isKeyframe in isKeyframe && lost.contains(index / 25) }
        #expect(left.packets.count == whole.packets.count - lost.count)
        let (_, auto) = try compare(left, of: whole)
        // A hole of more than 2.2 s is caught up with, and then all is decoded until keyframes come again.
        #expect(auto.decodedBeforeEnd <= left.packets.count + group, "\(auto.decodedBeforeEnd)")
    }

    @Test(arguments: Codec.allCases)
    func `when keyframes come no more, all is decoded from then on`(codec: Codec) throws {
        let whole = try scene(codec, group: 50)
        let left = whole.losing { index, isKeyframe in isKeyframe && index > 150 }
        let (always, auto) = try compare(left, of: whole)
        // From 2.5 s to the third keyframe some is left; what lies behind it is caught up with.
        #expect(auto.covered >= always.covered - 3.6)
        #expect(auto.decodedBeforeEnd <= left.packets.count + 50)
    }

    @Test(arguments: Codec.allCases, [25, 50])
    func `packets that are lost in the middle of a group take nothing with them but what refers to them`(
        codec: Codec,
        group: Int
    ) throws {
        let whole = try scene(codec, group: group)
        // Before the event, in its group but before it, and while it lasts.
        let holes = [180..<185, 228..<232, 280..<284]
        let left = whole.losing { index, _ in holes.contains { $0.contains(index) } }
        #expect(left.packets.count == whole.packets.count - 13)
        let (_, auto) = try compare(left, of: whole)
        let most = left.mostDecoded(in: auto)
        #expect(auto.decodedBeforeEnd <= most, "\(auto.decodedBeforeEnd) of at most \(most)")
    }

    /// A transport stream counts its packets, so that FFmpeg sees what is missing and says so, as it does for RTP.
    private func lose(_ pictures: Set<Int>, from clip: String) throws -> String {
        let bytes = try TemporaryDirectory.read(clip)
        var (left, picture): ([UInt8], Int) = ([], -1)
        for start in stride(from: 0, to: bytes.count - 187, by: 188) {
            // FFmpeg's muxer gives the first stream this number.
            if bytes[start + 1] & 0x1F == 1, bytes[start + 2] == 0 {
                if bytes[start + 1] & 0x40 != 0 { picture += 1 }
                if pictures.contains(picture) { continue }
            }
            left += bytes[start..<start + 188]
        }
        return try folder.write(left, to: "lost.ts")
    }

    @Test(arguments: [25, 50])
    func `what is known to be lost is not believed up to the next keyframe, and the event is told from there on`(
        group: Int
    ) throws {
        let clip = try SceneFilm.encode("scene.ts", in: folder, SceneFilm.constantRate(group: group))
        // The keyframe of the event's own group, two pictures before, and two while it lasts.
        let whole = try SampledClip(clip)
        let left = try SampledClip(lose([group == 25 ? 225 : 200, 180, 181, 290, 291], from: clip))
        #expect(left.packets.count == whole.packets.count - 5)
        let (always, auto) = try compare(left, of: whole)
        #expect(always.damaged > 0 && auto.damaged <= always.damaged)
        #expect(auto.motion.first.map { (9.9...10.1).contains($0.onset) } == true)
        // Up to the next keyframe nothing that is decoded counts: that is a group for each of three places.
        #expect(auto.decodedBeforeEnd <= left.mostDecoded(in: auto) + 3 * group)
    }
}

extension SampledClip {
    /// For how long nobody may have looked where damage can spread to the next keyframe: what lies beyond 2.2 s in each group.
    fileprivate var blindness: Double {
        let times = keyframeTimes + pictureTimes.suffix(1)
        return zip(times, times.dropFirst()).reduce(0) { $0 + max(0, $1.1 - $1.0 - 2.2) }
    }
}
