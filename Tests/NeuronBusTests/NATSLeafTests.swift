import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

/// The files of docs/bus.md, as they stand there: a box's server is a leaf of the hub's, whose stream sources the box's.
@Suite(.timeLimit(.minutes(10)))
struct NATSLeafTests {
    @Test func `the hub gets everything once, though hub and edge are killed on the way`() async throws {
        let pair = try await LeafPair()
        defer { pair.end() }
        let link = NATSLink(pair.edge.settings())
        try await link.openAndWait()
        try pair.hub.reader(["request", "$JS.API.STREAM.CREATE.ND_ALL", try Handbook.block("\"name\": \"ND_ALL\"")])
        let source = BacklogDriver((1...3000).map { busAlert($0) }, link)
        try await source.deliver(until: 1000)
        pair.hub.process.kill()
        try await source.deliver(until: 1500)
        pair.edge.process.kill()
        try await pair.edge.start()
        try await source.deliver(until: 2500)
        try await pair.hub.start()
        try await source.deliver(until: 3000)
        // Each look is a process of its own, which paces this; the time limit bounds it.
        while try pair.hub.count(in: "ND_ALL") < 3000 {}
        let (atEdge, atHub) = (try pair.edge.stored(), try pair.hub.stored(in: "ND_ALL"))
        #expect(atEdge.count == 3000)
        #expect(atHub.count == 3000)
        #expect(Set(atHub.map(\.data)) == Set(atEdge.map(\.data)))
        await link.close()
    }

    @Test func `a command from the hub is confirmed by the box's own stream`() async throws {
        let pair = try await LeafPair()
        defer { pair.end() }
        var settings = pair.edge.settings()
        settings.subscriptions = ["nd/v1/d1/s1/c1/g1/cam1/cmd/+"]
        let link = NATSLink(settings)
        try await link.openAndWait()
        let subject = "nd.v1.d1.s1.c1.g1.cam1.cmd.arm"
        var answer = ""
        // The box's interest is known at the hub a little after the link is up.
        while !answer.contains("ND_CMD") { answer = (try? pair.hub.reader(["store", subject], input: "arm")) ?? "" }
        #expect(answer.contains(#""domain":"box-0007""#))
        var reader = link.messages.makeAsyncIterator()
        #expect(await reader.next()?.payload == Array("arm".utf8))
        await link.close()
    }
}

/// The two servers of docs/bus.md.
private final class LeafPair {
    let edge: NATSServer
    let hub: NATSServer
    private let papers: Papers

    init() async throws {
        papers = try Papers(server: "DNS:localhost")
        let leafPort = try LocalProcess.freePort()
        let places = [
            "/etc/nats/hub.pem": papers.file("server.pem"), "/etc/nats/hub.key": papers.file("server.key"),
            "/etc/nats/box-0007.pem": papers.file("box-0007.pem"),
            "/etc/nats/box-0007.key": papers.file("box-0007.key"),
            "/etc/nats/ca.pem": papers.file("ca.pem"), "hub.example:7422": "localhost:\(leafPort)",
            "0.0.0.0:7422": "127.0.0.1:\(leafPort)", "/var/lib/nats-hub": "STORE", "/var/lib/nats": "STORE",
            "400GB": "1GB", "4GB": "1GB",
        ]
        func file(_ name: String, address: String) throws -> String {
            let text = try Handbook.block("# \(name)").replacingOccurrences(of: "listen: \"\(address)\"\n", with: "")
            return places.keys.sorted { $0.count > $1.count }.reduce(text) { text, place in
                text.replacingOccurrences(of: place, with: places[place] ?? place)
            }
        }
        hub = try await NATSServer(try file("hub.conf", address: "127.0.0.1:5222"))
        edge = try await NATSServer(try file("edge.conf", address: "127.0.0.1:4222"))
    }

    func end() {
        edge.process.kill()
        hub.process.kill()
    }
}

/// What docs/bus.md shows.
private enum Handbook {
    /// The fenced block that holds a text.
    static func block(_ text: String) throws -> String {
        let page = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/bus.md").path
        let parts = try String(contentsOfFile: page, encoding: .utf8).components(separatedBy: "\n```\n")
        return try #require(parts.first { $0.contains(text) && !$0.contains("## ") })
    }
}
