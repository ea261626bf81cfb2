import Foundation
import NeuronBus
import NeuronCore
import Testing

@Suite(.timeLimit(.minutes(10)))
struct NATSLinkTests {
    @Test func `the same bytes arrive under the event's own id`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let alerts = (1...100).map { busAlert($0) }
        for start in stride(from: 0, to: 100, by: 50) {
            let report = try await link.deliver(Array(alerts[start..<start + 50]))
            #expect(report.delivered.sorted() == alerts[start..<start + 50].map(\.row))
            #expect(report.failure == nil)
        }
        await link.close()
        let stored = try server.stored()
        #expect(
            stored.map { Array($0.data.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
                == alerts.map(\.body).sorted { $0.lexicographicallyPrecedes($1) }
        )
        let first = try #require(stored.first { $0.data.contains(alerts[0].id) })
        #expect(first.subject == "nd.v1.d1.s1.c1.g1.cam1.evt.motion")
        #expect(first.headers["Content-Type"] == "application/cloudevents+json")
        #expect(first.headers["Nats-Msg-Id"] == alerts[0].id)
    }

    @Test func `an event that is sent again is stored once`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let alerts = (1...20).map { busAlert($0) }
        try await link.deliver(alerts)
        let report = try await link.deliver(alerts)
        #expect(report.delivered.sorted() == alerts.map(\.row))
        await link.close()
        #expect(try server.stored().count == 20)
    }

    @Test func `a server that is killed twice loses nothing and stores nothing twice`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let source = BacklogDriver((1...4000).map { busAlert($0) }, link)
        for round in 1...2 {
            try await source.deliver(until: round * 1300)
            // In the middle of a batch: it is on its way when the server dies.
            async let interrupted = source.deliverOne()
            server.process.kill()
            _ = try? await interrupted
            try await server.start()
        }
        try await source.deliver(until: 4000)
        #expect(link.condition.connections == 3)
        await link.close()
        let stored = try server.stored().map(\.headers["Nats-Msg-Id"])
        #expect(stored.count == 4000)
        #expect(Set(stored).count == 4000)
    }

    @Test func `a server that stands still is noticed, and gets everything when it goes on`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.patience = .milliseconds(300)
        let link = NATSLink(settings)
        try await link.openAndWait()
        server.process.halt()
        let alerts = (1...64).map { busAlert($0) }
        for _ in 1...3 {
            let report = try await link.deliver(alerts)
            #expect(report.delivered.isEmpty)
            #expect(report.failure?.contains("has not confirmed an event within") == true)
        }
        #expect(!link.condition.isConnected)
        server.process.signal(SIGCONT)
        let source = BacklogDriver(alerts, link)
        try await source.deliver(until: 64)
        #expect(link.condition.isConnected)
        #expect(link.condition.connections == 1)
        await link.close()
        #expect(try server.stored().count == 64)
    }

    @Test func `a server that comes late is found`() async throws {
        let port = try LocalProcess.freePort()
        var settings = NATSSettings(client: "box-0007", servers: ["nats://127.0.0.1:\(port)"])
        settings.maxBytes = 64 << 20
        let link = NATSLink(settings)
        try await link.open()
        while link.condition.lastFailure == nil { await Task.yield() }
        #expect(
            link.condition.lastFailure
                == "The NATS server nats://127.0.0.1:\(port) can't be reached: nobody listens there, or the host is not known."
        )
        let failure = await #expect(throws: NATSError.self) { try await link.deliver([busAlert(1)]) }
        #expect(failure?.code == .notConnected)
        let server = try await NATSServer(port: port)
        defer { server.process.kill() }
        for await _ in link.changes where link.condition.isConnected { break }
        try await link.deliver([busAlert(1)])
        await link.close()
        #expect(try server.stored().count == 1)
    }

    @Test func `a receipt is waited for, but not for a report of health`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.acknowledgement = .receipt
        let link = NATSLink(settings)
        try await link.openAndWait()
        let report = try await link.deliver([
            busAlert(1), busAlert(2, type: "org.neurond.health.report.v1"),
            busAlert(3, type: "org.neurond.light.changed.v1"), busAlert(4, type: "org.neurond.tamper.started.v1"),
        ])
        #expect(report.awaitingReceipt.sorted() == [1, 4])
        #expect(report.delivered.sorted() == [2, 3])
        await link.close()
    }

    @Test func `what can never be taken is refused and holds up nothing`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let report = try await link.deliver([
            busAlert(1, bytes: 100_000), busAlert(2, type: "com.example.thing"), busAlert(3, bytes: 2_000_000),
            busAlert(4),
        ])
        #expect(report.refused.map(\.row).sorted() == [1, 2, 3])
        #expect(report.delivered == [4])
        #expect(report.failure == nil)
        await link.close()
    }

    @Test func `a state is kept for who comes later, and taken back by an empty one`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let topic = "nd/v1/d1/s1/c1/g1/cam1/state/motion"
        for payload in ["OFF", "ON"] {
            let publication = BusPublication(topic: topic, payload: Array(payload.utf8), isRetained: true)
            try await link.publish(publication)
        }
        #expect(try server.stored(in: "ND_STATE").map(\.data) == ["ON"])
        try await link.publish(BusPublication(topic: topic, payload: [], isRetained: true))
        #expect(try server.stored(in: "ND_STATE").isEmpty)
        await link.close()
    }

    @Test func `an answer is heard by who listens`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let arguments = [NATSReader.path, "--server", "127.0.0.1:\(server.port)", "listen", "nd.v1.*.*.*.*.*.rsp.>"]
        let listener = try LocalProcess("python3", arguments)
        await listener.transcript.waits(for: "listening")
        let answer = BusPublication(topic: "nd/v1/d1/s1/c1/g1/cam1/rsp/01K3", payload: Array(#"{"ok":true}"#.utf8))
        try await link.publish(answer)
        await listener.transcript.waits(for: #"{\"ok\":true}"#)
        await #expect(throws: NATSError.self) {
            try await link.publish(BusPublication(topic: "a b/*", payload: []))
        }
        await #expect(throws: NATSError.self) {
            try await link.publish(BusPublication(topic: "elsewhere/state", payload: [], isRetained: true))
        }
        await link.close()
    }
}
