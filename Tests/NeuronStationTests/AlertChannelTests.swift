import NeuronCore
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct AlertChannelTests {
    @Test func `a channel may go away with events that nobody took`() {
        let channel = AlertChannel(capacity: 4)
        for id in ["a", "b"] { channel.send(.bare(id)) }
        channel.finish()
    }

    @Test func `a sender that waits for room goes on when nobody receives any more`() {
        let channel = AlertChannel(capacity: 1)
        channel.send(.bare("a"))
        let senders = ["b", "c", "d"].map { id in
            DedicatedThread(name: "sender-\(id)") { channel.send(.bare(id)) }
        }
        channel.giveUp()
        for sender in senders { sender.join() }
    }

    @Test func `whatever was sent and never taken is counted as lost`() async {
        let channel = AlertChannel(capacity: 4)
        channel.send(.bare("a"))
        channel.finish()
        await channel.receive { _ in }
        #expect(channel.lost == 0)
        channel.send(.bare("b"))
        channel.giveUp(losing: 3)
        channel.send(.bare("c"))
        #expect(channel.lost == 5)
    }

    @Test func `what was sent before the end comes in its order, and then the receiver ends`() async {
        let channel = AlertChannel(capacity: 4)
        for id in ["a", "b", "c"] { channel.send(.bare(id)) }
        channel.finish()
        var received: [String] = []
        await channel.receive { batch in received += batch.map(\.id) }
        #expect(received == ["a", "b", "c"])
    }
}
