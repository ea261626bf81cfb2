import Foundation
import NeuronBus
import NeuronCore

/// A mosquitto of Debian on a port of its own, with its own folder; it ends with its owner.
final class Broker: Sendable {
    let port: Int
    let folder: ScratchFolder
    private let process: LocalProcess

    /// Starts a broker and waits until it listens.
    ///
    /// - Parameters:
    ///   - lines: more lines of its configuration; `FOLDER` in them is its folder.
    ///   - port: a port that an earlier one had; a free one unless given.
    ///   - folder: a folder that an earlier one had; a new one unless given.
    /// - Throws: if it cannot be started.
    init(_ lines: [String] = ["allow_anonymous true"], port: Int? = nil, folder: ScratchFolder? = nil) async throws {
        let folder = folder ?? ScratchFolder()
        let port = try port ?? LocalProcess.freePort()
        let text = ["listener \(port) 127.0.0.1", "user root", "log_type all"] + lines
        let path = folder.path + "/mosquitto.conf"
        try text.joined(separator: "\n").replacingOccurrences(of: "FOLDER", with: folder.path)
            .write(toFile: path, atomically: true, encoding: .utf8)
        process = try LocalProcess("mosquitto", ["-c", path])
        self.port = port
        self.folder = folder
        await process.transcript.waits(for: "running")
    }

    /// What it logs.
    var transcript: Transcript { process.transcript }

    func kill() { process.kill() }
    func stop() { process.stop() }
    func pause() { process.halt() }
    func resume() { process.signal(SIGCONT) }

    /// Settings of a link to it, with a client id of its own.
    func settings(_ change: (inout MQTTSettings) -> Void = { _ in }) -> MQTTSettings {
        var settings = MQTTSettings(host: "127.0.0.1", port: port, clientID: "box-\(UUID().uuidString)")
        settings.keepalive = .seconds(5)
        change(&settings)
        return settings
    }

    /// An independent subscriber, mosquitto_sub, that is subscribed when this returns; it prints `topic retained hex`.
    func subscriber(_ filter: String = "nd/#", _ arguments: [String] = []) async throws -> LocalProcess {
        let id = "reader-\(UUID().uuidString)"
        let subscriber = try LocalProcess(
            "stdbuf",
            [
                "-oL", "mosquitto_sub", "-V", "mqttv5", "-p", "\(port)", "-i", id, "-q", "1", "-t", filter, "-F",
                "%t %r %x",
            ]
                + arguments
        )
        await transcript.waits(for: "Sending SUBACK to \(id)")
        return subscriber
    }

    /// Says something with mosquitto_pub, an independent publisher.
    func say(_ topic: String, _ text: String, _ arguments: [String] = []) throws {
        let publisher = try LocalProcess(
            "mosquitto_pub",
            ["-V", "mqttv5", "-p", "\(port)", "-q", "1", "-t", topic, "-m", text] + arguments
        )
        publisher.wait()
    }
}

extension LocalProcess {
    /// The lines of a subscriber, without its own complaints.
    var received: [Received] { transcript.lines.compactMap(Received.init) }

    /// Waits until a subscriber has this many messages, and gives them.
    func messages(_ count: Int) async -> [Received] {
        await transcript.waits { $0.count >= count && $0.compactMap(Received.init).count >= count }
        return received
    }
}

/// A message as mosquitto_sub saw it.
struct Received: Hashable {
    var topic: String
    var isRetained: Bool
    var payload: [UInt8]

    var text: String { String(decoding: payload, as: UTF8.self) }

    init?(_ line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, ["0", "1"].contains(words[1]) else { return nil }
        topic = String(words[0])
        isRetained = words[1] == "1"
        let digits = Array(words[2])
        payload = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}

extension MQTTLink {
    /// A link that is open and, after this, connected.
    static func connected(_ settings: MQTTSettings, clock: any NeuronClock = SystemClock()) async throws -> MQTTLink {
        let link = try MQTTLink(settings, clock: clock)
        try await link.open()
        await link.waits { $0.isConnected }
        return link
    }

    /// Returns when the condition is as wanted; the time limit of the test bounds the wait.
    func waits(until test: (LinkCondition) -> Bool) async {
        while !test(condition) { try? await Task.sleep(for: .milliseconds(10)) }
    }

    /// The first reason for having no connection that satisfies a condition.
    func failure(_ test: (String) -> Bool = { _ in true }) async -> String {
        await waits { $0.lastFailure.map(test) == true }
        return condition.lastFailure ?? ""
    }
}
