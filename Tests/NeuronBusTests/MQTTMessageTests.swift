import Foundation
import NeuronBus
import NeuronCore
import Testing

/// What comes down to the box, said by mosquitto_pub.
@Suite(.timeLimit(.minutes(10))) struct MQTTMessageTests {
    private let command = "nd/v1/d/s/c/g/cam/cmd/snapshot"

    private func link(_ broker: Broker, _ filters: [String] = ["nd/v1/d/s/c/g/cam/cmd/+", "nd/v1/d/s/c/g/cam/fb/+"])
        async throws -> MQTTLink
    {
        let reader = broker.settings { $0.subscriptions = filters }
        let link = try await MQTTLink.connected(reader)
        await broker.transcript.waits {
            $0.count { $0.contains("Sending SUBACK to \(reader.clientID)") } >= filters.count
        }
        return link
    }

    @Test func `a command comes with where its answer goes`() async throws {
        let broker = try await Broker()
        let link = try await link(broker)
        try broker.say(
            command,
            "{}",
            ["-D", "publish", "response-topic", "desk/answers", "-D", "publish", "correlation-data", "42"]
        )
        var messages = link.messages.makeAsyncIterator()
        let message = await messages.next()
        #expect(message?.topic.mqtt == command && message?.payload == Array("{}".utf8) && message?.link == "mqtt")
        #expect(message?.responseTopic == "desk/answers" && message?.correlation == Array("42".utf8))
        try broker.say("nd/v1/d/s/c/g/cam/fb/01K3A7PZZK3V0D2Q4T6Y8B1CXN", "{\"a\":1}")
        let feedback = await messages.next()
        #expect(feedback?.topic.kind == .feedback && feedback?.responseTopic == nil && feedback?.correlation == [])
        await link.close()
        #expect(await messages.next() == nil)
    }

    @Test func `what came while the box was away is there when it is back`() async throws {
        let broker = try await Broker()
        let settings = broker.settings { $0.subscriptions = [command] }
        let first = try await MQTTLink.connected(settings)
        await broker.transcript.waits(for: "Sending SUBACK to \(settings.clientID)")
        await first.close()
        try broker.say(command, "while away")
        let second = try await MQTTLink.connected(settings)
        var messages = second.messages.makeAsyncIterator()
        #expect(await messages.next()?.payload == Array("while away".utf8))
        await second.close()
    }

    @Test func `what is too long, or at no topic of ours, is counted and not taken`() async throws {
        let broker = try await Broker()
        let link = try await link(broker, ["nd/#"])
        let folder = ScratchFolder()
        for (name, bytes) in [("100k", 100_000), ("10M", 10_000_000)] {
            try Data(count: bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name))
            try CommandLine.run(
                "mosquitto_pub",
                ["-V", "mqttv5", "-p", "\(broker.port)", "-q", "1", "-t", command, "-f", folder.path + "/" + name]
            )
        }
        try broker.say(command, "{}", ["-D", "publish", "correlation-data", String(repeating: "4", count: 2000)])
        try broker.say("nd/v1/too/short", "x")
        try broker.say("nd/v1/D/s/c/g/cam/cmd/snapshot", "capital")
        try broker.say(command, "good")
        var messages = link.messages.makeAsyncIterator()
        #expect(await messages.next()?.payload == Array("good".utf8))
        // The 10 MB never left the broker: the link told it that it takes no such packet.
        #expect(link.condition.droppedMessages == 4)
        #expect(link.condition.isConnected && link.condition.connections == 1)
        await link.close()
    }

    @Test func `a flood is bounded and counted`() async throws {
        let broker = try await Broker(["allow_anonymous true", "max_queued_messages 100000"])
        let link = try await link(broker)
        let folder = ScratchFolder()
        let lines = (1...1500).map { "\($0)\n" }.joined()
        try lines.write(toFile: folder.path + "/lines", atomically: true, encoding: .utf8)
        try CommandLine.run(
            "sh",
            ["-c", "mosquitto_pub -V mqttv5 -p \(broker.port) -q 1 -t \(command) -l < '\(folder.path)/lines'"]
        )
        // The last one is behind all others: the broker keeps the order of a topic.
        try broker.say("nd/v1/d/s/c/g/cam/state/mark", "end")
        await link.waits { $0.droppedMessages == 1244 }
        var messages = link.messages.makeAsyncIterator()
        var texts: [String] = []
        while texts.count < 256, let message = await messages.next() {
            texts.append(String(decoding: message.payload, as: UTF8.self))
        }
        #expect(texts == (1...256).map(String.init))
        #expect(link.condition.droppedMessages == 1244 && link.condition.isConnected)
        await link.close()
    }
}
