import NeuronCore
import NeuronStation
import Testing

@Suite struct SenderClockTests {
    private let start = WallTime(nanoseconds: 1_795_161_600_000_000_000)

    /// Plays a stream at 25 pictures a second whose network holds pictures up by 20 to 300 ms.
    private func play(
        _ clock: inout SenderClock,
        seconds: Range<Int64>,
        cameraAhead: TimeSpan = .zero,
        reports: Bool = true
    ) {
        for index in seconds.lowerBound * 25..<seconds.upperBound * 25 {
            let taken = TimeSpan.milliseconds(index * 40)
            let arrival = start + taken + .milliseconds(20 + index * 7919 % 281)
            clock.note(reports ? start + taken + cameraAhead : nil, arrival: arrival, of: .zero + taken)
        }
    }

    @Test func `a camera's right clock gives the true time, whatever the network does`() {
        var clock = SenderClock()
        play(&clock, seconds: 0..<60)
        #expect(clock.isBelieved(at: .zero + .seconds(60)))
        #expect(clock.wallTime(of: .zero + .seconds(59)) == start + .seconds(59))
    }

    @Test(arguments: [-3600, -11, 1, 3600])
    func `a camera whose clock is wrong is not believed`(secondsAhead: Int64) {
        var clock = SenderClock()
        play(&clock, seconds: 0..<60, cameraAhead: .seconds(secondsAhead))
        #expect(!clock.isBelieved(at: .zero + .seconds(60)))
    }

    @Test func `a clock that was set right is believed after a while`() {
        var clock = SenderClock()
        play(&clock, seconds: 0..<20, cameraAhead: .seconds(3600))
        play(&clock, seconds: 20..<29)
        #expect(!clock.isBelieved(at: .zero + .seconds(29)))
        play(&clock, seconds: 29..<31)
        #expect(clock.isBelieved(at: .zero + .seconds(31)))
        #expect(clock.wallTime(of: .zero + .seconds(30)) == start + .seconds(30))
    }

    @Test func `a camera that reports nothing, or stopped to, is not believed`() {
        var clock = SenderClock()
        play(&clock, seconds: 0..<5, reports: false)
        #expect(!clock.isBelieved(at: .zero + .seconds(5)))
        play(&clock, seconds: 5..<10)
        #expect(clock.isBelieved(at: .zero + .seconds(10)))
        play(&clock, seconds: 10..<80, reports: false)
        #expect(!clock.isBelieved(at: .zero + .seconds(80)))
    }

    @Test func `what was said of the stream before tells nothing of the one that begins`() {
        var clock = SenderClock()
        play(&clock, seconds: 0..<20)
        clock.begin()
        #expect(!clock.isBelieved(at: .zero + .seconds(20)))
        play(&clock, seconds: 20..<21, cameraAhead: .milliseconds(100))
        #expect(clock.isBelieved(at: .zero + .seconds(21)) && clock.remainder == .zero)
        #expect(clock.wallTime(of: .zero + .seconds(20)) == start + .milliseconds(20_100))
    }

    @Test func `times at the end of what 64 bits hold are only times`() {
        var clock = SenderClock()
        for time in [Int64.max, .min, 0, .max - 1, .min + 1] {
            clock.note(WallTime(nanoseconds: time), arrival: start, of: MediaTime(nanoseconds: ~time))
            #expect(!clock.isBelieved(at: MediaTime(nanoseconds: time)))
        }
    }
}
