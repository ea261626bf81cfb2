import NeuronCore
import NeuronSampling
import Testing

@Suite struct CoverageMeterTests {
    /// A minute at 25 pictures a second, of which each `every`-th is decoded and looked at, but not in `hole`.
    private func coverage(every: Int, hole: Range<Int> = 0..<0, silence: Range<Int> = 0..<0) -> Coverage {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        for index in 0...1500 where !silence.contains(index) {
            let time = MediaTime.zero + .milliseconds(Int64(index) * 40)
            let isLookedAt = index % every == 0 && !hole.contains(index)
            meter.note(
                PacketFacts(time: time, isKeyframe: true, byteCount: 1, isIntraOnly: false),
                isDecoded: isLookedAt
            )
            if isLookedAt { meter.look(at: time) }
        }
        return meter.coverage
    }

    @Test func `a camera that is looked at all the time is watched all the time`() {
        let seen = coverage(every: 1)
        #expect(seen.connected == .seconds(60) && seen.decoded == .seconds(60))
        #expect(seen.watched == .seconds(60) && seen.blind == .zero)
        #expect(seen.looks == 1501)
    }

    @Test func `keyframes each two seconds watch all of it and decode a fiftieth`() {
        let seen = coverage(every: 50)
        #expect(seen.decoded == .milliseconds(1200))
        #expect(seen.watched == .seconds(60) && seen.blind == .zero)
    }

    @Test func `ten seconds without a look are blind but for the time that one may be blind`() {
        let seen = coverage(every: 1, hole: 500..<750)
        #expect(seen.blind == .milliseconds(10_040 - 2200))
        #expect(seen.watched + seen.blind == .seconds(60))
    }

    @Test func `a camera that was away was not connected`() {
        let seen = coverage(every: 1, silence: 500..<1000)
        #expect(seen.connected == .milliseconds(40_000 - 40))
    }
}
