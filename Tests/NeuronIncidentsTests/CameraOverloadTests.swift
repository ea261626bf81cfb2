import NeuronCore
import NeuronIncidents
import Testing

@Suite struct CameraOverloadTests {
    private func instant(_ seconds: Int64) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .seconds(seconds),
            wall: WallTime.epoch + .seconds(seconds)
        )
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

    private func event(_ transition: OverloadTransition) throws -> AlertEvent {
        let stamp = AlertStamp(epoch: 1, number: 1, recordedTime: .epoch)
        return try AlertEvent(decoding: composer.compose(transition).encode(stamp))
    }

    @Test func `a fall-back is told once, and so is the return from it`() throws {
        var overload = CameraOverload()
        let early = overload.restore(at: instant(1))
        let first = overload.degrade(lag: .milliseconds(1200), priority: 3, at: instant(2))
        let second = overload.degrade(lag: .seconds(2), priority: 3, at: instant(3))
        let back = overload.restore(at: instant(12))
        let again = overload.restore(at: instant(13))
        #expect(early == nil && second == nil && again == nil)
        let started = try event(try #require(first))
        #expect(started.type == "org.neurond.camera.degraded.v1" && started.severitytext == "WARN")
        #expect(started.data.load?.lagMs == 1200 && started.data.load?.priority == 3)
        let ended = try event(try #require(back))
        #expect(ended.type == "org.neurond.camera.restored.v1" && ended.correlationid == started.correlationid)
        #expect(ended.data.load?.degradedMs == 10_000 && ended.data.alert.endReason == .recovered)
    }

    @Test func `a stop closes a fall-back without calling it a return`() throws {
        var overload = CameraOverload()
        _ = overload.degrade(lag: .seconds(1), priority: 5, at: instant(2))
        let end = overload.end(at: instant(4), because: .shutdown)
        let nothing = overload.end(at: instant(5), because: .shutdown)
        #expect(nothing == nil && !overload.isDegraded)
        let ended = try event(try #require(end))
        #expect(ended.type == "org.neurond.camera.ended.v1" && ended.data.alert.endReason == .shutdown)
    }

    @Test func `a fall-back that a daemon's death left open is closed by the next start`() throws {
        var overload = CameraOverload()
        let transition = overload.degrade(lag: .seconds(1), priority: 5, at: instant(2))
        let begun = try #require(transition)
        let stamp = AlertStamp(epoch: 1, number: 1, recordedTime: .epoch)
        let end = try InterruptedAlert.end(of: composer.compose(begun).encode(stamp), at: .epoch + .seconds(9))
        let ended = try AlertEvent(decoding: end.encode(stamp))
        #expect(ended.type == "org.neurond.camera.ended.v1" && ended.data.alert.endReason == .interrupted)
    }

    @Test func `a fall-back is another alert than a loss at the same moment`() throws {
        var overload = CameraOverload()
        var link = CameraLink(holdOff: .zero, start: instant(2))
        let loss = link.tick(at: instant(2))
        let fallBack = overload.degrade(lag: .seconds(1), priority: 5, at: instant(2))
        let lost = composer.compose(try #require(loss))
        #expect(composer.compose(try #require(fallBack)).alertID != lost.alertID)
    }
}
