import NeuronCore
import Testing

@testable import NeuronSampling

@Suite struct AdaptivePolicyTests {
    @Test func `a still scene costs its keyframes once it is known`() {
        var show = PolicyShow()
        show.play(seconds: 60)
        #expect(show.share(from: 0, to: 2) == 1)
        #expect(show.share(from: 4, to: 60) == 0.02)
        #expect(show.longestGap <= 2.05)
    }

    @Test func `an event is looked at from its first picture on and until the scene is calm`() {
        var show = PolicyShow(events: [21.0...24.0])
        show.play(seconds: 40)
        let seen = show.looks.filter { (21.0...24.0).contains($0) }
        #expect(seen.count == 76)
        #expect(show.share(from: 30, to: 40) == 0.02)
        #expect(show.looks == show.looks.sorted())
    }

    @Test
    func `an event between two keyframes that leaves no trace is not seen, and nothing else was blind for longer`() {
        var show = PolicyShow(events: [20.1...21.9])
        show.play(seconds: 40)
        #expect(show.looks.filter { (20.1...21.9).contains($0) }.isEmpty)
        #expect(show.longestGap <= 2.05)
    }

    @Test func `an event that lasts longer than the longest blindness is always seen`() {
        for start in stride(from: 20.0, to: 22.0, by: 0.04) {
            var show = PolicyShow(events: [start...start + 2.05])
            show.play(seconds: 30)
            let first = show.looks.first { $0 >= start - 1e-6 }
            #expect(abs((first ?? 0) - start) < 0.041)
        }
    }

    @Test func `a false wake costs the group before and a moment`() {
        var show = PolicyShow(doubts: [20.0...20.0])
        show.play(seconds: 40)
        #expect(show.decoded < 4 * 25 + 25 + 3 * 50 + 20)
    }

    @Test func `an hour of dozing is audited three times, at the price of three groups`() {
        var show = PolicyShow()
        show.play(seconds: 3600)
        #expect(show.audits.count == 3 && (290...910).contains(show.audits[0]), "\(show.audits)")
        for audit in show.audits { #expect(show.looks.filter { (audit - 1.99...audit).contains($0) }.count == 50) }
        #expect(show.share(from: 4, to: 3600) == 0.02)
        #expect(show.decoded < 4 * 25 + 3600 / 2 + 3 * 51)
        #expect(show.looks == show.looks.sorted())
    }

    @Test func `an audit that finds what its keyframes have not shown is followed, and the next doze comes`() throws {
        var calm = PolicyShow()
        calm.play(seconds: 1000)
        let audit = try #require(calm.audits.first)
        var show = PolicyShow(events: [audit - 21.9...audit - 20.1, audit - 1.9...audit - 0.1])
        show.play(seconds: 1000)
        #expect(show.audits == calm.audits)
        #expect(show.looks.filter { show.events[0].contains($0) }.isEmpty)
        #expect(show.looks.filter { show.events[1].contains($0) }.count == 45)
        let end = Int(audit)
        #expect(show.share(from: end + 10, to: 1000) == 0.02)
        #expect(show.decisions[end * 25 + 1] == .decode && show.decisions.count { $0 == .decode } < 5 * 25)
    }

    @Test func `cameras that begin together are not audited together`() {
        let firsts = [1000, 1001, 1300].map { bytes in
            var show = PolicyShow(bytes: bytes)
            show.play(seconds: 1000)
            return show.audits.first
        }
        #expect(!firsts.contains(nil) && Set(firsts.map { ($0 ?? 0) / 10 }).count > 1)
    }

    @Test func `cameras that see the same are not audited together`() {
        let firsts = ["gate", "yard", "barn"].map { name in
            var show = PolicyShow()
            let seed = StableHash.of(name.utf8)
            show.policy = AdaptivePolicy(.init(maxBlind: .seconds(2), ringBytes: 1 << 20, auditSeed: seed))
            show.play(seconds: 1000)
            return show.audits.first
        }
        #expect(!firsts.contains(nil) && Set(firsts.map { ($0 ?? 0) / 10 }).count > 1)
    }

    @Test func `streams that break off time after time put no audit off`() {
        var show = PolicyShow()
        for part in 1...10 {
            show.play(seconds: part * 100)
            show.policy.restart()
        }
        #expect(show.audits.count == 1)
    }

    @Test func `a scene that wakes it all the time is audited for what it dozed`() {
        var show = PolicyShow(steps: Set(stride(from: 10, to: 3600, by: 4)))
        show.play(seconds: 3600)
        #expect((1...3).contains(show.audits.count))
    }

    @Test func `what is suspicious for long and never moves does not keep it awake`() {
        var show = PolicyShow(doubts: [0.0...60.0])
        show.play(seconds: 60)
        #expect(show.decisions.suffix(250).contains(.leave))
    }

    @Test func `a step of the light costs a glance at what follows it`() {
        var show = PolicyShow(steps: [20])
        show.play(seconds: 40)
        #expect(show.share(from: 20, to: 21) == 0.6)
        #expect(show.share(from: 21, to: 40) < 0.03)
        #expect(!show.decisions.contains(.catchUp))
    }

    @Test func `a scene that wakes it in vain time after time gets glances until something moves`() {
        var show = PolicyShow(events: [50.0...54.0], doubts: [10.0...60.0])
        show.play(seconds: 60)
        #expect(show.share(from: 24, to: 48) < 0.4)
        #expect(show.looks.filter { (50.0...54.0).contains($0) }.count == 101)
        #expect(show.looks == show.looks.sorted())
    }

    @Test func `glances at the light do not count as wakes in vain`() {
        var show = PolicyShow(doubts: [20.0...20.0, 36.0...36.0], steps: [22, 24, 26, 28, 30])
        show.play(seconds: 40)
        // The group before the second doubt is decoded, though the first was in vain.
        #expect(show.looks.contains { abs($0 - 35.0) < 0.001 })
    }

    @Test func `what begins to move behind a step of the light is followed`() {
        var show = PolicyShow(events: [20.4...25.0], steps: [20])
        show.play(seconds: 40)
        #expect(show.looks.filter { (20.4...25.0).contains($0) }.count == 116)
    }

    @Test func `where keyframes come less often than the longest blindness everything is decoded`() {
        var show = PolicyShow(group: 250)
        show.play(seconds: 60)
        #expect(show.decisions.allSatisfy { $0 == .decode })
    }

    @Test func `a keyframe that is lost on the way is made up for by the whole group`() {
        var show = PolicyShow(lost: [10, 11, 12])
        show.play(seconds: 60)
        #expect(show.decisions.contains(.catchUp))
        #expect(show.longestGap <= 2.25)
        #expect(show.share(from: 40, to: 60) == 0.02)
    }

    @Test func `a stream without keyframes for a minute is decoded as long as it lasts`() {
        var show = PolicyShow(lost: Set(8...40))
        show.play(seconds: 120)
        #expect(show.share(from: 20, to: 80) == 1)
        #expect(show.share(from: 100, to: 120) == 0.02)
    }

    @Test func `groups that the ring cannot hold are decoded as they come`() {
        var show = PolicyShow(bytes: 10_000)
        show.play(seconds: 60)
        #expect(show.decisions.allSatisfy { $0 == .decode })
    }

    @Test func `single pictures are looked at twice a second while nothing happens`() {
        var show = PolicyShow(isIntraOnly: true)
        show.play(seconds: 60)
        #expect((0.07...0.09).contains(show.share(from: 20, to: 60)))
    }

    @Test func `keyframes that come in quick succession are not all decoded`() {
        var show = PolicyShow(group: 5)
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
