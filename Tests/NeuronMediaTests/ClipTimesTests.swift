import NeuronCore
import Testing

@testable import NeuronMedia

@Suite struct ClipTimesTests {
    private func places(_ milliseconds: [Int64], delay: Int = 0) -> [ClipTimes.Place?] {
        var times = ClipTimes(delay: delay, interval: .milliseconds(40))
        return milliseconds.map { times.place(MediaTime(nanoseconds: $0 * 1_000_000)) }
    }

    @Test func `pictures in order are decoded when they are shown, from zero`() {
        let places = places([5000, 5040, 5080])
        #expect(places == [0, 3600, 7200].map { ClipTimes.Place(decoding: $0, presentation: $0) })
    }

    @Test func `pictures out of order are decoded in time and shown when they were`() {
        let places = places([0, 120, 40, 80, 240, 160, 200], delay: 1).compactMap(\.self)
        #expect(places.map(\.decoding) == [0, 3600, 7200, 10_800, 14_400, 18_000, 21_600])
        #expect(places.map(\.presentation) == [0, 120, 40, 80, 240, 160, 200].map { ($0 + 40) * 90 })
    }

    @Test func `pictures from before the first are left out`() {
        #expect(places([1000, 960, 980, 1040]).map { $0 == nil } == [false, true, true, false])
    }

    @Test func `decoding times rise and no picture is shown before it is decoded, whatever the stamps are`() {
        var random = SeededRandom(seed: 7)
        for delay in 0...3 {
            let stamps = (0..<500).map { Int64($0) * 33 + Int64.random(in: -400...400, using: &random) }
            let places = places([0] + stamps.map { max(0, $0) }, delay: delay).compactMap(\.self)
            #expect(zip(places, places.dropFirst()).allSatisfy { $0.decoding < $1.decoding })
            #expect(places.allSatisfy { $0.presentation >= $0.decoding && $0.decoding >= 0 })
        }
    }

    @Test func `extreme times trap nowhere`() {
        var times = ClipTimes(delay: 2, interval: TimeSpan(nanoseconds: .max))
        for time in [Int64.min, 0, .max, .max - 1, 1] { _ = times.place(MediaTime(nanoseconds: time)) }
    }

    @Test func `reordering is how many pictures come before one that is shown earlier`() {
        func reordering(_ milliseconds: [Int64]) -> Int {
            ClipTimes.reordering(of: milliseconds.map { MediaTime(nanoseconds: $0 * 1_000_000) })
        }
        #expect(reordering([0, 40, 80]) == 0)
        #expect(reordering([0, 120, 40, 80]) == 1)
        #expect(reordering([0, 160, 80, 40, 120]) == 2)
        #expect(reordering([]) == 0)
    }
}

/// A seeded generator.
private struct SeededRandom: RandomNumberGenerator {
    var seed: UInt64

    mutating func next() -> UInt64 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return seed ^ seed >> 29
    }
}
