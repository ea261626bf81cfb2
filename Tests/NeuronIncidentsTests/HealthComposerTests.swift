import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct HealthComposerTests {
    private let composer = HealthComposer(box: .unnamed, site: SitePath())
    private let time = WallTime(nanoseconds: 1_787_393_723_412_000_000)

    private func report() throws -> HealthReport {
        var figures = DeskFigures()
        var document = try Sample.document()
        figures.replace(nil, with: document)
        let open = document
        try document.take(Sample.feedback(.acknowledged, at: 60))
        try document.take(Sample.feedback(.evaluated, at: 70, disposition: .falseAlarm))
        figures.replace(open, with: document)
        return HealthReport(
            uptime: .seconds(86_400),
            cameras: (ok: 31, lost: 0),
            pending: 812,
            oldestAge: .seconds(640),
            bytes: 5_242_880,
            dropped: 0,
            sinks: ["mqtt": HealthReport.Sink(connected: true, pending: 812, awaitingReceipt: 20)],
            figures: figures
        )
    }

    private func event(_ draft: AlertDraft) throws -> CloudEvent<HealthData> {
        let line = draft.encode(AlertStamp(epoch: 1, number: 1, recordedTime: time))
        #expect(try mistakes(in: [line], closed: false) == "")
        return try CloudEvent(decoding: line)
    }

    @Test func `a report says how the box, its sinks and its desks fare`() throws {
        let draft = composer.report(try report(), at: time)
        let event = try event(draft)
        #expect(
            draft.importance == .health && event.type == "org.neurond.health.report.v1" && event.severitynumber == 9
        )
        let health = event.data.health
        #expect(health.state == "ok" && health.uptimeS == 86_400 && health.cameras?.ok == 31)
        #expect(health.outbox?.oldestAgeS == 640 && health.sinks?["mqtt"]?.awaitingReceipt == 20)
        #expect(health.alerts?["grid"]?.acknowledgedInTime == 1 && health.alerts?["grid"]?.open == 0)
        #expect(health.rules?["cam0042/camera"]?.falseAlarmRatio == 1)
    }

    @Test func `a lost camera, a broker out of reach and a loss each make the box degraded`() throws {
        var worse = [try report(), try report(), try report()]
        worse[0].cameras.lost = 1
        worse[1].sinks["mqtt"]?.connected = false
        worse[2].dropped = 3
        for report in worse {
            let event = try event(composer.report(report, at: time))
            #expect(event.data.health.state == "degraded" && event.severitytext == "WARN")
        }
    }

    @Test func `trouble with a sink is told with the events that it was noticed by, though not with all`() throws {
        for trouble in HealthData.Trouble.allCases {
            let ids = (1...30).map { "E\($0)" }
            let draft = composer.report(trouble, of: "mqtt", eventIDs: ids, because: "Nobody answers.", at: time)
            let sink = try #require(try event(draft).data.health.sink)
            #expect(sink.trouble == trouble && sink.events == 30 && sink.eventIds.count == 20 && sink.name == "mqtt")
        }
    }
}
