import CNATS
import Glibc
import NeuronCore
import Synchronization
import Testing

@testable import NeuronBus

/// The end of a connection, and what libnats 3.4.1 makes of it.
@Suite(.timeLimit(.minutes(5)))
struct NATSSessionTests {
    private func session(_ settings: NATSSettings) throws -> NATSSession {
        let board = SessionBoard(stream: settings.stream, inbox: NATSInbox(link: "nats") {}) { _ in }
        return try NATSSession(settings, server: try ServerAddress(settings.servers[0]), board: board)
    }

    @Test func `an answer under way is waited for before the connection is closed`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.subscriptions = ["nd/v1/d1/s1/c1/g1/cam1/fb/+"]
        let session = try session(settings)
        #expect(await onOwnThread(named: "streams") { session.provideStreams() } == [])
        let process = server.process
        let complaints = Mutex<[String]?>(nil)
        // On threads of their own: a task among those of all tests may wait for longer than a request does.
        await onOwnThread(named: "end") {
            process.halt()
            let request = DedicatedThread(name: "request") {
                let said = session.provideConsumers()
                complaints.withLock { $0 = said }
            }
            while session.requests.condition.underWay == 0, complaints.withLock({ $0 == nil }) { sched_yield() }
            let end = DedicatedThread(name: "close") { session.close(patience: .seconds(60)) }
            while !session.requests.condition.isClosed { sched_yield() }
            process.signal(SIGCONT)
            request.join()
            end.join()
        }
        #expect(complaints.withLock { $0 } == [])
        #expect(session.board.end != nil)
    }

    @Test func `a link that was closed takes no connection that comes late`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let session = try session(server.settings())
        let holder = SessionHolder()
        #expect(holder.hold(session) && holder.session != nil)
        await holder.end(thread: "end")
        let late = try self.session(server.settings())
        await holder.finish(thread: "end")
        #expect(!holder.hold(late) && holder.session == nil)
    }

    @Test func `a server that freezes while it shakes hands holds up no end`() async throws {
        let server = try HandshakeServer()
        let link = NATSLink(NATSSettings(client: "box-0007", servers: ["tls://127.0.0.1:\(server.port)"]))
        try await link.open()
        #expect(await onOwnThread(named: "server") { server.greet() })
        await link.close()
        #expect(!link.condition.isConnected)
        withExtendedLifetime(server) {}
    }

    @Test func `a server that takes no more bytes gets every event whole over the next connection`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        // More than the buffers of a connection hold.
        var settings = server.settings(window: 400)
        settings.patience = .seconds(60)
        let session = try session(settings)
        _ = await onOwnThread(named: "streams") { session.provideStreams() }
        let alerts = (1...400).map { busAlert($0, bytes: 60_000) }
        let events = alerts.map { alert in
            let subject = "nd.v1.d1.s1.c1.g1.cam1.evt.motion"
            return NATSEvent(row: alert.row, id: alert.id, subject: subject, body: alert.body, needsReceipt: false)
        }
        server.process.halt()
        let window = await session.deliver(events)
        #expect(window.report.delivered.isEmpty && window.report.failure != nil)
        #expect(session.board.end != nil)
        server.process.signal(SIGCONT)
        let link = NATSLink(settings)
        try await link.openAndWait()
        try await BacklogDriver(alerts, link).deliver(until: 400)
        await link.close()
        let stored = try server.stored().map(\.data)
        #expect(stored.count == 400 && Set(stored) == Set(alerts.map { String(decoding: $0.body, as: UTF8.self) }))
    }

    @Test func `a server that does not answer holds up the end for a moment only`() {
        let gate = RequestGate()
        let status = gate.pass {
            #expect(gate.close(within: .milliseconds(1)))
            #expect(gate.condition == (underWay: 1, isClosed: true))
            return NATS_TIMEOUT
        }
        #expect(status == NATS_TIMEOUT && gate.condition.underWay == 0)
    }

    @Test func `an answer that was given up may still come`() {
        let gate = RequestGate()
        #expect(gate.pass { NATS_TIMEOUT } == NATS_TIMEOUT)
        #expect(gate.pass { NATS_OK } == NATS_OK)
        #expect(gate.close(within: .seconds(60)))
    }

    @Test func `nothing is asked any more over a connection that is being closed`() {
        let gate = RequestGate()
        #expect(gate.pass { NATS_OK } == NATS_OK)
        #expect(!gate.close(within: .seconds(60)))
        #expect(gate.pass { NATS_OK } == NATS_CONNECTION_CLOSED)
        #expect(!gate.close(within: .seconds(60)))
        #expect(gate.condition.underWay == 0)
    }
}
