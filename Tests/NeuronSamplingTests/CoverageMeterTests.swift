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

    private func facts(_ index: Int) -> PacketFacts {
        PacketFacts(
            time: .zero + .milliseconds(Int64(index) * 40),
            isKeyframe: index % 50 == 0,
            byteCount: 1,
            isIntraOnly: false
        )
    }

    @Test func `what a box left out, however long, is time of the camera that was not decoded, and none before it`() {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        // Twelve seconds of packets, up to the 799th, do not get here.
        for index in 0...1500 where !(500..<800).contains(index) {
            if index == 800 { meter.skip(until: facts(799).time) }
            meter.note(facts(index), isDecoded: true)
            meter.look(at: facts(index).time)
        }
        let seen = meter.coverage
        #expect(seen.connected == .seconds(60) && seen.decoded == .seconds(48) && seen.degraded == .seconds(12))
        #expect(seen.blind == .milliseconds(12_040 - 2200) && seen.watched + seen.blind == .seconds(60))
    }

    @Test func `what was watched grows with every packet, also between two looks, and never falls`() {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        var last = TimeSpan.zero
        for index in 0..<3000 {
            if index == 1499 { meter.interrupt() }
            meter.note(facts(index), isDecoded: index % 50 == 0)
            if index % 50 == 0, !(500..<700).contains(index) { meter.look(at: facts(index).time) }
            let watched = meter.coverage.watched
            #expect(watched >= last)
            if index < 500 { #expect(watched == .milliseconds(Int64(index) * 40)) }
            last = watched
        }
    }

    @Test func `a stream at which nobody looked was not watched`() {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        for index in 0..<30 { meter.note(facts(index), isDecoded: true) }
        meter.interrupt()
        #expect(meter.coverage.watched == .zero)
        #expect(meter.coverage.blind == .milliseconds(29 * 40))
    }

    @Test func `what came since the last look of a stream that breaks off was not seen, as far as that does not reach`()
    {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        for index in 0...1000 {
            meter.note(facts(index), isDecoded: true)
            if index <= 500 { meter.look(at: facts(index).time) }
        }
        #expect(meter.coverage.blind == .zero)
        meter.interrupt()
        #expect(meter.coverage.blind == .seconds(20) - .milliseconds(2200))
        #expect(meter.coverage.watched == .seconds(20) + .milliseconds(2200))
        meter.interrupt()
        #expect(meter.coverage.blind == .seconds(20) - .milliseconds(2200))
    }

    @Test func `what is caught up with counts once as decoded`() {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        for index in 0...100 { meter.note(facts(index), isDecoded: index % 50 == 0) }
        #expect(meter.coverage.decoded == .milliseconds(80))
        meter.catchUp(from: facts(50).time)
        #expect(meter.coverage.decoded == .milliseconds(80 + 49 * 40))
        meter.catchUp(from: facts(50).time)
        #expect(meter.coverage.decoded == .milliseconds(80 + 49 * 40))
    }

    @Test func `what the ring did not hold any more was not caught up with`() {
        var meter = CoverageMeter(maxBlind: .seconds(2))
        for index in 0...50 { meter.note(facts(index), isDecoded: index % 50 == 0) }
        meter.catchUp(from: facts(40).time)
        #expect(meter.coverage.decoded == .milliseconds(40 + 9 * 40))
    }

    @Test func `a camera that was away was not connected`() {
        let seen = coverage(every: 1, silence: 500..<1000)
        #expect(seen.connected == .milliseconds(40_000 - 40))
    }
}
