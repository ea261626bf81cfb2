import NeuronCore
import NeuronIncidents
import NeuronSampling
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct CoverageRecordTests {
    private func instant(_ seconds: Int64) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .seconds(seconds),
            wall: WallTime.epoch + .seconds(seconds)
        )
    }

    private func coverage(connected: Int64, watched: Int64, blind: Int64 = 0, degraded: Int64 = 0) -> Coverage {
        var coverage = Coverage()
        coverage.connected = .seconds(connected)
        coverage.decoded = .seconds(watched)
        coverage.watched = .seconds(watched)
        coverage.blind = .seconds(blind)
        coverage.degraded = .seconds(degraded)
        coverage.looks = Int(watched) * 25
        return coverage
    }

    private let composer = AlertComposer(
        identity: AlertComposer.Identity(
            box: .unnamed,
            sensor: SensorID(sanitising: "gate"),
            name: "Gate",
            site: SitePath(),
            configuration: "0123456789abcdef",
            detector: "motion/1"
        )
    )

    private func event(_ facts: CoverageFacts, number: Int64 = 1) throws -> CloudEvent<HealthData> {
        try CloudEvent(decoding: line(facts, number: number))
    }

    private func line(_ facts: CoverageFacts, number: Int64) -> [UInt8] {
        composer.compose(facts).encode(AlertStamp(epoch: 1, number: number, recordedTime: .epoch))
    }

    @Test func `each record begins where the one before ended, and tells what came since`() throws {
        var record = CoverageRecord(since: instant(0))
        var (early, late) = (
            coverage(connected: 300, watched: 299), coverage(connected: 400, watched: 399, blind: 1, degraded: 20)
        )
        (early.audits, early.auditFinds) = (1, 0)
        (late.audits, late.auditFinds) = (3, 1)
        let first = record.next(of: early, dropped: 0, at: instant(300))
        let second = record.next(of: late, dropped: 7, at: instant(600))
        #expect(first.since == .epoch && first.until == second.since)
        #expect(second.length == .seconds(300) && second.connected == .seconds(100))
        #expect(second.watched == .seconds(100) && second.blind == .seconds(1) && second.degraded == .seconds(20))
        #expect(second.looks == 2500 && second.dropped == 7)
        #expect(second.audits == 2 && second.auditFinds == 1)
        let told = try event(second, number: 2).data.health.coverage
        #expect(told?.audits == 2 && told?.auditFinds == 1)
        #expect(try mistakes(in: [line(first, number: 1), line(second, number: 2)], closed: true) == "")
    }

    @Test func `a camera that was away says so, and one that was watched is well`() throws {
        var record = CoverageRecord(since: instant(0))
        let well = try event(record.next(of: coverage(connected: 300, watched: 298), dropped: 0, at: instant(300)))
        let away = try event(record.next(of: coverage(connected: 300, watched: 298), dropped: 0, at: instant(600)))
        #expect(well.data.health.state == "ok")
        #expect(away.data.health.state == "degraded" && away.data.health.coverage?.connectedMs == 0)
        #expect(well.data.sensor?.id == "gate" && well.id != away.id)
    }

    @Test func `a step of the wall clock changes no length`() {
        var record = CoverageRecord(since: instant(0))
        let later = CameraLink.Instant(monotonic: instant(300).monotonic, wall: .epoch + .seconds(86_400))
        let facts = record.next(of: Coverage(), dropped: 0, at: later)
        #expect(facts.length == .seconds(300))
    }

    @Test func `a camera whose clock runs fast has no more time than has passed`() {
        var record = CoverageRecord(since: instant(0))
        let facts = record.next(of: coverage(connected: 301, watched: 301), dropped: 0, at: instant(300))
        #expect(facts.connected == .seconds(300) && facts.decoded == .seconds(300) && facts.watched == .seconds(300))
    }

    @Test func `time that is told twice is a mistake`() throws {
        var (first, second) = (CoverageRecord(since: instant(0)), CoverageRecord(since: instant(200)))
        let lines = [
            line(first.next(of: Coverage(), dropped: 0, at: instant(300)), number: 1),
            line(second.next(of: Coverage(), dropped: 0, at: instant(500)), number: 2),
        ]
        #expect(try mistakes(in: lines, closed: true).contains("told twice"))
    }
}
