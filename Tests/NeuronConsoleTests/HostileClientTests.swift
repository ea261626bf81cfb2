import Glibc
import NeuronConsole
import NeuronCore
import NeuronTestSupport
import Synchronization
import Testing

/// Clients that mean harm, against the real server.
@Suite(.serialized, .timeLimit(.minutes(10))) struct HostileClientTests {
    private static let head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"

    @Test func `a head that never ends is cut off, and others are served meanwhile`() async throws {
        try await ConsoleRig.serve(limits: .with { $0.idle = .milliseconds(600) }) { (rig) async throws in
            let port = rig.port
            async let slow = blocking { () -> Bool in
                guard let client = RawClient(port: port) else { return false }
                client.send(Self.head)
                // A header line every 100 ms keeps the socket busy, and the head open.
                for line in 0..<2000 {
                    client.send("X-Slow-\(line): 1\r\n")
                    if client.read(within: 0.1).isClosed { return true }
                }
                return false
            }
            #expect(try await rig.ask("GET", "/healthz").status == 200)
            #expect(await slow)
        }
    }

    @Test func `a body that drips is given up in time and closed`() async throws {
        try await ConsoleRig.serve(limits: .with { $0.body = .milliseconds(500) }) { (rig) async throws in
            let port = rig.port
            let (bytes, isClosed) = await blocking { () -> ([UInt8], Bool) in
                guard let client = RawClient(port: port) else { return ([], false) }
                client.send(
                    "POST /api/v1/alerts/\(StubFeed.alertID)/ack HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n"
                )
                var bytes: [UInt8] = []
                // Ends when it is closed: other tests may hold up the server.
                for _ in 0..<2000 {
                    client.send(" ")
                    let part = client.read(within: 0.1)
                    bytes += part.bytes
                    if part.isClosed { return (bytes, true) }
                }
                return (bytes, false)
            }
            #expect(isClosed)
            #expect(RawAnswer(bytes)?.status == 408)
        }
    }

    @Test func `a body after a refusal is not waited for`() async throws {
        // With a patience that would outlast the test, the refusal alone can have closed it.
        try await ConsoleRig.serve(limits: .with { $0.idle = .seconds(600) }) { (rig) async throws in
            let port = rig.port
            let (bytes, isClosed) = await blocking { () -> ([UInt8], Bool) in
                guard let client = RawClient(port: port) else { return ([], false) }
                client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n")
                return client.read(within: 60)
            }
            #expect(isClosed)
            #expect(RawAnswer(bytes)?.status == 400)
        }
    }

    @Test func `a thousand connections leave room for one who asks`() async throws {
        try await ConsoleRig.serve(limits: .with { $0.connections = 48 }) { (rig) async throws in
            let port = rig.port
            let crowd = await blocking { (0..<1000).compactMap { _ in RawClient(port: port) } }
            #expect(crowd.count == 1000)
            #expect(try await rig.ask("GET", "/api/v1/box").status == 200)
            #expect(try await rig.metric("neurond_console_connections") <= 49)
            #expect(try await rig.metric("neurond_console_evicted_total") >= 900)
            withExtendedLifetime(crowd) {}
        }
    }

    @Test func `who follows events and reads nothing is cut off, and its place is free again`() async throws {
        let line = Array("{\"a\":\"\(String(repeating: "x", count: 16 << 10))\"}".utf8)
        let feed = StubFeed(stream: (0..<32).map { .alert(row: $0, line: line) }, isEndless: true)
        try await ConsoleRig.serve(
            feed,
            limits: .with {
                $0.eventStreams = 1
                $0.stalled = .milliseconds(500)
            }
        ) { (rig) async throws in
            let port = rig.port
            let deaf = await blocking { () -> RawClient? in
                let client = RawClient(port: port)
                client?.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return client
            }
            #expect(try await Self.becomes { try await rig.metric("neurond_console_stalled_total") == 1 })
            #expect(try await Self.becomes { try await rig.metric("neurond_console_event_streams") == 0 })
            withExtendedLifetime(deaf) {}
        }
    }

    @Test func `the system lets go of a client that has vanished without a word`() async throws {
        try await ConsoleRig.serve(limits: .with { $0.stalled = .seconds(7) }) { (rig) async throws in
            let port = rig.port
            let client = await blocking { () -> RawClient? in
                let client = RawClient(port: port)
                client?.send(Self.head + "\r\n")
                _ = client?.read(until: RawAnswer.isWhole)
                return client
            }
            // The server runs in this process, so its end of the connection is one of our sockets.
            let ends = (3..<4096).filter { Self.localPort(of: $0) == port && Self.option($0, SO_ACCEPTCONN) == 0 }
            #expect(ends.count == 1)
            for end in ends {
                #expect(Self.option(end, TCP_USER_TIMEOUT, Int32(IPPROTO_TCP)) == 7000)
                #expect(Self.option(end, SO_KEEPALIVE) == 1)
                #expect(Self.option(end, TCP_KEEPIDLE, Int32(IPPROTO_TCP)) == 7)
            }
            withExtendedLifetime(client) {}
        }
    }

    private static func localPort(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return status == 0 && address.sin_family == AF_INET ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    private static func option(_ descriptor: Int32, _ name: Int32, _ level: Int32 = SOL_SOCKET) -> Int32? {
        var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(descriptor, level, name, &value, &size) == 0 ? value : nil
    }

    @Test func `followers beyond the limit are turned away, and a place is free when one goes`() async throws {
        try await ConsoleRig.serve(limits: .with { $0.eventStreams = 2 }) { (rig) async throws in
            let port = rig.port
            let followers = await blocking {
                (0..<2).compactMap { _ -> RawClient? in
                    let client = RawClient(port: port)
                    client?.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    _ = client?.read(within: 10) { RawAnswer.headEnd(in: $0) != nil }
                    return client
                }
            }
            #expect(followers.count == 2)
            let refused = try await rig.ask("GET", "/api/v1/events")
            #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
            shutdown(followers[0].descriptor, Int32(SHUT_RDWR))
            #expect(try await Self.becomes { try await rig.metric("neurond_console_event_streams") == 1 })
            withExtendedLifetime(followers) {}
        }
    }

    @Test func `giant heads and bodies are refused`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let long = String(repeating: "a", count: 40 << 10)
            let many = (0..<200).map { "X-\($0): 1\r\n" }.joined()
            for head in ["X-Long: \(long)\r\n", many] {
                let answer = try await rig.ask(raw: Self.head + head + "\r\n")
                #expect(answer.status == 400)
            }
            #expect(try await rig.ask("GET", "/" + long).status == 400)
            let body = String(repeating: " ", count: 20 << 10)
            #expect(try await rig.post("/api/v1/alerts/\(StubFeed.alertID)/ack", body).status == 413)
            let yaml = String(repeating: "#", count: (1 << 20) + 1)
            #expect(try await rig.ask("POST", "/api/v1/configuration/check", body: yaml).status == 413)
        }
    }

    @Test func `a body of pieces that never end is refused at its limit`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let piece = "1000\r\n" + String(repeating: " ", count: 4096) + "\r\n"
            let answer = try await rig.ask(
                raw: "POST /api/v1/alerts/\(StubFeed.alertID)/ack HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: piece, count: 8)
            )
            #expect(answer.status == 413)
        }
    }

    @Test func `a request whose end two readers would see at two places is refused`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let answer = try await rig.ask(
                raw: "POST /api/v1/configuration/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/box HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            #expect(answer.status == 400)
        }
    }

    @Test(arguments: [
        "\u{16}\u{03}\u{01}\u{02}\u{00}\r\n\r\n", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n\r\n\r\n",
    ])
    func `what is no HTTP harms nobody`(bytes: String) async throws {
        try await ConsoleRig.serve(limits: .with { $0.idle = .milliseconds(500) }) { (rig) async throws in
            let port = rig.port
            let isClosed = await blocking { () -> Bool in
                guard let client = RawClient(port: port) else { return false }
                client.send(bytes)
                return client.read(within: 10).isClosed
            }
            #expect(isClosed)
            #expect(try await rig.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `a stop is not held up by who keeps a connection`() async throws {
        let clock = ContinuousClock()
        let start = Mutex(clock.now)
        try await ConsoleRig.serve { (rig) async throws in
            let port = rig.port
            let held = await blocking {
                ["GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /h", ""].compactMap {
                    text -> RawClient? in
                    let client = RawClient(port: port)
                    client?.send(text)
                    return client
                }
            }
            #expect(held.count == 3)
            #expect(try await Self.becomes { try await rig.metric("neurond_console_event_streams") == 1 })
            start.withLock { $0 = clock.now }
            Self.kept.withLock { $0 = held }
        }
        #expect(clock.now - start.withLock { $0 } < .seconds(5))
        Self.kept.withLock { $0 = [] }
    }

    /// Connections that outlive their server.
    private static let kept = Mutex<[RawClient]>([])

    /// Asks until it is so.
    static func becomes(_ isSo: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<500 where try await !isSo() { try await Task.sleep(for: .milliseconds(20)) }
        return try await isSo()
    }
}
