import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

/// How a link lives with a real mosquitto that comes, goes, stops and starts.
@Suite(.timeLimit(.minutes(10))) struct MQTTLinkTests {
    private let online = "nd/v1/d/s/c/g/box/state/online"

    @Test func `the broker says online while the link is there and offline when it has left`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber(online)
        let link = try await MQTTLink.connected(broker.settings { $0.willTopic = online })
        #expect(await reader.messages(1).map(\.text) == ["online"])
        await link.close()
        #expect(await reader.messages(2).map(\.text) == ["online", "offline"])
        let late = try await broker.subscriber(online)
        #expect(await late.messages(1) == [Received("\(online) 1 6f66666c696e65")])
        #expect(!link.condition.isConnected)
    }

    @Test func `after a kill of the broker all that was not acknowledged arrives, in order of its alerts`() async throws
    {
        let folder = ScratchFolder()
        var broker = try await Broker(folder: folder)
        let port = broker.port
        var reader = try await broker.subscriber()
        let link = try await MQTTLink.connected(broker.settings { $0.willTopic = online })
        var received: [Received] = []
        var rounds = 0
        var pending = (1...200).map { event($0, "motion.updated", bytes: 600) }[...]
        while !pending.isEmpty {
            if rounds == 4 {
                // The broker's word to us may be faster than its word to the reader.
                await reader.transcript.waits(for: Data(event(80, "motion.updated", bytes: 600).body).hexadecimal)
                received += reader.received
                broker.kill()
                await link.waits { !$0.isConnected }
                await #expect(throws: MQTTError.self) { try await link.deliver(Array(pending.prefix(20))) }
                broker = try await Broker(port: port, folder: folder)
                reader = try await broker.subscriber()
                await link.waits { $0.isConnected }
            }
            rounds += 1
            let report = try await link.deliver(Array(pending.prefix(20)))
            #expect(report.delivered.count == 20)
            pending = pending.dropFirst(report.delivered.count)
        }
        await reader.transcript.waits(for: Data(event(200, "motion.updated", bytes: 600).body).hexadecimal)
        received += reader.received
        let bodies = received.filter { $0.topic.contains("/evt/") }.map(\.payload)
        #expect(bodies == (1...200).map { event($0, "motion.updated", bytes: 600).body })
        #expect(link.condition.connections == 2)
        #expect(link.condition.lastFailure?.contains("127.0.0.1:\(port)") == true)
        await link.close()
    }

    @Test func `a broker that appears late is found, and waiting costs hardly any time`() async throws {
        let port = try LocalProcess.freePort()
        let settings = MQTTSettings(name: "late", host: "127.0.0.1", port: port, clientID: "late-\(port)")
        let link = try MQTTLink(settings, clock: SystemClock())
        try await link.open()
        let first = await link.failure { $0.contains("Connection refused") }
        #expect(first.contains("mqtt://127.0.0.1:\(port)") && first.contains("is it running"))
        let broker = try await Broker(port: port)
        await link.waits { $0.isConnected }
        #expect(try ticks(ofThread: "mqtt-late") < 10)
        #expect(link.condition.connections == 1)
        await link.close()
        broker.stop()
    }

    @Test func `a broker that stands still is noticed, and what it did not acknowledge is sent again`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber("nd/v1/+/+/+/+/+/evt/+")
        let link = try await MQTTLink.connected(broker.settings { $0.patience = .seconds(60) })
        broker.pause()
        // With nothing but the keepalive of 5 s to notice it.
        let report = try await link.deliver([event(1, "motion.started")])
        #expect(report.delivered.isEmpty && report.failure?.contains("no longer answers") == true, "\(report)")
        #expect(!link.condition.isConnected)
        broker.resume()
        await link.waits { $0.isConnected }
        #expect(try await link.deliver([event(1, "motion.started")]).delivered == [1])
        // The broker has read the first attempt too: at least once, and the same bytes.
        let texts = await reader.messages(1).map(\.text)
        #expect(Set(texts) == [#"{"id":"1"}"#])
        await link.close()
    }

    @Test func `acknowledgements that do not come in time give the connection up`() async throws {
        let broker = try await Broker()
        let reader = try await broker.subscriber("nd/v1/+/+/+/+/+/evt/+")
        let link = try await MQTTLink.connected(broker.settings { $0.patience = .milliseconds(300) })
        broker.pause()
        let report = try await link.deliver([event(1, "motion.started"), event(2, "motion.started")])
        #expect(report.delivered.isEmpty)
        #expect(report.failure?.contains("did not acknowledge 2 messages within 300 ms") == true, "\(report)")
        broker.resume()
        await link.waits { $0.isConnected }
        #expect(try await link.deliver([event(3, "motion.started")]).delivered == [3])
        #expect(await reader.messages(3).count >= 3)
        await link.close()
    }

    @Test func `a second client of the same name is named as the reason`() async throws {
        let broker = try await Broker()
        let settings = broker.settings()
        let link = try await MQTTLink.connected(settings)
        let rival = try await MQTTLink.connected(settings)
        await link.waits { !$0.isConnected }
        #expect(link.condition.lastFailure?.contains("another client has the id") == true, "\(link.condition)")
        await rival.close()
        await link.close()
    }

    @Test func `a wrong password is told as such, and no text has it`() async throws {
        let folder = ScratchFolder()
        try CommandLine.run("mosquitto_passwd", ["-c", "-b", folder.path + "/passwd", "box", "right"])
        let broker = try await Broker(["allow_anonymous false", "password_file FOLDER/passwd"], folder: folder)
        let link = try MQTTLink(
            broker.settings { settings in
                settings.username = "box"
                settings.password = "sesame-7"
            },
            clock: SystemClock()
        )
        try await link.open()
        let text = await link.failure()
        #expect(text.contains("does not let this box in (0x8") && text.contains("check the sink's user and password"))
        #expect(!text.contains("sesame-7"))
        await link.close()
        let right = try await MQTTLink.connected(
            broker.settings { settings in
                settings.username = "box"
                settings.password = "right"
            }
        )
        #expect(right.condition.lastFailure == nil)
        await right.close()
    }

    @Test func `a name that nobody knows is told as such`() async throws {
        let link = try MQTTLink(
            MQTTSettings(host: "no-such-host.invalid", port: 1883, clientID: "a"),
            clock: SystemClock()
        )
        try await link.open()
        let text = await link.failure()
        #expect(text.contains("its name can't be looked up"), "\(text)")
        await link.close()
    }

    @Test func `something that takes the connection and says nothing is given up`() async throws {
        let listener = try MuteListener()
        var settings = MQTTSettings(host: "127.0.0.1", port: listener.port, clientID: "a")
        settings.greetingPatience = .milliseconds(300)
        let link = try MQTTLink(settings, clock: SystemClock())
        try await link.open()
        let text = await link.failure()
        #expect(text.contains("did not answer within 300 ms"), "\(text)")
        await link.close()
    }

    @Test func `a file that can not be read is an error at once`() async throws {
        var settings = MQTTSettings(host: "127.0.0.1", port: 1, clientID: "a")
        settings.tls = MQTTTLS(caFile: "/nowhere/ca.pem")
        let link = try MQTTLink(settings, clock: SystemClock())
        let error = await #expect(throws: MQTTError.self) { try await link.open() }
        #expect(error?.code == .unsuitable && error?.description.contains("/nowhere/ca.pem") == true)
        await link.close()
    }

    @Test func `a retained state is there for who comes later, until it is taken back`() async throws {
        let broker = try await Broker()
        let link = try await MQTTLink.connected(broker.settings())
        let topic = "nd/v1/d/s/c/g/cam/state/motion"
        try await link.publish(BusPublication(topic: topic, payload: Array("ON".utf8), isRetained: true))
        let reader = try await broker.subscriber(topic)
        #expect(await reader.messages(1) == [Received("\(topic) 1 4f4e")])
        try await link.publish(BusPublication(topic: topic, payload: [], isRetained: true))
        try await link.publish(BusPublication(topic: "nd/v1/d/s/c/g/cam/state/other", payload: [49], isRetained: true))
        let later = try await broker.subscriber("nd/v1/d/s/c/g/cam/state/+")
        #expect(await later.messages(1).map(\.topic) == ["nd/v1/d/s/c/g/cam/state/other"])
        await link.close()
    }

    @Test func `what can not be said is an error`() async throws {
        let folder = ScratchFolder()
        try "topic read nd/#\n".write(toFile: folder.path + "/acl", atomically: true, encoding: .utf8)
        let broker = try await Broker(["allow_anonymous true", "acl_file FOLDER/acl"], folder: folder)
        let link = try await MQTTLink.connected(broker.settings())
        for topic in ["nd/v1/d/s/c/g/cam/state/motion", "nd/#", ""] {
            let error = await #expect(throws: MQTTError.self) {
                try await link.publish(BusPublication(topic: topic, payload: [49], isRetained: true))
            }
            #expect(error?.code == .refused)
        }
        #expect(link.condition.isConnected)
        await link.close()
    }
}

/// The time that a thread of this process has used, in hundredths of a second.
private func ticks(ofThread name: String) throws -> Int {
    for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
        let path = "/proc/self/task/\(thread)"
        guard try String(contentsOfFile: path + "/comm", encoding: .utf8) == name + "\n" else { continue }
        let fields = try String(contentsOfFile: path + "/stat", encoding: .utf8).split(separator: " ")
        return (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)
    }
    Issue.record("no thread is named \(name)")
    return 0
}

extension Data {
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension CommandLine {
    /// Runs a program of the system to its end.
    static func run(_ name: String, _ arguments: [String]) throws {
        let process = try LocalProcess(name, arguments)
        #expect(process.wait() == 0, "\(name) \(arguments)")
    }
}
