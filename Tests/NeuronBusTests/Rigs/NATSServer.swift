import Foundation
import NeuronBus

/// A real nats-server with JetStream on the loopback, with its own folder; both go with it.
final class NATSServer {
    let port: Int
    let folder = ScratchFolder()
    private let configuration: String
    private(set) var process: LocalProcess

    /// Starts a server and waits until it serves.
    ///
    /// - Parameters:
    ///   - more: lines of its configuration beside the address; `STORE` is replaced by the folder of JetStream.
    ///   - port: a port of the loopback; nil for any that is free.
    /// - Throws: if it cannot be started.
    init(_ more: String = #"jetstream { store_dir: "STORE" }"#, port: Int? = nil) async throws {
        let port = try port ?? LocalProcess.freePort()
        self.port = port
        configuration = folder.path + "/nats.conf"
        let text = "listen: \"127.0.0.1:\(port)\"\n" + more.replacingOccurrences(of: "STORE", with: folder.path + "/js")
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        process = try LocalProcess("nats-server", ["-c", configuration])
        await process.transcript.waits(for: "Server is ready")
    }

    var address: String { "nats://127.0.0.1:\(port)" }

    /// Starts again on the same port with the same folder, after ``LocalProcess/kill()``.
    func start() async throws {
        process = try LocalProcess("nats-server", ["-c", configuration])
        await process.transcript.waits(for: "Server is ready")
    }

    /// Runs the independent reader to its end, with `options` before the action.
    @discardableResult
    func reader(_ arguments: [String], input: String? = nil, options: [String] = []) throws -> String {
        try NATSReader.run(["--server", "127.0.0.1:\(port)"] + options + arguments, input: input)
    }

    /// What a stream holds.
    func stored(in stream: String = "ND_EVT", options: [String] = []) throws -> [StoredMessage] {
        try reader(["read", stream], options: options).split(separator: "\n").map { line in
            try JSONDecoder().decode(StoredMessage.self, from: Data(line.utf8))
        }
    }

    /// How many messages a stream holds; none where there is no such stream.
    func count(in stream: String) throws -> Int {
        let answer = try reader(["request", "$JS.API.STREAM.INFO.\(stream)"])
        struct Info: Decodable {
            struct State: Decodable { var messages: Int }
            var state: State?
        }
        return try JSONDecoder().decode(Info.self, from: Data(answer.utf8)).state?.messages ?? 0
    }

    /// Settings of a link to this server.
    func settings(window: Int = 64) -> NATSSettings {
        var settings = NATSSettings(client: "box-0007", servers: [address])
        settings.window = window
        settings.maxBytes = 64 << 20
        return settings
    }
}

/// A message as the independent reader found it.
struct StoredMessage: Decodable {
    var sequence: Int
    var subject: String
    var headers: [String: String]
    var data: String
}

/// `Tests/Rigs/nats_reader.py`, which shares no code with us or with libnats.
enum NATSReader {
    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Rigs/nats_reader.py").path

    /// Runs it to its end and returns what it printed; its input goes through a file, so that it may be of any length.
    static func run(_ arguments: [String], input: String? = nil) throws -> String {
        let folder = ScratchFolder()
        let (given, said, complaint) = (folder.path + "/in", folder.path + "/out", folder.path + "/err")
        try (input ?? "").write(toFile: given, atomically: false, encoding: .utf8)
        let words = ([path] + arguments).map { "'" + $0.replacingOccurrences(of: "'", with: #"'\''"#) + "'" }
        let command = "/usr/bin/python3 \(words.joined(separator: " ")) <\(given) >\(said) 2>\(complaint)"
        guard system(command) == 0 else {
            throw Failure(description: try String(contentsOfFile: complaint, encoding: .utf8))
        }
        return try String(contentsOfFile: said, encoding: .utf8)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
