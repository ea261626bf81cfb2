import NeuronConfiguration
import NeuronCore
import NeuronTestSupport
import Testing

/// `auto` beside `always` on every clip that has a label.
///
/// An analysis interval is what lies between two pictures that are looked at: 40 ms at 25 pictures a second, more where
/// a clip has fewer or leaves some out.
@Suite(.timeLimit(.minutes(10))) struct LabelledSamplingTests {
    private func camera(of label: FixtureLabel) throws -> CameraConfiguration {
        guard !label.zones.isEmpty else { return SampledClip.camera }
        let text = "cameras: [{id: fixture, source: \(label.clip), zones: \(label.zones)}]\n"
        return try #require(try ConfigurationReader.read(text: text, environment: [:]).cameras.first)
    }

    @Test(arguments: FixtureLabel.all.map(\.name))
    func `no event is lost, begins at another picture or is added, and no more is decoded than that takes`(
        name: String
    ) throws {
        let label = try #require(FixtureLabel.all.first { $0.name == name })
        let clip = try SampledClip(label.clip)
        let camera = try camera(of: label)
        let (always, auto) = (try clip.play(.always, as: camera), try clip.play(.auto, as: camera))
        for (incident, delay) in zip(always.motion, always.delays(in: auto)) {
            #expect(delay != nil || incident.lasts <= camera.maxBlind.seconds, "\(incident) is lost")
            #expect(abs(delay ?? 0) <= clip.interval, "\(incident) begins \(delay ?? 0) s late")
        }
        #expect(auto.delays(in: always).allSatisfy { $0 != nil }, "told without need: \(auto.motion)")
        #expect(auto.motion.count == auto.incidents.count, "nobody touched the camera: \(auto.incidents)")
        // `always` finds what the labels say (ReplayFixtureTests); so nothing is compared with nothing.
        #expect(always.motion.isEmpty == label.events.isEmpty)
        #expect(always.decoded == clip.packets.count)
        let most = clip.mostDecoded(in: auto)
        #expect(auto.decodedBeforeEnd <= most, "\(auto.decodedBeforeEnd) of at most \(most)")
        #expect(auto.decoded <= auto.decodedBeforeEnd + SampledClip.mostAtEnd)
        #expect(auto.blind == 0)
    }

    /// What a hand before the lens is for motion is not said; what it is for tampering is.
    @Test(arguments: FixtureLabel.tampered.map(\.name))
    func `tampering is told as with every picture, and at most a group of pictures and a glance later`(
        name: String
    ) throws {
        let label = try #require(FixtureLabel.tampered.first { $0.name == name })
        let clip = try SampledClip(label.clip)
        let (always, auto) = (try clip.play(.always), try clip.play(.auto))
        let delays = always.delays(in: auto, kind: "tamper")
        #expect(delays.count == label.tamper.count)
        #expect(delays.allSatisfy { $0.map { abs($0) <= clip.longestGroup + 0.6 } ?? false }, "\(delays)")
        #expect(auto.delays(in: always, kind: "tamper").allSatisfy { $0 != nil })
        #expect(auto.decoded * 2 < always.decoded)
    }

    @Test func `a calm clip costs its first two and a half seconds and its keyframes, to the picture`() throws {
        // Clips in which nothing is suspicious at any keyframe.
        for name in ["drift", "speckle"] {
            let label = try #require(FixtureLabel.all.first { $0.name == name })
            let clip = try SampledClip(label.clip)
            let run = try clip.play(.auto)
            // The picture that shows that they are over is one of them.
            let learning = clip.pictureTimes.count { $0 < 2.5 } + 1
            let keyframes = clip.keyframeTimes.count { $0 >= 2.5 }
            #expect(run.wakes.isEmpty)
            #expect(run.decodedBeforeEnd == learning + keyframes, "\(name): \(run.decodedBeforeEnd)")
        }
    }
}
