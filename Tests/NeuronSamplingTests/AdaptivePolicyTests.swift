import NeuronCore
import Testing

@testable import NeuronSampling

@Suite struct AdaptivePolicyTests {
    /// A camera of 25 pictures a second, and a scene: plays the one against a policy and writes down what it decided.
    private struct Show {
        var policy = AdaptivePolicy(AdaptivePolicy.Settings(maxBlind: .seconds(2), ringBytes: 1 << 20))
        /// Pictures from keyframe to keyframe.
        var group = 50
        var bytes = 1000
        var isIntraOnly = false
        /// Seconds in which something moves.
        var events: [ClosedRange<Double>] = []
        /// Seconds in which something is suspicious and never moves.
        var doubts: [ClosedRange<Double>] = []
        /// Seconds at which the light becomes another.
        var steps: Set<Int> = []
        /// Keyframes that are lost on the way, by their number.
        var lost: Set<Int> = []
        var decisions: [PacketDecision] = []
        var looks: [Double] = []
        /// How many packets went through the decoder.
        var decoded = 0

        mutating func play(seconds: Int) {
            for index in decisions.count..<seconds * 25 { take(index) }
        }

        private mutating func take(_ index: Int) {
            let isKeyframe = index % group == 0 && !lost.contains(index / group)
            let packet = PacketFacts(
                time: time(index),
                isKeyframe: isKeyframe || isIntraOnly,
                byteCount: bytes,
                isIntraOnly: isIntraOnly
            )
            let decision = policy.decide(packet)
            decisions.append(decision)
            switch decision {
            case .leave: break
            case .decode, .decodeAlone: look(at: index...index)
            case .tryAlone:
                decoded += 1
                guard !policy.wakes(by: sight(index)) else { return catchUp(to: index) }
                policy.note(sight(index))
                looks.append(Double(index) / 25)
            case .catchUp: catchUp(to: index)
            }
        }

        private mutating func catchUp(to index: Int) {
            let first = looks.last.map { Int(($0 * 25).rounded()) + 1 } ?? 0
            decoded += first % group
            look(at: first...max(first, index))
        }

        private mutating func look(at pictures: ClosedRange<Int>) {
            for index in pictures {
                decoded += 1
                policy.note(sight(index))
                looks.append(Double(index) / 25)
            }
        }

        private func time(_ index: Int) -> MediaTime { .zero + .milliseconds(Int64(index) * 40) }

        private func sight(_ index: Int) -> Look {
            let second = Double(index) / 25
            return Look(
                time: time(index),
                isBusy: events.contains { $0.contains(second) },
                isSuspicious: (events + doubts).contains { $0.contains(second) },
                wantsGlance: index % 25 == 0 && steps.contains(index / 25)
            )
        }

        /// The longest time without a look.
        var longestGap: Double { zip(looks, looks.dropFirst()).map { $1 - $0 }.max() ?? .infinity }

        /// The part of the packets between two seconds that was decoded in order or alone as they came.
        func share(from start: Int, to end: Int) -> Double {
            let window = decisions[start * 25..<end * 25]
            return Double(window.filter { $0 != .leave }.count) / Double(window.count)
        }
    }

    @Test func `a still scene costs its keyframes once it is known`() {
        var show = Show()
        show.play(seconds: 60)
        #expect(show.share(from: 0, to: 2) == 1)
        #expect(show.share(from: 4, to: 60) == 0.02)
        #expect(show.longestGap <= 2.05)
    }

    @Test func `an event is looked at from its first picture on and until the scene is calm`() {
        var show = Show(events: [21.0...24.0])
        show.play(seconds: 40)
        let seen = show.looks.filter { (21.0...24.0).contains($0) }
        #expect(seen.count == 76)
        #expect(show.share(from: 30, to: 40) == 0.02)
        #expect(show.looks == show.looks.sorted())
    }

    @Test
    func `an event between two keyframes that leaves no trace is not seen, and nothing else was blind for longer`() {
        var show = Show(events: [20.1...21.9])
        show.play(seconds: 40)
        #expect(show.looks.filter { (20.1...21.9).contains($0) }.isEmpty)
        #expect(show.longestGap <= 2.05)
    }

    @Test func `an event that lasts longer than the longest blindness is always seen`() {
        for start in stride(from: 20.0, to: 22.0, by: 0.04) {
            var show = Show(events: [start...start + 2.05])
            show.play(seconds: 30)
            let first = show.looks.first { $0 >= start - 1e-6 }
            #expect(abs((first ?? 0) - start) < 0.041)
        }
    }

    @Test func `a false wake costs the group before and a moment`() {
        var show = Show(doubts: [20.0...20.0])
        show.play(seconds: 40)
        #expect(show.decoded < 4 * 25 + 25 + 3 * 50 + 20)
    }

    @Test func `what is suspicious for long and never moves does not keep it awake`() {
        var show = Show(doubts: [0.0...60.0])
        show.play(seconds: 60)
        #expect(show.decisions.suffix(250).contains(.leave))
    }

    @Test func `a step of the light costs a glance at what follows it`() {
        var show = Show(steps: [20])
        show.play(seconds: 40)
        #expect(show.share(from: 20, to: 21) == 0.6)
        #expect(show.share(from: 21, to: 40) < 0.03)
        #expect(!show.decisions.contains(.catchUp))
    }

    @Test func `a scene that wakes it in vain time after time gets glances until something moves`() {
        var show = Show(events: [50.0...54.0], doubts: [10.0...60.0])
        show.play(seconds: 60)
        #expect(show.share(from: 24, to: 48) < 0.4)
        #expect(show.looks.filter { (50.0...54.0).contains($0) }.count == 101)
        #expect(show.looks == show.looks.sorted())
    }

    @Test func `glances at the light do not count as wakes in vain`() {
        var show = Show(doubts: [20.0...20.0, 36.0...36.0], steps: [22, 24, 26, 28, 30])
        show.play(seconds: 40)
        // The group before the second doubt is decoded, though the first was in vain.
        #expect(show.looks.contains { abs($0 - 35.0) < 0.001 })
    }

    @Test func `what begins to move behind a step of the light is followed`() {
        var show = Show(events: [20.4...25.0], steps: [20])
        show.play(seconds: 40)
        #expect(show.looks.filter { (20.4...25.0).contains($0) }.count == 116)
    }

    @Test func `where keyframes come less often than the longest blindness everything is decoded`() {
        var show = Show(group: 250)
        show.play(seconds: 60)
        #expect(show.decisions.allSatisfy { $0 == .decode })
    }

    @Test func `a keyframe that is lost on the way is made up for by the whole group`() {
        var show = Show(lost: [10, 11, 12])
        show.play(seconds: 60)
        #expect(show.decisions.contains(.catchUp))
        #expect(show.longestGap <= 2.25)
        #expect(show.share(from: 40, to: 60) == 0.02)
    }

    @Test func `a stream without keyframes for a minute is decoded as long as it lasts`() {
        var show = Show(lost: Set(8...40))
        show.play(seconds: 120)
        #expect(show.share(from: 20, to: 80) == 1)
        #expect(show.share(from: 100, to: 120) == 0.02)
    }

    @Test func `groups that the ring cannot hold are decoded as they come`() {
        var show = Show(bytes: 10_000)
        show.play(seconds: 60)
        #expect(show.decisions.allSatisfy { $0 == .decode })
    }

    @Test func `single pictures are looked at twice a second while nothing happens`() {
        var show = Show(isIntraOnly: true)
        show.play(seconds: 60)
        #expect((0.07...0.09).contains(show.share(from: 20, to: 60)))
    }

    @Test func `keyframes that come in quick succession are not all decoded`() {
        var show = Show(group: 5)
        show.play(seconds: 60)
        #expect(show.share(from: 20, to: 60) < 0.1)
    }

    @Test func `times at the end of what 64 bits hold change nothing but times`() {
        var policy = AdaptivePolicy(AdaptivePolicy.Settings(maxBlind: .seconds(2), ringBytes: 1 << 20))
        for time in [Int64.max, .min, 0, .max - 1, .min + 1, .max] {
            let media = MediaTime(nanoseconds: time)
            _ = policy.decide(PacketFacts(time: media, isKeyframe: true, byteCount: 1, isIntraOnly: false))
            policy.note(Look(time: media, isBusy: true, isSuspicious: false))
            #expect(!policy.isDozing)
        }
    }
}
