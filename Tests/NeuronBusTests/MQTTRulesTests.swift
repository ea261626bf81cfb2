import NeuronCore
import Synchronization
import Testing

@testable import NeuronBus

/// What an MQTT link decides without a broker.
@Suite struct MQTTRulesTests {
    @Test func `pauses double up to half a minute, a little less by chance, and begin anew after a lasting connection`()
    {
        var pause = MQTTPause()
        let seconds = (1...8).map { _ in pause.after(connectionOf: nil).seconds }
        for (length, most) in zip(seconds, [1.0, 2, 4, 8, 16, 30, 30, 30]) {
            #expect((0.75 * most...most).contains(length))
        }
        // Let in and thrown out at once is no success.
        let afterShort = pause.after(connectionOf: .seconds(2))
        let afterLasting = pause.after(connectionOf: .seconds(10))
        #expect(afterShort > .seconds(20) && afterLasting <= .seconds(1))
    }

    @Test(
        arguments: [
            (0x00, MQTTReason.Verdict.taken), (0x10, .unheard), (0x80, .retried), (0x83, .retried), (0x87, .refused),
            (0x90, .refused), (0x95, .refused), (0x97, .retried), (0x99, .refused), (0xFF, .retried),
        ] as [(UInt8, MQTTReason.Verdict)]
    )
    func `a reason code decides what becomes of an event`(code: UInt8, verdict: MQTTReason.Verdict) {
        #expect(MQTTReason(code: code).verdict == verdict)
    }

    @Test func `a reason is told with its number and its words`() {
        #expect("\(MQTTReason(code: 0x87))" == "0x87, not authorised")
        #expect("\(MQTTReason(code: 0))" == "0x00, success")
    }

    @Test func `an order is answered once, when its last message has its answer`() {
        let answers = Answers()
        var window = MQTTWindow()
        window.note(answers.order(3), [.success(1), .failure(MQTTRefusal(reason: "too long")), .success(2)])
        #expect(window.missing == 2)
        let first = window.note(2, MQTTReason(code: 0x10))
        #expect(first && answers.all.isEmpty)
        let second = window.note(1, MQTTReason(code: 0))
        #expect(second && window.missing == 0 && window.deadline == nil)
        #expect(answers.all == [[.answered(0), .refused("too long"), .answered(0x10)]])
        // An answer that comes once more, or to a message that nobody waits for, is nothing to anybody.
        let late = window.note(1, MQTTReason(code: 0))
        #expect(!late)
        window.abandon(MQTTError(.lost, "over"))
        #expect(answers.all.count == 1)
    }

    @Test func `what is open when a connection ends is answered as unknown`() {
        let answers = Answers()
        var window = MQTTWindow()
        window.note(answers.order(2), [.success(1), .success(2)])
        window.note(answers.order(1), [.success(3)])
        _ = window.note(2, MQTTReason(code: 0))
        window.abandon(MQTTError(.lost, "over"))
        #expect(answers.all == [[.unanswered, .answered(0)], [.unanswered]])
        let late = window.note(1, MQTTReason(code: 0))
        #expect(!late && window.missing == 0)
    }

    @Test func `no text of the settings has the password`() {
        var settings = MQTTSettings(host: "::1", port: 8883, clientID: "box")
        settings.username = "box"
        settings.password = "sesame-7"
        settings.tls = MQTTTLS()
        #expect("\(settings)" == "mqtts://[::1]:8883" && String(reflecting: settings) == "mqtts://[::1]:8883")
    }
}

/// What orders were answered, in turn.
private final class Answers: Sendable {
    private let outcomes = Mutex<[[MQTTOutcome]]>([])

    var all: [[MQTTOutcome]] { outcomes.withLock { $0 } }

    func order(_ count: Int) -> MQTTOrder {
        let publication = MQTTPublication(topic: "t", payload: [], contentType: "text/plain")
        return MQTTOrder(
            publications: Array(repeating: publication, count: count),
            deadline: MonotonicTime(nanoseconds: 5)
        ) { outcomes, _ in
            self.outcomes.withLock { $0.append(outcomes) }
        }
    }
}
