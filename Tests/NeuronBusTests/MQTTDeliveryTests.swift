import Foundation
import NeuronBus
import NeuronCore
import Testing

/// Events go to a real mosquitto, and mosquitto_sub says what came.
@Suite(.timeLimit(.minutes(10))) struct MQTTDeliveryTests {
    @Test func `a subscriber gets the same bytes at the topic of each event`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings())
        let events = [event(1, "motion.started"), event(2, "plate.sighted"), event(3, "health.report")]
        let report = try await link.deliver(events)
        #expect(report == .all(events))
        let messages = await reader.messages(3)
        #expect(messages.map(\.payload) == events.map(\.body))
        #expect(messages.map(\.topic) == ["motion", "plate", "health"].map { "nd/v1/d/s/c/g/cam/evt/\($0)" })
        #expect(messages.allSatisfy { !$0.isRetained })
        await link.close()
    }

    @Test func `an event carries its type of content, its expiry and what a reader sorts by`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber("nd/#", ["-F", "%C|%E|%P"])
        let clock = SetClock(WallTime(rfc3339: "2026-11-21T10:00:00Z") ?? .epoch)
        let link = try await MQTTLink.connected(broker.settings(), clock: clock)
        _ = try await link.deliver([event(7, "motion.started", at: clock.wallNow() - .seconds(86_400))])
        await reader.transcript.waits(for: "cloudevents")
        let words = reader.transcript.lines[0].split(separator: "|")
        #expect(words[0] == "application/cloudevents+json; charset=utf-8")
        #expect(words[1] == "518400")
        for pair in ["id:7", "source:urn:neurond:box:cam", "type:org.neurond.motion.started.v1", "partitionkey:cam"] {
            #expect(words[2].contains(pair), "\(words[2])")
        }
        await link.close()
    }

    @Test(arguments: [("1970-01-01T00:00:00Z", 3600), ("2031-01-01T00:00:00Z", 604_800)])
    func `an event of a clock that stepped is not thrown away early`(time: String, expiry: Int) async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber("nd/#", ["-F", "expiry %E"])
        let clock = SetClock(WallTime(rfc3339: "2026-11-21T10:00:00Z") ?? .epoch)
        let link = try await MQTTLink.connected(broker.settings(), clock: clock)
        let then = try #require(WallTime(rfc3339: time))
        _ = try await link.deliver([event(7, "motion.started", at: then)])
        await reader.transcript.waits(for: "expiry \(expiry)")
        await link.close()
    }

    @Test func `batch after batch arrives in order, whole`() async throws {
        let broker = try await Broker(["allow_anonymous true", "max_queued_messages 100000"])
        let reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings())
        let events = (1...2000).map { event($0, "motion.updated", bytes: 600) }
        for start in stride(from: 0, to: events.count, by: link.pace.batchSize) {
            let batch = Array(events[start..<min(events.count, start + link.pace.batchSize)])
            #expect(try await link.deliver(batch) == .all(batch))
        }
        let messages = await reader.messages(events.count)
        #expect(messages.map(\.payload) == events.map(\.body))
        await link.close()
    }

    @Test func `with receipts an acknowledged event waits, and a report of health does not`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings { $0.acknowledgement = .receipt })
        let kinds = ["motion.started", "health.report", "plate.sighted", "light.changed"]
        let report = try await link.deliver(zip(1..., kinds).map { event($0, $1) })
        #expect(report.awaitingReceipt == [1, 3] && report.delivered == [2, 4] && report.failure == nil)
        #expect(await reader.messages(4).count == 4)
        await link.close()
    }

    @Test func `what nobody subscribes to stays undelivered and is said`() async throws {
        let broker = try await Broker()
        let link = try await MQTTLink.connected(broker.settings())
        let report = try await link.deliver([event(1, "motion.started"), event(2, "plate.sighted")])
        #expect(report.delivered.isEmpty && report.awaitingReceipt.isEmpty && report.refused.isEmpty)
        #expect(report.failure?.contains("threw away 2 events, for nobody subscribes") == true)
        #expect(link.condition.unheardEvents == 2 && link.condition.isConnected)
        let reader = try await broker.subscriber("nd/v1/+/+/+/+/+/evt/motion")
        let again = try await link.deliver([event(1, "motion.started"), event(2, "plate.sighted")])
        #expect(again.delivered == [1] && link.condition.unheardEvents == 3)
        #expect(await reader.messages(1).map(\.text) == [#"{"id":"1"}"#])
        await link.close()
    }

    @Test func `an event that the broker does not allow is parked, and the others go through`() async throws {
        let folder = ScratchFolder()
        try "topic write nd/v1/d/s/c/g/cam/evt/motion\ntopic read nd/#\n"
            .write(toFile: folder.path + "/acl", atomically: true, encoding: .utf8)
        let broker = try await Broker(["allow_anonymous true", "acl_file FOLDER/acl"], folder: folder)
        let reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings())
        let report = try await link.deliver([
            event(1, "motion.started"), event(2, "plate.sighted"), event(3, "motion.ended"),
        ])
        #expect(report.delivered == [1, 3] && report.failure == nil)
        #expect(report.refused.map(\.row) == [2])
        let reason = try #require(report.refused.first?.reason)
        #expect(reason.contains("0x87, not authorised") && reason.contains("nd/v1/d/s/c/g/cam/evt/plate"))
        #expect(await reader.messages(2).map(\.text) == [#"{"id":"1"}"#, #"{"id":"3"}"#])
        await link.close()
    }

    @Test(arguments: ["max_packet_size 20000", "message_size_limit 20000"])
    func `an event that is too large for the broker is parked, and the others go through`(limit: String) async throws {
        let broker = try await Broker(["allow_anonymous true", limit])
        let reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings())
        let report = try await link.deliver([
            event(1, "motion.started"), event(2, "motion.started", bytes: 30_000), event(3, "motion.started"),
        ])
        #expect(report.delivered == [1, 3], "\(report)")
        #expect(report.refused.map(\.row) == [2])
        #expect(await reader.messages(2).map(\.text) == [#"{"id":"1"}"#, #"{"id":"3"}"#])
        #expect(try await link.deliver([event(4, "motion.started")]).delivered == [4])
        await link.close()
    }

    @Test func `an event without a topic is parked`() async throws {
        let broker = try await Broker()
        let link = try await MQTTLink.connected(broker.settings())
        var odd = event(1, "motion.started")
        odd.subject = "d/s/c/g/#"
        let report = try await link.deliver([odd])
        #expect(report.refused.map(\.row) == [1] && report.failure == nil)
        await link.close()
    }

    @Test func `without a connection a batch is given back at once, with the reason`() async throws {
        let port = try LocalProcess.freePort()
        let link = try MQTTLink(MQTTSettings(host: "127.0.0.1", port: port, clientID: "a"), clock: SystemClock())
        let error = await #expect(throws: MQTTError.self) { try await link.deliver([event(1, "motion.started")]) }
        #expect(error?.code == .notConnected)
        await link.close()
        let closed = await #expect(throws: MQTTError.self) { try await link.deliver([event(1, "motion.started")]) }
        #expect(closed?.code == .closed)
    }
}

/// An event of one camera.
func event(_ number: Int, _ kind: String, bytes: Int = 0, at time: WallTime = SystemClock().wallNow()) -> StoredAlert {
    var event = alert(number, bytes: bytes)
    event.source = "urn:neurond:box:cam"
    event.type = "org.neurond.\(kind).v1"
    event.subject = "d/s/c/g/cam"
    event.time = time
    return event
}

/// Civil time that stands still; time for deadlines goes on.
struct SetClock: NeuronClock {
    var wall: WallTime

    init(_ wall: WallTime) { self.wall = wall }

    func wallNow() -> WallTime { wall }
    func monotonicNow() -> MonotonicTime { SystemClock().monotonicNow() }
}
