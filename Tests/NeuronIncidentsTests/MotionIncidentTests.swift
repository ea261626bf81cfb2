import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct MotionIncidentTests {
    /// Plays pictures 100 ms apart, `#` moving and `.` quiet, and writes down what was told and at which picture.
    private func play(_ pictures: String, duration: Int64 = 300, gap: Int64 = 1000, update: Int64 = 2000) -> [String] {
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .milliseconds(duration),
                eventGap: .milliseconds(gap),
                updateInterval: .milliseconds(update)
            )
        )
        return pictures.enumerated().flatMap { index, picture in
            incident.observe(.zone(moving: picture == "#"), at: .milliseconds(Int64(index) * 100), size: .fullHD).map {
                "\(index) \($0.word)"
            }
        }
    }

    @Test func `motion that lasts is told once, from its first picture on`() {
        #expect(play("..####....") == ["5 started 200"])
    }

    @Test func `motion shorter than the minimum is not told`() {
        #expect(play("..###.......###.....").isEmpty)
    }

    @Test func `a picture without motion does not reset a suspicion`() {
        #expect(play("..##.##") == ["5 started 200"])
    }

    @Test func `a minimum of nothing tells with the first picture`() {
        #expect(play(".#.", duration: 0) == ["1 started 100"])
    }

    @Test func `an incident ends when the gap has passed, at its last moving picture`() {
        #expect(play("####..........") == ["3 started 0", "13 ended 300 quiet"])
    }

    @Test func `motion within the gap belongs to the same incident`() {
        #expect(play("####.....####..........") == ["3 started 0", "22 ended 1200 quiet"])
    }

    @Test func `motion after the gap is another incident`() {
        let told = play("####..........####")
        #expect(told == ["3 started 0", "13 ended 300 quiet", "17 started 1400"])
    }

    @Test func `an incident that goes on is told again at the interval, and not when it is quiet`() {
        #expect(
            play("################################", update: 1000) == [
                "3 started 0", "13 updated 1300", "23 updated 2300",
            ]
        )
        #expect(play("####.........", gap: 5000, update: 500) == ["3 started 0"])
    }

    @Test func `a gap in the stream ends the incident before the next begins`() {
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .zero,
                eventGap: .seconds(1),
                updateInterval: .seconds(9)
            )
        )
        _ = incident.observe(.zone(moving: true), at: .milliseconds(0), size: .fullHD)
        let told = incident.observe(.zone(moving: true), at: .milliseconds(60_000), size: .fullHD).map(\.word)
        #expect(told == ["ended 0 quiet", "started 60000"])
    }

    @Test func `motion in each picture is one incident, however far apart the pictures are`() {
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .milliseconds(300),
                eventGap: .seconds(2),
                updateInterval: .seconds(60)
            )
        )
        let told = (0..<10).flatMap { index in
            incident.observe(.zone(moving: index < 6), at: .milliseconds(Int64(index) * 4000), size: .fullHD).map(
                \.word
            )
        }
        #expect(told == ["started 0", "ended 20000 quiet"])
    }

    @Test func `an incident is ended from outside once, and only when it was told`() {
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .milliseconds(100),
                eventGap: .seconds(1),
                updateInterval: .seconds(9)
            )
        )
        _ = incident.observe(.zone(moving: true), at: .milliseconds(0), size: .fullHD)
        #expect(incident.end(because: .shutdown) == nil)
        _ = incident.observe(.zone(moving: true), at: .milliseconds(100), size: .fullHD)
        _ = incident.observe(.zone(moving: true), at: .milliseconds(200), size: .fullHD)
        #expect(incident.end(because: .cameraLost)?.word == "ended 200 cameraLost")
        #expect(incident.end(because: .cameraLost) == nil)
    }

    @Test func `an incident begins when the detector first saw it, but not in an earlier one`() {
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .milliseconds(300),
                eventGap: .seconds(1),
                updateInterval: .seconds(9)
            )
        )
        func told(_ time: Int64, since: Int64?) -> [String] {
            var reading = ZoneReading.zone(moving: since != nil)
            reading.since = since.map { .zero + .milliseconds($0) }
            return incident.observe(reading, at: .milliseconds(time), size: .fullHD).map(\.word)
        }
        #expect(told(2000, since: 1800).isEmpty)
        #expect(told(2040, since: 1800).isEmpty)
        #expect(told(2100, since: 1800) == ["started 1800"])
        #expect(told(3300, since: nil) == ["ended 2100 quiet"])
        #expect(told(3400, since: 100) == ["started 2400"])
    }

    @Test func `every start has its end, whatever the pictures do`() {
        var generator = SplitMix(seed: 11)
        for _ in 0..<500 {
            var incident = MotionIncident(
                settings: MotionIncident.Settings(
                    minimumDuration: .milliseconds(Int64(generator.next() % 500)),
                    eventGap: .milliseconds(Int64(generator.next() % 2000)),
                    updateInterval: .milliseconds(500)
                )
            )
            var balance = 0
            var time: Int64 = 0
            for _ in 0..<200 {
                time += Int64(generator.next() % 300) + 1
                for transition in incident.observe(
                    .zone(moving: generator.next() % 3 == 0),
                    at: .milliseconds(time),
                    size: .fullHD
                ) {
                    if case .started = transition { balance += 1 }
                    if case .ended = transition { balance -= 1 }
                    #expect(balance == 0 || balance == 1)
                }
                #expect(incident.isOpen == (balance == 1))
            }
            if incident.end(because: .sourceEnded) != nil { balance -= 1 }
            #expect(balance == 0)
        }
    }
}

extension ZoneReading {
    static func zone(_ name: String = "gate", moving: Bool) -> ZoneReading {
        ZoneReading(
            zone: name,
            isMoving: moving,
            areaFraction: moving ? 0.0842 : 0,
            score: moving ? 0.91 : 0,
            box: moving ? PixelBox(left: 556, top: 373, right: 854, bottom: 686) : nil,
            gates: [GateReading(gate: "area", value: moving ? 0.0842 : 0, limit: 0.002)]
        )
    }
}

extension FrameSize {
    static let fullHD = FrameSize(width: 1920, height: 1080)
}

extension Moment {
    /// An instant so many milliseconds after the stream's first picture, which was taken in 2026.
    static func milliseconds(_ count: Int64) -> Moment {
        Moment(
            media: .zero + .milliseconds(count),
            wall: WallTime(nanoseconds: 1_795_161_600_000_000_000) + .milliseconds(count)
        )
    }
}

extension MotionTransition {
    /// The transition as a word and the media time, in milliseconds, that it tells.
    fileprivate var word: String {
        switch self {
        case .started(let facts): "started \(facts.onset.media.nanoseconds / 1_000_000)"
        case .updated(let facts): "updated \(facts.lastMoving.media.nanoseconds / 1_000_000)"
        case .ended(let facts, let reason): "ended \(facts.lastMoving.media.nanoseconds / 1_000_000) \(reason)"
        }
    }
}
