import Foundation
import NeuronCore
import NeuronTestSupport
import Testing

/// The console of a running daemon, with a real clip behind it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ConsoleDaemonTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func daemon(_ console: String = "{listen: \"127.0.0.1:0\"}") throws -> NeurondProcess {
        let text = """
            box: testbox
            state: \(folder.path)/state
            console: \(console)
            cameras:
              - {id: clip, source: \(FixtureLabel.path(of: "clips/two-walkers.mp4")), loop: true, lostAfter: 1s}
              - id: dead
                source: "rtsp://127.0.0.1:9/x"
                lostAfter: 100ms
                masks:
                  - {name: neighbour, polygon: [[0, 0], [1, 0], [1, 1]], privacy: true}
                  - {name: tree, polygon: [[0, 0], [1, 0], [0, 1]]}

            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    /// The port of a daemon that has said where it listens.
    private func port(of daemon: NeurondProcess) async throws -> Int {
        #expect(await daemon.waits(upTo: 60) { $0.errors.contains("console listen=") })
        let said = try #require(daemon.errors.firstMatch(of: /console listen=127\.0\.0\.1:([0-9]+)/))
        return try #require(Int(said.output.1))
    }

    private func ask(_ port: Int, _ request: String, _ headers: [String] = [], body: String? = nil) async throws
        -> RawAnswer
    {
        var lines = ["\(request) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        let bytes = await blocking { () -> [UInt8] in
            guard let client = RawClient(port: port) else { return [] }
            client.send(text)
            return client.read(within: 30, until: RawAnswer.isWhole).bytes
        }
        return try #require(RawAnswer(bytes), "\(request)")
    }

    private func metric(_ port: Int, _ series: String) async throws -> Double {
        let text = try await ask(port, "GET /metrics").text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(series + " ") }, "\(series)")
        return try #require(Double(line.split(separator: " ")[1]))
    }

    private func becomes(_ isSo: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<600 where try await !isSo() { try await Task.sleep(for: .milliseconds(100)) }
        return try await isSo()
    }

    private static let framesRead = #"neurond_camera_frames_read_total{camera="clip"}"#

    @Test func `an alert is seen, followed and answered over the console`() async throws {
        let daemon = try daemon()
        let port = try await port(of: daemon)
        let follower = try #require(RawClient(port: port))
        follower.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n")
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("motion.started") })
        let page = try await object(ask(port, "GET /api/v1/alerts?state=open&kind=motion&camera=clip"))
        let alert = try #require((page["alerts"] as? [[String: Any]])?.first)
        let id = try #require(alert["id"] as? String)
        #expect(alert["workflow"] as? String == "open" && alert["lastEvent"] is [String: Any])
        let json = ["Content-Type: application/json"]
        let path = "POST /api/v1/alerts/\(id)"
        let acknowledged = try await object(ask(port, path + "/ack", json, body: #"{"by":"anna","note":"looking"}"#))
        #expect(acknowledged["workflow"] as? String == "acknowledged" && acknowledged["note"] as? String == "looking")
        #expect(try await ask(port, path + "/reopen", json, body: #"{"by":"anna"}"#).status == 409)
        let said = await blocking {
            let bytes = follower.read(within: 20) { String(decoding: $0, as: UTF8.self).contains("event: workflow") }
                .bytes
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(said.contains("event: alert\nid: 1\ndata: {") && said.contains("motion.started"))
        let closing = try await ask(port, path + "/close", json, body: #"{"by":"anna","disposition":"falseAlarm"}"#)
        #expect(closing.status == 200)
        let whole = try await object(ask(port, "GET /api/v1/alerts/\(id)"))
        #expect((whole["history"] as? [[String: Any]])?.contains { $0["step"] as? String == "evaluated" } == true)
        let open = try await ask(port, "GET /api/v1/alerts?state=open").text
        #expect(!open.contains(id))
        let box = try await object(ask(port, "GET /api/v1/box"))
        #expect(box["box"] as? String == "testbox" && box["configuration"] is String)
        let day = try await object(ask(port, "GET /api/v1/activity"))
        let alerts = (day["cameras"] as? [[String: Any]])?.first { $0["id"] as? String == "clip" }?["alerts"] as? [Int]
        #expect(try #require(alerts).reduce(0, +) > 0)
        let dead = try await object(ask(port, "GET /api/v1/cameras/dead"))
        #expect((dead["masks"] as? [[String: Any]])?.map { $0["privacy"] as? Bool } == [true, false])
        let tuning = try await ask(port, "GET /api/v1/cameras/clip/tuning").text
        #expect(tuning.contains(#""passed":true"#) && tuning.contains(#""unit":"levels""#))
        #expect(daemon.stop().status == 0)
    }

    @Test func `cameras are read on while the console is attacked`() async throws {
        let daemon = try daemon()
        let port = try await port(of: daemon)
        #expect(try await becomes { try await metric(port, Self.framesRead) > 20 })
        let crowd = await blocking { () -> [RawClient] in
            (0..<600).compactMap { number in
                let client = RawClient(port: port)
                switch number % 4 {
                case 0: client?.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 0\r\n\r\n")
                case 1: client?.send("GET /api/v1/cam")
                case 2:
                    client?.send(
                        "POST /api/v1/alerts/x/ack HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{"
                    )
                default: break
                }
                return client
            }
        }
        let before = try await metric(port, Self.framesRead)
        #expect(try await becomes { try await metric(port, Self.framesRead) > before + 25 })
        #expect(try await metric(port, #"neurond_camera_frames_dropped_total{camera="clip",reason="overload"}"#) == 0)
        #expect(try await ask(port, "GET /media/../../../etc/passwd").status == 400)
        let lines = daemon.lines.count
        #expect(await daemon.waits(upTo: 60) { $0.lines.count > lines })
        let stop = daemon.stop()
        #expect(stop.status == 0, "\(stop.errors)")
        withExtendedLifetime(crowd) {}
    }

    @Test func `a configuration is checked byte by byte, as the command does`() async throws {
        let daemon = try daemon()
        let port = try await port(of: daemon)
        let head = "POST /api/v1/configuration/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
        let bytes = await blocking { () -> [UInt8] in
            guard let client = RawClient(port: port) else { return [] }
            client.send(Array(head.utf8) + Array("box: \"".utf8) + [0xFF] + Array("\"\n".utf8))
            return client.read(within: 30, until: RawAnswer.isWhole).bytes
        }
        let text = try #require(RawAnswer(bytes)).text
        #expect(text.contains(#""valid":false"#) && text.contains(#""line":1,"column":7"#), "\(text)")
        #expect(text.contains("isn't UTF-8"), "\(text)")
        #expect(daemon.stop().status == 0)
    }

    @Test func `a port that is taken is a warning, and the cameras are watched`() async throws {
        let first = try daemon()
        let port = try await port(of: first)
        let other = try TemporaryDirectory()
        let text = """
            state: \(other.path)/state
            console: {listen: "127.0.0.1:\(port)"}
            cameras: [{id: clip, source: \(FixtureLabel.path(of: "clips/two-walkers.mp4")), loop: true}]
            """
        let second = try NeurondProcess(["run", "--config", try other.write(text.utf8, to: "neurond.yaml")])
        #expect(await second.waits(upTo: 60) { $0.errors.contains("the console cannot listen at 127.0.0.1:\(port)") })
        #expect(await second.waits(upTo: 60) { $0.hasPrinted("motion.started") })
        #expect(second.stop().status == 0)
        #expect(first.stop().status == 0)
    }

    @Test func `the token stands in a file, and opens the console`() async throws {
        let token = try folder.write("a token of the operators\n".utf8, to: "token")
        let daemon = try daemon("{listen: \"127.0.0.1:0\", token: \(token)}")
        let port = try await port(of: daemon)
        #expect(try await ask(port, "GET /api/v1/box").status == 401)
        #expect(
            try await ask(port, "GET /api/v1/box", ["Authorization: Bearer a token of the operators"]).status == 200
        )
        #expect(try await ask(port, "GET /healthz").status == 200)
        #expect(!daemon.errors.contains("operators"))
        #expect(daemon.stop().status == 0)
    }

    @Test func `a token that cannot be read closes the console and nothing else`() async throws {
        let daemon = try daemon("{listen: \"0.0.0.0:0\", token: ./missing}")
        #expect(await daemon.waits(upTo: 60) { $0.errors.contains("the console is not served") })
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("camera.lost") })
        #expect(!daemon.errors.contains("console listen="))
        #expect(daemon.stop().status == 0)
    }

    private func object(_ answer: RawAnswer) throws -> [String: Any] {
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }
}
