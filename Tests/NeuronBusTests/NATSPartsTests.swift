import NeuronCore
import Testing

@testable import NeuronBus

/// What of the NATS link needs no server.
struct NATSPartsTests {
    private static func events(_ rows: [Int64]) -> [NATSEvent] {
        rows.map { NATSEvent(row: $0, id: "\($0)", subject: "s.\($0 % 2)", body: [], needsReceipt: $0 == 3) }
    }

    @Test func `a window is complete when each event has one answer, and the first one counts`() {
        var window = AckWindow(number: 1, Self.events([1, 2, 3, 4]))
        window.settle(1, .stored)
        window.settle(1, .failed("late"))
        window.settle(2, .refused("too long"))
        window.settle(3, .stored)
        window.settle(99, .stored)
        #expect(!window.isComplete)
        window.settle(4, .silent)
        #expect(window.isComplete)
        #expect(window.silent == 1)
        #expect(window.report.delivered == [1])
        #expect(window.report.awaitingReceipt == [3])
        #expect(window.report.refused == [DeliveryReport.Refusal(row: 2, reason: "too long")])
        #expect(window.report.failure == nil)
    }

    @Test func `what the server says nothing of is counted, and left over`() {
        var window = AckWindow(number: 1, Self.events([1, 2, 3]))
        window.settle(2, .stored)
        window.expire()
        #expect(window.isComplete && window.silent == 2)
        #expect(window.report.delivered == [2] && window.report.failure == nil)
    }

    @Test func `what is forbidden is refused, and what is given up is left over`() {
        var window = AckWindow(number: 1, Self.events([1, 2, 3, 4, 5]))
        window.settle(1, .stored)
        window.forbid("s.0", reason: "no")
        #expect(window.report.refused.map(\.row).sorted() == [2, 4])
        window.abandon("gone")
        #expect(window.isComplete)
        #expect(window.report.delivered == [1])
        #expect(window.report.failure == "gone")
        window.abandon("again")
        #expect(window.report.failure == "gone")
    }

    @Test(arguments: [
        ("nd/v1/a/state/x", "nd.v1.a.state.x"), ("homeassistant/device/x/config", "homeassistant.device.x.config"),
        ("a.b/c", nil), ("a//b", nil), ("", nil), ("a/*", nil), ("a/+", nil), ("a b", nil), ("Straße", nil),
        (String(repeating: "x", count: 256), nil),
    ])
    func `a topic becomes a subject where it can`(topic: String, subject: String?) {
        #expect(NATSSubject.of(topic: topic) == subject)
        if let subject { #expect(NATSSubject.topic(of: subject) == topic) }
    }

    @Test(arguments: [("a/+/#", "a.*.>"), ("#", ">"), ("a/#/b", nil), ("a/b+", nil), ("a/>", nil)])
    func `a filter becomes a subject with wildcards`(filter: String, subject: String?) {
        #expect(NATSSubject.of(filter: filter) == subject)
    }

    @Test func `consumers have names that NATS allows, one for each filter`() {
        let filters = (1...100).map { "nd/v1/d1/s1/c1/g1/cam\($0)/fb/+" }
        let names = filters.map { JetStreamRoom.consumer(of: $0, client: "box-0007") }
        #expect(Set(names).count == 100)
        #expect(names.allSatisfy { TopicToken.isValid($0) && $0.hasPrefix("box-0007-") })
        #expect(names[0] == JetStreamRoom.consumer(of: filters[0], client: "box-0007"))
    }

    @Test func `streams are compared by what the promises rest on`() throws {
        let plans = StreamPlan.all(NATSSettings(client: "box", servers: []))
        for plan in plans { #expect(plan.differences(from: plan).isEmpty) }
        var roomier = plans[0]
        roomier.maxBytes *= 2
        roomier.maxAge = .zero
        roomier.subjects.append("nd.v2.>")
        #expect(plans[0].differences(from: roomier).isEmpty)
        var other = plans[0]
        (other.subjects, other.refusesWhenFull, other.duplicateWindow) = (["x"], false, .seconds(1))
        #expect(plans[0].differences(from: other).count == 3)
        let state = try #require(plans.first { $0.name == "ND_STATE" })
        var deeper = state
        (deeper.maxMessagesPerSubject, deeper.isOnDisk) = (5, false)
        #expect(state.differences(from: deeper).count == 2)
    }

    @Test(arguments: [
        "127.0.0.1", "http://x", "nats://", "nats://user:pass@host", "tls://:4222", "nats://a b", "nats://[::1",
    ])
    func `an address that is none is refused without repeating a password`(text: String) {
        let error = #expect(throws: NATSError.self) { _ = try ServerAddress(text) }
        #expect(error?.description.contains("pass@") == false)
    }

    @Test func `the host of an address is what a certificate is checked against`() throws {
        #expect(try ServerAddress("tls://broker.example:4222").host == "broker.example")
        #expect(try ServerAddress("nats://[::1]:4222").host == "::1")
        #expect(try ServerAddress("tls://broker.example").asksForTLS)
        #expect(try !ServerAddress("nats://broker.example").asksForTLS)
    }

    @Test func `the subject is read from what the server says is forbidden`() {
        let words = #"Permissions Violation for Publish to "nd.v1.a.evt.plate""#
        #expect(SessionBoard.forbiddenSubject(in: words) == "nd.v1.a.evt.plate")
        #expect(SessionBoard.forbiddenSubject(in: "Permissions Violation for Subscription to \"a\"") == nil)
        #expect(SessionBoard.forbiddenSubject(in: "permissions violation for publish to nothing") == nil)
    }
}
