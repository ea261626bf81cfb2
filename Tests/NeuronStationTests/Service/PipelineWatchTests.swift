import NeuronCore
import Testing

@testable import NeuronStation

@Suite struct PipelineWatchTests {
    /// A station of three cameras, watched once a second; what stands still for 30 s is told.
    private struct Station {
        var watch = PipelineWatch(limit: .seconds(30), period: .seconds(1))
        var now = MonotonicTime(nanoseconds: 0)
        var reading = PipelineWatch.Reading()
        /// Cameras by their place.
        var readersMove = [true, true, true]
        var workersMove = [true, true, true]
        var outboxAnswers = true
        var supervisorTicks = true

        init() {
            reading.cameras = ["a", "b", "c"].enumerated().map { index, name in
                PipelineWatch.Camera(number: index + 1, name: name, hasWork: true)
            }
        }

        mutating func run(seconds: Int) -> [PipelineWatch.Standstill] {
            var verdict = PipelineWatch.Verdict()
            for _ in 0..<seconds {
                move()
                now = now + .seconds(1)
                verdict = watch.step(reading, at: now)
            }
            return verdict.standstills
        }

        private mutating func move() {
            for index in reading.cameras.indices {
                if readersMove[index] { reading.cameras[index].readerTurns += 25 }
                guard workersMove[index], reading.cameras[index].hasWork else { continue }
                reading.cameras[index].workerTurns += 25
                reading.poolTurns += 2
            }
            if outboxAnswers { reading.outboxAnswers += 1 }
            if supervisorTicks { reading.supervisorTurns += 4 }
        }
    }

    @Test func `a station that gets on is told so for ever`() {
        var station = Station()
        #expect(station.run(seconds: 10_000).isEmpty)
    }

    @Test func `a worker that does not come back from a camera is a standstill`() {
        var station = Station()
        #expect(station.run(seconds: 5).isEmpty)
        station.workersMove[1] = false
        #expect(station.run(seconds: 29).isEmpty)
        #expect(station.run(seconds: 2) == [.worker(camera: "b")])
        station.workersMove[1] = true
        #expect(station.run(seconds: 1).isEmpty)
    }

    @Test func `a pool in which nothing moves is a standstill of every camera that waits`() {
        var station = Station()
        station.reading.cameras[2].hasWork = false
        station.workersMove = [false, false, false]
        #expect(station.run(seconds: 40) == [.worker(camera: "a"), .worker(camera: "b")])
    }

    @Test func `a turn that is long in coming on a slow box is none, as long as others have theirs`() {
        var station = Station()
        station.workersMove = [false, false, false]
        for round in 0..<6 {
            #expect(station.run(seconds: 20).isEmpty)
            station.reading.poolTurns += 1
            station.reading.cameras[round % 3].workerTurns += 1
        }
    }

    @Test func `a camera that is passed over again and again is a standstill`() {
        var station = Station()
        station.workersMove[0] = false
        #expect(station.run(seconds: 40) == [.worker(camera: "a")])
    }

    @Test func `a lost camera is none, and neither are all of them as long as their readers try again`() {
        var station = Station()
        station.readersMove = [false, true, true]
        station.reading.cameras[0].hasWork = false
        #expect(station.run(seconds: 1000).isEmpty)
        // Nothing comes, and each attempt is a turn of its reader.
        station.readersMove = [false, false, false]
        for index in 0..<3 { station.reading.cameras[index].hasWork = false }
        for _ in 0..<50 {
            #expect(station.run(seconds: 19).isEmpty)
            for index in 0..<3 { station.reading.cameras[index].readerTurns += 1 }
        }
    }

    @Test func `a reader that waits on purpose may wait as long as it likes`() {
        var station = Station()
        station.readersMove = [false, false, false]
        for index in 0..<3 {
            station.reading.cameras[index].isReaderResting = true
            station.reading.cameras[index].hasWork = false
        }
        #expect(station.run(seconds: 1000).isEmpty)
    }

    @Test func `all readers together that don't come back from longer than they may wait are a standstill`() {
        var station = Station()
        station.readersMove = [false, false, false]
        #expect(station.run(seconds: 50).isEmpty)
        #expect(station.run(seconds: 2) == [.readers])
        station.readersMove[2] = true
        #expect(station.run(seconds: 1).isEmpty)
    }

    @Test func `an outbox that does not answer is a standstill, and so is a supervisor that does not tick`() {
        var station = Station()
        station.outboxAnswers = false
        #expect(station.run(seconds: 31) == [.outbox])
        station.outboxAnswers = true
        station.supervisorTicks = false
        #expect(station.run(seconds: 32) == [.supervisor])
    }

    @Test func `a disk that refuses alerts holds up workers, and a restart would not help`() {
        var station = Station()
        (station.workersMove, station.supervisorTicks) = ([false, false, false], false)
        station.reading.isHeldByDisk = true
        #expect(station.run(seconds: 1000).isEmpty)
        // But an outbox that does not even refuse is stuck.
        station.outboxAnswers = false
        #expect(station.run(seconds: 31) == [.outbox])
    }

    @Test func `time in which the daemon itself was held up does not count`() {
        var station = Station()
        #expect(station.run(seconds: 5).isEmpty)
        (station.workersMove, station.outboxAnswers) = ([false, false, false], false)
        #expect(station.run(seconds: 20).isEmpty)
        station.now = station.now + .seconds(3600)
        let verdict = station.watch.step(station.reading, at: station.now)
        #expect(verdict.isProgress && verdict.heldUp == .seconds(3599))
        #expect(station.run(seconds: 5).isEmpty)
        #expect(station.run(seconds: 10).count == 4)
    }

    @Test func `a camera that was restarted begins anew, and one that is gone is forgotten`() {
        var station = Station()
        station.workersMove[0] = false
        #expect(station.run(seconds: 29).isEmpty)
        station.reading.cameras[0] = PipelineWatch.Camera(number: 4, name: "a", hasWork: true)
        #expect(station.run(seconds: 29).isEmpty)
        station.reading.cameras.removeFirst()
        station.workersMove[0] = true
        #expect(station.run(seconds: 60).isEmpty)
    }

    @Test func `a guard takes a turn for late only where it is much later than its period`() {
        var stalls = StallGuard(period: .milliseconds(250))
        var now = MonotonicTime(nanoseconds: 7)
        #expect(stalls.turn(at: now) == nil)
        for _ in 0..<100 {
            now = now + .milliseconds(1900)
            #expect(stalls.turn(at: now) == nil)
        }
        now = now + .seconds(10)
        #expect(stalls.turn(at: now) == .milliseconds(9750))
        #expect(stalls.lost == .milliseconds(9750))
        #expect(stalls.counted(now) == MonotonicTime(nanoseconds: 7) + .milliseconds(190_250))
    }

    @Test func `the status says in one line what an operator must know`() {
        var status = StationStatus()
        (status.camerasUp, status.cameras, status.pending) = (3, 4, 12)
        #expect(status.text == "3 of 4 cameras up, 12 alerts pending")
        (status.camerasUp, status.cameras, status.pending) = (1, 1, 1)
        status.hasLostSinks = true
        #expect(status.text == "1 of 1 camera up, 1 alert pending; NO SINK IS OPEN: put it in order and reload")
        status.hasLostSinks = false
        status.standstills = [.outbox]
        status.refusedReload = "x.yaml:1:2: no"
        #expect(
            status.text
                == "1 of 1 camera up, 1 alert pending; STANDS STILL: the outbox does not answer; reload refused: x.yaml:1:2: no"
        )
    }
}
