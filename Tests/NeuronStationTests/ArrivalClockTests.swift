import NeuronCore
import NeuronIncidents
import NeuronStation
import Testing

@Suite struct ArrivalClockTests {
    private let start = WallTime(nanoseconds: 1_795_161_600_000_000_000)

    /// Plays a stream at 25 pictures a second and gives the error of each picture's time in milliseconds.
    private func errors(_ pictures: Int, delay: (Int) -> Int64, drift: Double = 0) -> [Double] {
        var clock = ArrivalClock()
        return (0..<pictures).map { index in
            let taken = Int64(index) * 40_000_000
            let media = MediaTime(nanoseconds: Int64(Double(taken) * (1 + drift)))
            clock.note(start + TimeSpan(nanoseconds: taken + delay(index) * 1_000_000), of: media)
            return Double((clock.wallTime(of: media) - start).nanoseconds - taken) / 1e6
        }
    }

    @Test func `pictures without delay have their true time`() {
        #expect(errors(100) { _ in 0 }.allSatisfy { $0 == 0 })
    }

    @Test func `the least delayed picture wins`() {
        // The first is 200 ms late, then delays wander between 20 and 300 ms.
        let late = errors(25 * 600) { index in index == 0 ? 200 : 20 + Int64(index * 7919 % 281) }
        #expect(late[0] == 200)
        #expect(late.suffix(100).allSatisfy { abs($0 - 20) < 6 })
    }

    @Test func `a correction never runs faster than 500 ppm`() {
        let late = errors(1000) { $0 == 0 ? 200 : 0 }
        for (a, b) in zip(late, late.dropFirst()) { #expect(abs(b - a) <= 0.0201) }
    }

    @Test func `a camera whose clock runs wrong is followed`() {
        let wrong = errors(25 * 1200, delay: { _ in 10 }, drift: 100e-6)
        #expect(wrong.suffix(1000).allSatisfy { abs($0 - 10) < 10 })
    }

    @Test func `a step of the wall clock is taken over`() {
        let stepped = errors(25 * 60) { $0 < 500 ? 0 : 3_600_000 }
        #expect(abs((stepped.last ?? 0) - 3_600_000) < 1)
    }

    @Test func `times at the end of what 64 bits hold are taken over like any other jump`() {
        var clock = ArrivalClock()
        for media in [Int64.max, .min, 0, .min + 1, .max - 1] {
            clock.note(start, of: MediaTime(nanoseconds: media))
            let wall = clock.wallTime(of: MediaTime(nanoseconds: media))
            #expect(media != .max || wall == start)
        }
    }

    @Test func `a replay counts from its start`() {
        let clock = PictureClock.media(start: start)
        let moment = clock.moment(of: .zero + .seconds(3))
        #expect(moment.wall == start + .seconds(3) && moment.clock == .media)
    }

    @Test func `a live camera's time comes from its reports where they can be believed, and else from arrival`() {
        for ahead in [Int64(0), 3600] {
            var clock = PictureClock.live
            for index in Int64(0)..<500 {
                let taken = TimeSpan.milliseconds(index * 40)
                let sent = start + taken + .seconds(ahead)
                clock.note(start + taken + .milliseconds(30 + index % 50), sent: sent, of: .zero + taken)
            }
            let moment = clock.moment(of: .zero + .seconds(19))
            #expect(moment.clock.source == (ahead == 0 ? .sender : .arrival))
            #expect(abs((moment.wall - start - .seconds(19)).milliseconds) <= (ahead == 0 ? 0 : 31))
            #expect(moment.clock.error == (ahead == 0 ? .milliseconds(30) : .milliseconds(49)))
        }
    }
}
