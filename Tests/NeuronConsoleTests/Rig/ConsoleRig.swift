import Logging
import NeuronConsole
import NeuronCore
import NeuronTestSupport
import ServiceLifecycle
import Testing

/// A real server on a free port of this machine, with a feed that a test controls.
struct ConsoleRig: Sendable {
    let port: Int
    let feed: StubFeed

    /// Serves for as long as a test needs it.
    static func serve(
        _ feed: StubFeed = StubFeed(),
        token: String? = nil,
        hosts: [String] = [],
        limits: ConsoleLimits = ConsoleLimits(),
        clock: any NeuronClock = SystemClock(),
        _ test: @Sendable (ConsoleRig) async throws -> Void
    ) async throws {
        let address = ConsoleAddress(port: 0)
        let settings = ConsoleSettings(address: address, token: token, hosts: hosts, limits: limits)
        let server = ConsoleServer(settings, feed: feed, clock: clock, logger: quiet)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            var ports = server.boundPorts.makeAsyncIterator()
            let port = try #require(await ports.next())
            try await test(ConsoleRig(port: port, feed: feed))
            group.cancelAll()
        }
    }

    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// Sends bytes on a connection of their own and reads the answer.
    func ask(raw: String, within seconds: Double = 20) async throws -> RawAnswer {
        let port = port
        let bytes = await blocking { () -> [UInt8] in
            guard let client = RawClient(port: port) else { return [] }
            client.send(raw)
            return client.read(within: seconds, until: RawAnswer.isWhole).bytes
        }
        return try #require(RawAnswer(bytes), "\(String(decoding: bytes, as: UTF8.self))")
    }

    /// Asks as a well-behaved program does.
    func ask(
        _ method: String = "GET",
        _ path: String,
        host: String = "127.0.0.1",
        _ headers: [String] = [],
        body: String? = nil
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return try await ask(raw: lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    func post(_ path: String, _ body: String, _ headers: [String] = []) async throws -> RawAnswer {
        try await ask("POST", path, ["Content-Type: application/json"] + headers, body: body)
    }

    /// One value of the server's own metrics.
    func metric(_ name: String) async throws -> Double {
        let lines = try await ask("GET", "/metrics").text.split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name + " ") })
        return try #require(Double(line.split(separator: " ")[1]))
    }
}

extension ConsoleLimits {
    /// The usual limits but for what a test changes.
    static func with(_ change: (inout ConsoleLimits) -> Void) -> ConsoleLimits {
        var limits = ConsoleLimits()
        change(&limits)
        return limits
    }
}
