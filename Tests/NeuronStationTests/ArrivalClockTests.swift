import NeuronCore
import NeuronIncidents
import NeuronStation
import Testing

@Suite struct ArrivalClockTests {
    private let start = WallTime(nanoseconds: 1_795_161_600_000_000_000)

    /// Both clocks of the box at a time after the start; the civil one may have been set since.
    private func instant(_ time: TimeSpan, isSetBy step: TimeSpan = .zero) -> CameraLink.Instant {
        CameraLink.Instant(monotonic: MonotonicTime(nanoseconds: 77_000) + time, wall: start + time + step)
    }

    /// Plays a stream at 25 pictures a second and gives the error of each picture's time in milliseconds.
    private func errors(_ pictures: Int, delay: (Int) -> Int64, drift: Double = 0) -> [Double] {
        var clock = ArrivalClock()
        return (0..<pictures).map { index in
            let taken = Int64(index) * 40_000_000
            let media = MediaTime(nanoseconds: Int64(Double(taken) * (1 + drift)))
            clock.note(instant(TimeSpan(nanoseconds: taken + delay(index) * 1_000_000)), of: media)
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
        let late = errors(1000) { $0 < 400 ? 200 : 0 }
        #expect(late[400] > 199 && late[999] < 190)
        for (a, b) in zip(late, late.dropFirst()) { #expect(abs(b - a) <= 0.0201) }
    }

    @Test func `a camera whose clock runs wrong is followed`() {
        let wrong = errors(25 * 1200, delay: { _ in 10 }, drift: 100e-6)
        #expect(wrong.suffix(1000).allSatisfy { abs($0 - 10) < 10 })
    }

    @Test func `a picture that came late does not make those of the first ten seconds late`() {
        let late = errors(1000) { $0 < 10 ? 900 : 30 }
        #expect(late[9] == 900 && late[10...].allSatisfy { $0 == 30 })
    }

    @Test(arguments: [3600, -3600, 1_000_000_000, 1])
    func `a step of the wall clock holds from the next picture on`(seconds: Int64) {
        var clock = ArrivalClock()
        for index in Int64(0)..<1000 {
            let time = TimeSpan.milliseconds(index * 40)
            let step = TimeSpan.seconds(index < 500 ? 0 : seconds)
            clock.note(instant(time, isSetBy: step), of: .zero + time)
            #expect(clock.wallTime(of: .zero + time) == start + time + step)
        }
    }

    @Test func `what a network holds up for long and then brings in a burst keeps its time`() {
        let burst = errors(1500) { (500..<875).contains($0) ? Int64(875 - $0) * 40 : 0 }
        #expect(burst.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [800, 15_000, -800])
    func `a stream that begins anew is dated at once, however it lies to the one before`(milliseconds: Int64) {
        var clock = PictureClock.live
        for index in Int64(0)..<1000 {
            if index == 500 { clock.begin() }
            let media = MediaTime.zero + .milliseconds(index * 40)
            let taken = TimeSpan.milliseconds(index * 40 + (index < 500 ? 0 : milliseconds))
            // Reports come from the second second of a stream on.
            let isReporting = index % 500 > 50
            clock.note(instant(taken + .milliseconds(20)), sent: isReporting ? start + taken : nil, of: media)
            let moment = clock.moment(of: media)
            #expect(moment.clock.source == (isReporting ? .sender : .arrival))
            #expect(moment.wall == start + taken + .milliseconds(isReporting ? 0 : 20))
            if isReporting { #expect(moment.clock.error == .milliseconds(20)) }
        }
    }

    @Test func `between a stream's opening and its first picture the times of the one before hold`() {
        var clock = PictureClock.live
        clock.note(instant(.seconds(5)), sent: nil, of: .zero)
        clock.begin()
        #expect(clock.moment(of: .zero + .seconds(1)).wall == start + .seconds(6))
    }

    @Test(arguments: [false, true])
    func `no time is farther off than it says`(hasReports: Bool) throws {
        var clock = PictureClock.live
        for index in Int64(0)..<2000 {
            let taken = TimeSpan.milliseconds(index * 40)
            // The network is slow for twelve seconds, and the camera's own clock behind as long.
            let delay = TimeSpan.milliseconds((index < 300 ? 900 : 0) + index * 7919 % 30)
            let sent = start + taken - .milliseconds(index < 300 ? 700 : 0)
            clock.note(instant(taken + delay), sent: hasReports ? sent : nil, of: .zero + taken)
            let moment = clock.moment(of: .zero + taken)
            guard index > 300 else { continue }
            let error = try #require(moment.clock.error)
            let wrong = TimeSpan(nanoseconds: Int64((moment.wall - start - taken).nanoseconds.magnitude))
            #expect(wrong > .milliseconds(500) && wrong <= error)
            if index == 1999 { #expect(error < wrong + .milliseconds(60)) }
        }
    }

    @Test func `nothing is said of the error before ten seconds have passed`() {
        var clock = PictureClock.live
        for index in Int64(0)..<300 {
            let time = TimeSpan.milliseconds(index * 40)
            clock.note(instant(time), sent: nil, of: .zero + time)
            #expect((clock.moment(of: .zero + time).clock.error == nil) == (index < 250))
        }
    }

    @Test func `times at the end of what 64 bits hold are taken over like any other jump`() {
        var clock = ArrivalClock()
        for media in [Int64.max, .min, 0, .min + 1, .max - 1] {
            clock.note(instant(.zero), of: MediaTime(nanoseconds: media))
            let wall = clock.wallTime(of: MediaTime(nanoseconds: media))
            #expect(media != .max || wall == start)
            #expect(clock.error.map { $0 >= .zero } ?? true)
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
                clock.note(instant(taken + .milliseconds(30 + index % 50)), sent: sent, of: .zero + taken)
            }
            let moment = clock.moment(of: .zero + .seconds(19))
            #expect(moment.clock.source == (ahead == 0 ? .sender : .arrival))
            #expect(abs((moment.wall - start - .seconds(19)).milliseconds) <= (ahead == 0 ? 0 : 31))
            #expect(moment.clock.error == (ahead == 0 ? .milliseconds(30) : .milliseconds(49)))
        }
    }
}
