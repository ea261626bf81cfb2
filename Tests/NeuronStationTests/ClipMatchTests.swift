import NeuronCore
import NeuronStation
import Testing

/// The rule by which alerts are true and events found, on times alone.
@Suite struct ClipMatchTests {
    private let minute = TimeSpan.seconds(60)

    private func at(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64((seconds * 1e9).rounded())) }

    private func event(_ from: Double, _ to: Double, box: LabelBox? = nil) -> LabelledEvent {
        LabelledEvent(ClipInterval(from: at(from), to: at(to)), box: box)
    }

    private func alert(_ onset: Double, told: Double? = nil, over: Double? = nil) -> ToldAlert {
        let told = told ?? onset + 0.4
        return ToldAlert(kind: "motion", rule: "frame", onset: at(onset), told: at(told), over: at(over ?? told + 3))
    }

    @Test func `events at most 3 s apart are one, others are two`() {
        let events = [event(20, 22), event(10, 12), event(11, 15), event(18, 19), event(25.01, 26)]
        let match = ClipMatch(events, alerts: [], length: minute)
        let merged = [ClipInterval(from: at(10), to: at(22)), ClipInterval(from: at(25.01), to: at(26))]
        #expect(match.events.map(\.interval) == merged)
        #expect(EvaluationFigures(match).missed == 2)
    }

    @Test(arguments: [(9.4, true), (9.399, false), (13.0, true), (13.001, false), (11.0, true)])
    func `an alert is true from 0.6 s before an event to 1 s after it`(onset: Double, isTrue: Bool) {
        let match = ClipMatch([event(10, 12)], alerts: [alert(onset)], length: minute)
        #expect(match.alerts.map(\.isTrue) == [isTrue])
        #expect(match.events[0].isFound == isTrue)
    }

    @Test func `an alert that is stuck on finds nothing and is false all the time`() {
        let figures = EvaluationFigures(
            ClipMatch([event(10, 12), event(30, 32)], alerts: [alert(0.2, over: 60)], length: minute)
        )
        #expect(figures.precision == 0 && figures.recall == 0 && figures.f1 == 0)
        #expect(figures.falseAlarmShare == 1 - 0.2 / figures.quiet.seconds)
    }

    @Test func `several alerts in one event find it once and are not false`() {
        let figures = EvaluationFigures(
            ClipMatch([event(10, 20)], alerts: [alert(15), alert(10.2), alert(20.9)], length: minute)
        )
        #expect(figures.events == 1 && figures.found == 1 && figures.falseAlerts == 0)
        #expect(figures.onsetErrors == [.milliseconds(200)])
        #expect(figures.latencies == [.milliseconds(600)])
    }

    @Test func `the time at which an alert was told can be judged instead of its onset`() {
        let late = [alert(12.5, told: 13.2)]
        #expect(ClipMatch([event(10, 12)], alerts: late, length: minute).alerts[0].isTrue)
        let rule = MatchRule(start: .told)
        #expect(!ClipMatch([event(10, 12)], alerts: late, length: minute, rule: rule).alerts[0].isTrue)
    }

    @Test func `quiet is what neither an event nor the hold after it takes, and only there an alarm is false`() {
        // Quiet: 0 to 9.4 and 15 to 60.
        let match = ClipMatch([event(10, 12)], alerts: [alert(10, over: 17), alert(40, over: 45)], length: minute)
        #expect(match.quiet == .milliseconds(54_400))
        #expect(match.falseAlarm == .seconds(7))
        let both = ClipMatch([], alerts: [alert(5, over: 9), alert(6, over: 8)], length: minute)
        #expect(both.falseAlarm == .seconds(4), "two alerts at once are one alarm")
        #expect(EvaluationFigures(both).falsePerHour == 120)
    }

    @Test func `a clip without events has no recall, and one without alerts no precision`() {
        let nothing = EvaluationFigures(ClipMatch([], alerts: [], length: minute))
        #expect(nothing.precision == nil && nothing.recall == nil && nothing.f1 == nil && nothing.onsetErrorP95 == nil)
        #expect(nothing.falsePerHour == 0 && nothing.falseAlarmShare == 0)
        let blind = EvaluationFigures(ClipMatch([event(1, 2)], alerts: [], length: minute))
        #expect(blind.precision == nil && blind.recall == 0 && blind.f1 == 0)
    }

    @Test func `figures of several clips are those of their sums`() {
        var sum = EvaluationFigures(ClipMatch([event(10, 12)], alerts: [alert(10)], length: minute))
        sum.add(
            EvaluationFigures(ClipMatch([event(1, 2), event(9, 10)], alerts: [alert(30), alert(1.3)], length: minute))
        )
        #expect(sum.clips == 2 && sum.recall == 2.0 / 3 && sum.precision == 2.0 / 3)
        #expect(sum.onsetErrorMedian == 0.15 && sum.onsetErrorP95 == 0.3)
        #expect(sum.length == .seconds(120))
    }

    @Test func `the 95th percentile is the smallest value that 95 percent do not exceed`() {
        var figures = EvaluationFigures()
        figures.latencies = (1...20).shuffled().map { .seconds(Int64($0)) }
        #expect(figures.latencyP95 == 19 && figures.latencyMedian == 10.5)
    }

    @Test func `a label's box is met by what moves at its time and nowhere else`() throws {
        let box = try #require(LabelBox(left: 100, top: 100, right: 140, bottom: 180))
        let there = PixelBox(left: 110, top: 90, right: 150, bottom: 170)
        let elsewhere = PixelBox(left: 300, top: 90, right: 350, bottom: 170)
        let everywhere = PixelBox(left: 0, top: 0, right: 640, bottom: 360)
        for (time, found, isLocated) in [
            (11.0, there, true), (11.4, there, true), (11.6, there, false), (11.0, elsewhere, false),
            (11.0, everywhere, false),
        ] {
            let match = ClipMatch(
                [event(10, 12, box: box)],
                alerts: [alert(10)],
                sightings: [Sighting(time: at(time), box: found)],
                length: minute
            )
            #expect(match.boxes == 1 && match.locatedBoxes == (isLocated ? 1 : 0), "\(time) \(found)")
        }
        let missed = ClipMatch([event(10, 12, box: box)], alerts: [], sightings: [], length: minute)
        #expect(missed.boxes == 0, "only events that were found are asked for their place")
    }

    @Test func `alerts that start within a second of each other do not differ`() {
        let first = ClipMatch([], alerts: [alert(1), alert(10), alert(30)], length: minute).alerts
        let second = ClipMatch([], alerts: [alert(1.9), alert(2.5), alert(30.2)], length: minute).alerts
        let differences = AlertDifference.between(first, second)
        #expect(differences.map(\.alert.alert.onset) == [at(2.5), at(10)])
        #expect(differences.map(\.isOfFirst) == [false, true])
        #expect(AlertDifference.between(first, first).isEmpty)
    }
}
