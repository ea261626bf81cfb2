import NeuronCore
import Testing

@testable import NeuronSampling

/// Cameras of which only the packet sizes are made up, played against the whole policy.
@Suite struct SizeHintTests {
    /// Something moves for four seconds, about twice a minute, at all places of a group.
    private static func events(until end: Double, seed: UInt64) -> [ClosedRange<Double>] {
        var events: [ClosedRange<Double>] = []
        var start = 100.0
        while start < end - 10 {
            events.append(start...start + 4)
            start += 24 + 12 * chance(UInt64(events.count), seed)
        }
        return events
    }

    /// A number from 0 to 1 that belongs to another number.
    private static func chance(_ number: UInt64, _ seed: UInt64) -> Double {
        var state = (number &+ seed &* 0x1_0000_0001) &* 0x9E37_79B9_7F4A_7C15
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((state ^ (state >> 31)) >> 11) / 9_007_199_254_740_992
    }

    /// Sizes at constant quality: a quarter as large before the next keyframe as behind one, noisy, and by a share larger where
    /// something moves.
    private static func quality(growth: Double, noise: Double = 0.2, seed: UInt64) -> (Int, Bool) -> Int {
        { index, moves in
            guard index % 50 != 0 else { return 15_000 }
            let place = 900 - 14 * Double(index % 50)
            let swing = 1 + noise * (chance(UInt64(index), seed) + chance(UInt64(index), seed + 99) - 1)
            return Int(place * swing * (moves ? 1 + growth : 1))
        }
    }

    /// How long after the onset the first packet was decoded that shows it, of each event between two seconds.
    private func delays(in show: PolicyShow, from start: Double) -> [Double] {
        show.events.filter { $0.lowerBound >= start }.compactMap { event in
            let first = Int((event.lowerBound * 25).rounded(.up))
            return show.decisions[first...].firstIndex { $0 != .leave }.map { Double($0 - first) / 25 }
        }
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a quiet camera of constant quality is woken by sizes, once they have proved to tell`(seed: UInt64) {
        var show = PolicyShow(events: Self.events(until: 1200, seed: seed))
        show.sizes = Self.quality(growth: 0.6, seed: seed)
        show.play(seconds: 1200)
        let proven = show.events[3].lowerBound
        #expect(show.guesses.allSatisfy { $0 > proven })
        #expect(mean(delays(in: show, from: 600)) < 0.5)
        // In vain at most once in forty groups of two seconds, of which the events take a few.
        let vain = show.guesses.filter { guess in !show.events.contains { $0.contains(guess) } }
        #expect(vain.count <= 20, "\(vain.count)")
        // No event is seen less than without: from its first picture on.
        for event in show.events {
            #expect(show.looks.filter { event.contains($0) }.count >= 100)
        }
        #expect(show.looks == show.looks.sorted())
    }

    @Test func `without a hint the same events wait for their keyframes`() {
        var show = PolicyShow(events: Self.events(until: 1200, seed: 1))
        show.play(seconds: 1200)
        #expect(show.guesses.isEmpty && mean(delays(in: show, from: 600)) > 0.8)
    }

    @Test(arguments: [0, -0.5, -0.2], [1, 2, 3] as [UInt64])
    func `sizes that say nothing, or the wrong thing, never wake a camera`(growth: Double, seed: UInt64) {
        var show = PolicyShow(events: Self.events(until: 1800, seed: seed))
        show.sizes = Self.quality(growth: growth, noise: 0.5, seed: seed)
        show.play(seconds: 1800)
        #expect(show.guesses.isEmpty, "\(show.guesses)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a rate control that pays for what has moved when it is gone is not believed`(seed: UInt64) {
        let events = Self.events(until: 1800, seed: seed)
        let noise = Self.quality(growth: 0, noise: 0.5, seed: seed)
        var show = PolicyShow(events: events)
        show.sizes = { index, moves in
            let isAfter = events.contains { ($0.upperBound...$0.upperBound + 6).contains(Double(index) / 25) }
            return noise(index, false) * (moves ? 1 : isAfter ? 4 : 2) / 2
        }
        show.play(seconds: 1800)
        #expect(show.guesses.isEmpty, "\(show.guesses)")
    }

    @Test func `a scene that is stirred now and then does not wake it, and what stands out more does`() {
        let noise = Self.quality(growth: 0.7, seed: 9)
        var show = PolicyShow(events: Self.events(until: 1800, seed: 9))
        show.sizes = { index, moves in
            // A fifth of the groups have a quarter of a second that is half as large again.
            let isStirred = Self.chance(UInt64(index / 50), 10) < 0.2 && index % 50 / 6 == 3
            return noise(index, moves) * (isStirred ? 3 : 2) / 2
        }
        show.play(seconds: 1800)
        #expect(mean(delays(in: show, from: 900)) < 0.5, "\(mean(delays(in: show, from: 900)))")
        let vain = show.guesses.filter { guess in !show.events.contains { $0.contains(guess) } }
        #expect(vain.count <= 20, "\(vain.count)")
    }

    @Test func `what guesses in vain time after time is believed no more`() {
        let events = Self.events(until: 900, seed: 5)
        let noise = Self.quality(growth: 0.6, seed: 5)
        var show = PolicyShow(events: events)
        show.sizes = { index, moves in
            // From second 900 on three groups of ten stand out, and nothing moves.
            let isBurst = index > 22_500 && Self.chance(UInt64(index / 50), 8) < 0.3 && index % 50 > 20
            return noise(index, moves) * (isBurst ? 8 : 1)
        }
        show.play(seconds: 2700)
        #expect(show.guesses.contains { $0 < 900 })
        #expect((1...40).contains(show.guesses.count { (900...1200).contains($0) }))
        #expect(show.guesses.allSatisfy { $0 < 1800 }, "\(show.guesses.suffix(3))")
    }

    @Test func `a guess in vain costs what came of the group and a glance`() throws {
        let noise = Self.quality(growth: 0.6, seed: 4)
        var show = PolicyShow(events: Self.events(until: 900, seed: 4))
        show.sizes = { index, moves in noise(index, moves) * (25_020...25_049 ~= index ? 3 : 1) }
        show.play(seconds: 1000)
        let before = show.decoded
        show.play(seconds: 1004)
        let guess = try #require(show.guesses.last)
        #expect((1000.8...1001.4).contains(guess))
        // Two keyframes, what lies before the guess, and fifteen pictures behind it.
        #expect((30...60).contains(show.decoded - before), "\(show.decoded - before)")
        #expect(show.decisions.suffix(30).allSatisfy { $0 == .leave } && show.decisions[25_050] == .tryAlone)
    }

    /// What a stream can do that is not as it should be.
    enum Trouble: CaseIterable, Sendable { case loss, unevenGroups, unevenTimes, reordering }

    @Test(arguments: Trouble.allCases) func `trouble on the way neither fools it nor makes it useless`(trouble: Trouble)
    {
        let noise = Self.quality(growth: 1, seed: 6)
        var show = PolicyShow(events: Self.events(until: 1800, seed: 6))
        show.sizes = noise
        switch trouble {
        case .loss: show.losses = { index in index % 50 != 0 && Self.chance(UInt64(index), 12) < 0.1 }
        case .unevenGroups:
            // Every second group ends early, in its middle or close to its end.
            show.keyframes = { index in index % 50 == 0 || index % 100 == 50 + 20 + index / 1000 % 3 * 10 }
        case .unevenTimes: show.losses = { index in index % 50 != 0 && (index / 500 % 2 == 0) == (index % 2 == 0) }
        case .reordering: show.sizes = { index, moves in noise(index, moves) * (index % 3 == 1 ? 4 : 1) }
        }
        show.play(seconds: 1800)
        #expect(mean(delays(in: show, from: 900)) < 0.75, "\(mean(delays(in: show, from: 900)))")
        let vain = show.guesses.filter { guess in !show.events.contains { $0.contains(guess) } }
        #expect(vain.count <= 30, "\(vain.count)")
        #expect(show.looks == show.looks.sorted())
    }

    @Test func `what sizes have proved outlives a broken stream`() {
        var show = PolicyShow(events: Self.events(until: 1200, seed: 7))
        show.sizes = Self.quality(growth: 0.6, seed: 7)
        show.play(seconds: 900)
        let before = show.guesses.count
        show.policy.restart()
        show.play(seconds: 960)
        #expect(show.guesses.count > before)
    }

    @Test func `times and sizes at the end of what 64 bits hold change nothing`() {
        var hint = SizeHint()
        for round in 0..<400 {
            for (time, bytes) in [(Int64.min, Int.max), (.max, .min), (0, .max), (.min + 1, 0), (.max - 1, .max)] {
                let facts = PacketFacts(
                    time: MediaTime(nanoseconds: time &+ Int64(round)),
                    isKeyframe: bytes == 0,
                    byteCount: bytes,
                    isIntraOnly: false
                )
                let isGuess = hint.take(facts)
                #expect(!isGuess)
            }
            hint.learn()
        }
    }
}
