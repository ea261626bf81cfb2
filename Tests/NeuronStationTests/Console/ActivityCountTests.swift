import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// Days, counted out of a real outbox.
@Suite(.timeLimit(.minutes(10))) struct ActivityCountTests {
    private let folder: TemporaryDirectory
    private let outbox: Outbox
    private let midnight = WallTime(nanoseconds: 1_795_219_200_000_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        let clock = DeskClock(midnight)
        outbox = try Outbox(OutboxSettings(path: folder.file("o.db"), sinks: ["x"], ballastBytes: 0), clock: clock)
    }

    /// An event at a minute of the day, of an alert that began at another; minutes before the day are negative.
    private func tell(
        _ word: String = "motion.updated",
        of begin: Int64,
        at minute: Int64,
        zone: String = "path",
        camera: String = "gate",
        body: String = "{}"
    ) async throws {
        let (onset, time) = (midnight + .seconds(begin * 60), midnight + .seconds(minute * 60))
        let sensor = SensorID(sanitising: camera)
        let alert = AlertName.alert(box: .unnamed, sensor: sensor, kind: "motion", rule: zone, onset: onset)
        let draft = AlertDraft(
            id: AlertName.event(ofAlert: alert, type: word, revision: 1, at: time),
            alertID: alert,
            source: "urn:neurond:box:\(camera)",
            type: "org.neurond.\(word).v1",
            subject: "_/_/_/_/\(camera)",
            time: time,
            phase: .single,
            importance: .updated,
            encode: { _ in Array(body.utf8) }
        )
        _ = try await outbox.append([draft])
    }

    private func counted() async throws -> ActivityDay.Camera {
        let day = try await ActivityCount(day: midnight, box: .unnamed, cameras: ["gate"]).run(in: outbox)
        await outbox.close()
        return try #require(day.cameras.first)
    }

    @Test func `what moves in two zones at once moves once`() async throws {
        for (zone, begin, end) in [("path", 480, 484), ("yard", 482, 487), ("door", 483, 484)]
            as [(String, Int64, Int64)]
        {
            try await tell("motion.started", of: begin, at: begin, zone: zone)
            try await tell("motion.ended", of: begin, at: end, zone: zone)
        }
        let day = try await counted()
        #expect(day.motionSeconds[96] == 300 && day.motionSeconds[97] == 120)
        #expect(day.motionSeconds.reduce(0, +) == 420)
        #expect(day.alerts[96] == 3 && day.alerts.reduce(0, +) == 3)
    }

    @Test func `motion that has lasted since the day before yesterday belongs to today as far as it reaches`()
        async throws
    {
        try await tell("motion.started", of: -1500, at: -1500)
        try await tell("motion.started", of: 0, at: 0, camera: "other")
        for minute in 1...15 as ClosedRange<Int64> { try await tell(of: -1500, at: minute) }
        let day = try await counted()
        #expect(day.motionSeconds.prefix(4) == [300, 300, 300, 0])
        // It began on another day.
        #expect(day.alerts.allSatisfy { $0 == 0 })
    }

    @Test func `of motion over midnight each day has its part`() async throws {
        try await tell("motion.started", of: -10, at: -10)
        try await tell("motion.ended", of: -10, at: 2)
        try await tell("motion.started", of: 1438, at: 1438)
        try await tell("motion.ended", of: 1438, at: 1500)
        let day = try await counted()
        #expect(day.motionSeconds[0] == 120 && day.motionSeconds[287] == 120)
        #expect(day.motionSeconds.reduce(0, +) == 240)
    }

    @Test func `what nobody watched is blind, and what nobody told of is neither`() async throws {
        let body = #"{"data":{"health":{"coverage":{"durationMs":600000,"watchedMs":450000}}}}"#
        try await tell("health.coverage", of: 20, at: 20, body: body)
        let day = try await counted()
        #expect(day.blindSeconds[2] == 75 && day.blindSeconds[3] == 75 && day.blindSeconds[4] == 0)
        #expect(day.watchedSeconds[2] == 225 && day.watchedSeconds[1] == 0)
    }
}
