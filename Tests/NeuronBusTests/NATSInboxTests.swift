import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

@Suite(.timeLimit(.minutes(10)))
struct NATSInboxTests {
    private static let feedback = "nd.v1.d1.s1.c1.g1.cam1.fb.01K3A7PZZK3V0D2Q4T6Y8B1CXN"

    private static func settings(_ server: NATSServer) -> NATSSettings {
        var settings = server.settings()
        settings.subscriptions = ["nd/v1/d1/s1/c1/g1/cam1/fb/+", "nd/v1/d1/s1/c1/g1/cam1/cmd/+"]
        return settings
    }

    @Test func `feedback is received once, with where its answer goes`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(Self.settings(server))
        try await link.openAndWait()
        for number in 1...3 {
            let answers = "Nd-Response-Topic=nd.v1.d1.s1.c1.g1.cam1.rsp.\(number)"
            try server.reader(["store", Self.feedback], input: "feedback \(number)", options: ["--header", answers])
        }
        var reader = link.messages.makeAsyncIterator()
        for number in 1...3 {
            let message = try #require(await reader.next())
            #expect(message.payload == Array("feedback \(number)".utf8))
            #expect(message.topic.kind == .feedback)
            #expect(message.topic.subject == "d1/s1/c1/g1/cam1")
            #expect(message.responseTopic == "nd/v1/d1/s1/c1/g1/cam1/rsp/\(number)")
            #expect(message.link == "nats")
        }
        await link.close()
        #expect(await reader.next() == nil)
        // All three were confirmed: a box that comes back gets what is new and nothing else.
        let again = NATSLink(Self.settings(server))
        try await again.openAndWait()
        try server.reader(["store", Self.feedback], input: "feedback 4")
        var second = again.messages.makeAsyncIterator()
        #expect(await second.next()?.payload == Array("feedback 4".utf8))
        await again.close()
    }

    @Test func `what was said while the box was away waits for it`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(Self.settings(server))
        try await link.openAndWait()
        await link.close()
        try server.reader(["store", "nd.v1.d1.s1.c1.g1.cam1.cmd.arm"], input: "command")
        try server.reader(["store", "nd.v1.d1.s1.c1.g1.cam2.cmd.arm"], input: "somebody else's")
        let again = NATSLink(Self.settings(server))
        var reader = again.messages.makeAsyncIterator()
        try await again.openAndWait()
        #expect(await reader.next()?.payload == Array("command".utf8))
        await again.close()
        #expect(await reader.next() == nil)
    }

    @Test func `what was not handled when the box died comes again`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let stream = #"{"name":"ND_FB","subjects":["nd.v1.*.*.*.*.*.fb.>"],"storage":"file"}"#
        try server.reader(["request", "$JS.API.STREAM.CREATE.ND_FB", stream])
        let first = NATSLink(Self.settings(server))
        try await first.openAndWait()
        try server.reader(["store", Self.feedback], input: "feedback")
        var reader = first.messages.makeAsyncIterator()
        #expect(await reader.next()?.payload == Array("feedback".utf8))
        // The reader never asks for the next, as if it had died here.
        await first.close()
        let consumers = try server.reader(["request", "$JS.API.CONSUMER.LIST.ND_FB"])
        #expect(consumers.contains(#""num_ack_pending":1"#))
    }

    @Test func `hostile messages are counted and go away`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        // Without the limit of length that neurond's own stream has.
        let stream = #"{"name":"ND_FB","subjects":["nd.v1.*.*.*.*.*.fb.>"],"storage":"file"}"#
        try server.reader(["request", "$JS.API.STREAM.CREATE.ND_FB", stream])
        let link = NATSLink(Self.settings(server))
        try await link.openAndWait()
        try server.reader(["store", Self.feedback], input: String(repeating: "x", count: 500_000))
        try server.reader(["store", "nd.v1.d1.s1.c1.g1.cam1.fb.Straße"], input: "of no topic of ours")
        try server.reader(["publish", "_INBOX.neurond.box-0007"], input: "from nowhere")
        try server.reader(["store", Self.feedback], input: "{{{{ \u{0} not JSON")
        var reader = link.messages.makeAsyncIterator()
        #expect(await reader.next()?.payload == Array("{{{{ \u{0} not JSON".utf8))
        #expect(link.condition.droppedMessages == 2)
        #expect(link.condition.isConnected)
        await link.close()
    }

    @Test func `a box that is confined to its own camera hears its own, and nothing of the others`() async throws {
        let server = try await NATSServer(
            """
            jetstream { store_dir: "STORE" }
            authorization { users: [
                { user: "desk", password: "d" }
                { user: "box-0007", password: "b", permissions: {
                    publish: { allow: [
                        "nd.v1.d1.s1.c1.g1.cam1.evt.>", "$JS.ACK.ND_CMD.>"
                        "$JS.API.CONSUMER.CREATE.ND_CMD.*.nd.v1.d1.s1.c1.g1.cam1.cmd.*"
                    ] }
                    subscribe: { allow: "_INBOX.box-0007.>" }
                } }
            ] }
            """
        )
        defer { server.process.kill() }
        let desk = ["--user", "desk", "--password", "d"]
        for (name, kind) in [("ND_CMD", "cmd"), ("ND_EVT", "evt")] {
            let stream = #"{"name":"\#(name)","subjects":["nd.v1.*.*.*.*.*.\#(kind).>"],"storage":"file"}"#
            try server.reader(["request", "$JS.API.STREAM.CREATE.\(name)", stream], options: desk)
        }
        for camera in ["cam2", "cam1"] {
            try server.reader(["store", "nd.v1.d1.s1.c1.g1.\(camera).cmd.arm"], input: camera, options: desk)
        }
        var settings = server.settings()
        settings.subscriptions = ["nd/v1/d1/s1/c1/g1/cam1/cmd/+", "nd/v1/d1/s1/c1/g1/cam2/cmd/+"]
        (settings.username, settings.password, settings.managesStreams) = ("box-0007", "b", false)
        let link = NATSLink(settings)
        var reader = link.messages.makeAsyncIterator()
        try await link.openAndWait()
        #expect(await reader.next()?.payload == Array("cam1".utf8))
        #expect(try await link.deliver([busAlert(1)]).delivered == [1])
        let words = "Nothing can be received by nd/v1/d1/s1/c1/g1/cam2/cmd/+"
        while link.condition.lastFailure?.contains(words) != true { await Task.yield() }
        await link.close()
        #expect(await reader.next() == nil)
    }

    @Test func `a flood is bounded, and what does not fit comes later`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(Self.settings(server))
        try await link.openAndWait()
        let flood = (1...200).map { "PUB \(Self.feedback) \(String($0).utf8.count)\r\n\($0)\r\n" }.joined()
        try server.reader(["raw", "-"], input: flood)
        var reader = link.messages.makeAsyncIterator()
        var seen: Set<String> = []
        while seen.count < 200 {
            let message = try #require(await reader.next())
            seen.insert(String(decoding: message.payload, as: UTF8.self))
        }
        #expect(link.condition.droppedMessages == 0)
        await link.close()
    }
}
