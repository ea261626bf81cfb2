import CNATS
import Glibc
import NeuronCore
import Synchronization
import Testing

@testable import NeuronBus

/// The end of a connection, at which libnats 3.4.1 crashes where an answer comes at that moment.
@Suite(.timeLimit(.minutes(2)))
struct NATSSessionTests {
    @Test func `an answer under way is waited for before the connection is closed`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.subscriptions = ["nd/v1/d1/s1/c1/g1/cam1/fb/+"]
        let board = SessionBoard(stream: settings.stream, inbox: NATSInbox(link: "nats") {}) { _ in }
        let session = try NATSSession(settings, server: try ServerAddress(server.address), board: board)
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
            while session.requests.condition.underWay == 0 { sched_yield() }
            let end = DedicatedThread(name: "close") { session.close() }
            while !session.requests.condition.isClosed { sched_yield() }
            process.signal(SIGCONT)
            request.join()
            end.join()
        }
        #expect(complaints.withLock { $0 } == [])
        #expect(board.end != nil)
    }

    @Test func `a server that does not answer holds up the end for a moment only`() {
        let gate = RequestGate()
        let status = gate.pass {
            gate.close(within: .milliseconds(1))
            #expect(gate.condition == (underWay: 1, isClosed: true))
            return NATS_TIMEOUT
        }
        #expect(status == NATS_TIMEOUT && gate.condition.underWay == 0)
    }

    @Test func `nothing is asked any more over a connection that is being closed`() {
        let gate = RequestGate()
        #expect(gate.pass { NATS_OK } == NATS_OK)
        gate.close(within: .seconds(60))
        #expect(gate.pass { NATS_OK } == NATS_CONNECTION_CLOSED)
        gate.close(within: .seconds(60))
        #expect(gate.condition.underWay == 0)
    }
}
