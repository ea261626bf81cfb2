import Dispatch
import NeuronConsole
import NeuronCore
import NeuronTestSupport
import Synchronization
import Testing

/// What a well-behaved client gets.
@Suite(.timeLimit(.minutes(10))) struct ConsoleRoutesTests {
    @Test func `what is not there is said as JSON`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let answer = try await rig.ask("GET", "/api/v1/nothing")
            #expect(answer.status == 404)
            #expect(answer.text == #"{"error":{"code":"notFound","message":"There is nothing under that path."}}"#)
            let refused = try await rig.ask("DELETE", "/api/v1/box")
            #expect(refused.status == 405 && refused.headers["allow"] == "GET, HEAD")
            #expect(try await rig.ask("GET", "/api/v1/cameras/none/tuning").status == 404)
            #expect(try await rig.ask("GET", "/api/v1/cameras/No%20Camera").status == 404)
        }
    }

    @Test func `texts of a camera cannot break out of the JSON`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let text = try await rig.ask("GET", "/api/v1/cameras").text
            #expect(text.contains(#""name":"Gate \"1\"\u000a\\""#), "\(text)")
        }
    }

    @Test(arguments: [
        "?limit=0", "?limit=201", "?limit=x", "?state=some", "?from=yesterday", "?to=1", "?before=../x",
        "?before=short", "?limit=", "?state=", "?from=", "?to=", "?before=", "?camera=", "?kind=",
        "?camera=No%20Camera",
        "?limit=5&limit=5", "?state=open&state=all", "?limit=%2B5", "?limit=05", "?from=2026-11-21%2008:00:00Z",
        "?from=2026-11-21T08:00:00+08:00", "?from=2026-11-21T08:00:60Z", "?to=1677-12-31T00:00:00Z", "?limit=%zz",
    ])
    func `a question that cannot be meant is refused`(query: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/alerts" + query).status == 400)
        }
    }

    @Test func `questions come as they were asked`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let query =
                "?state=open&camera=gate&kind=motion&limit=7&from=2026-11-21T08:00:00%2B08:00&before=\(StubFeed.alertID)"
            #expect(try await rig.ask("GET", "/api/v1/alerts" + query).status == 200)
            let asked = rig.feed.asked.withLock { $0[0] }
            for word in ["open", "gate", "motion", "limit: 7", "2026-11-21T00:00:00.000Z", StubFeed.alertID] {
                #expect(asked.contains(word), "\(asked)")
            }
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"by": ""}"#, #"{"by": 3}"#, #"{"by":"a","ifRevision":"x"}"#, "null",
        #"{"by":"a","ifRevision":0}"#, #"{"by":"a","ifRevision":2147483648}"#,
    ])
    func `an action that says nothing sensible is refused`(body: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.post("/api/v1/alerts/\(StubFeed.alertID)/ack", body).status == 400)
        }
    }

    @Test func `a member that nobody reads is named and nothing is done, and one that is null is none`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let path = "/api/v1/alerts/\(StubFeed.alertID)/ack"
            let misspelt = try await rig.post(path, #"{"by":"anna","ifRevison":3}"#)
            #expect(misspelt.status == 400 && misspelt.text.contains("`ifRevison` is unknown; known are `by`,"))
            let odd = try await rig.post(path, #"{"by":"anna","<script>":3}"#)
            #expect(odd.status == 400 && !odd.text.contains("script"))
            #expect(rig.feed.asked.withLock { $0.isEmpty })
            #expect(try await rig.post(path, #"{"by":"anna","note":null,"ifRevision":null}"#).status == 200)
        }
    }

    @Test(arguments: ["", "%2B5", "-0", "x", "1234567890123456789", "5,6"])
    func `a place that is no row is refused`(row: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/events", ["Last-Event-ID: \(row)"]).status == 400)
            #expect(try await rig.ask("GET", "/api/v1/events?lastEventId=\(row)").status == 400)
            #expect(rig.feed.asked.withLock { $0.isEmpty })
        }
    }

    @Test func `a deep nest of brackets does no harm`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let body = #"{"by":"# + String(repeating: "[", count: 8000) + String(repeating: "]", count: 8000) + "}"
            #expect(try await rig.post("/api/v1/alerts/\(StubFeed.alertID)/ack", body).status == 400)
        }
    }

    @Test func `an action is done, or refused with the reason`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let path = "/api/v1/alerts/\(StubFeed.alertID)"
            #expect(try await rig.post(path + "/handle", #"{"by":"anna"}"#).text.contains(StubFeed.alertID))
            #expect(try await rig.post(path + "/reopen", #"{"by":"anna"}"#).status == 409)
            #expect(try await rig.post(path + "/close", #"{"by":"anna"}"#).status == 400)
            #expect(try await rig.post(path + "/close", #"{"by":"anna","disposition":"test"}"#).status == 200)
            #expect(try await rig.post("/api/v1/alerts/01K3A7Q0W3AAAAAAAAAAAAAAAA/ack", #"{"by":"a"}"#).status == 404)
            #expect(try await rig.post("/api/v1/alerts/x/ack", #"{"by":"a"}"#).status == 404)
        }
    }

    @Test func `what an operator writes on two lines becomes one, and what is empty is not said`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let body = #"{"by":" anna\t","note":"on\r\nmy\u007fway\n","to":"","cause":"\n","tier":"street"}"#
            #expect(try await rig.post("/api/v1/alerts/\(StubFeed.alertID)/dispatch", body).status == 200)
            var action = AlertAction(.dispatch, by: "anna")
            (action.note, action.tier) = ("on  my way", "street")
            #expect(rig.feed.acted.withLock { $0 } == [action])
        }
    }

    @Test(arguments: [("by", 128), ("note", 500), ("to", 128), ("cause", 64)])
    func `a text of more characters than the desk takes is refused by its name`(name: String, longest: Int) async throws
    {
        try await ConsoleRig.serve { (rig) async throws in
            // Several bytes each, and one letter for a reader: no other count will do.
            let text = String(repeating: "e\u{301}", count: longest / 2)
            let path = "/api/v1/alerts/\(StubFeed.alertID)/ack"
            let by = name == "by" ? "" : #""by":"anna","#
            #expect(try await rig.post(path, "{\(by)\"\(name)\":\"\(text)\"}").status == 200)
            let answer = try await rig.post(path, "{\(by)\"\(name)\":\"\(text)x\"}")
            #expect(answer.status == 400)
            #expect(answer.text.contains("`\(name)` may have \(longest) characters, and this has \(longest + 1)."))
        }
    }

    @Test func `events come with their rows, and a follower goes on where it was`() async throws {
        let feed = StubFeed(stream: [
            .alert(row: 7, line: Array(#"{"a":1}"#.utf8)), .workflow(Array(#"{"b":2}"#.utf8)),
            .camera(StubFeed.camera()),
        ])
        try await ConsoleRig.serve(feed, limits: .with { $0.heartbeat = .milliseconds(100) }) { (rig) async throws in
            let port = rig.port
            let text = await blocking { () -> String in
                guard let client = RawClient(port: port) else { return "" }
                client.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 6\r\n\r\n")
                let bytes = client.read(within: 10) { String(decoding: $0, as: UTF8.self).contains(": \n\n") }.bytes
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(text.contains("Content-Type: text/event-stream\r\n"))
            #expect(text.contains("event: alert\nid: 7\ndata: {\"a\":1}\n\n"))
            #expect(text.contains("event: workflow\ndata: {\"b\":2}\n\n"))
            #expect(text.contains("event: camera\ndata: {\"id\":\"gate\""))
            #expect(text.contains(": \n\n"))
            #expect(rig.feed.asked.withLock { $0 } == ["events after 6"])
            #expect(try await rig.ask("GET", "/api/v1/events", ["Last-Event-ID: x"]).status == 400)
        }
    }

    @Test func `readiness is a status, with reasons for who asks for them`() async throws {
        try await ConsoleRig.serve(StubFeed(isReady: false)) { (rig) async throws in
            let plain = try await rig.ask("GET", "/readyz")
            #expect(plain.status == 503 && plain.text == "noCamera: Every camera is lost.\n")
            let json = try await rig.ask("GET", "/readyz", ["Accept: application/json"])
            #expect(json.text == #"{"ready":false,"reasons":[{"code":"noCamera","message":"Every camera is lost."}]}"#)
            #expect(try await rig.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `a day is a date`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/activity?day=2026-02-29").status == 400)
            let text = try await rig.ask("GET", "/api/v1/activity?day=2026-11-21").text
            #expect(
                text.hasPrefix(#"{"day":"2026-11-21","minutesPerBin":5,"cameras":[{"id":"gate","motionSeconds":[0.0,"#)
            )
            for query in ["day=", "day=2026-11-21&day=2026-11-22", "day=1969-12-31", "day=2262-01-01"] {
                #expect(try await rig.ask("GET", "/api/v1/activity?" + query).status == 400, "\(query)")
            }
        }
        let clock = HandClock()
        clock.advance(by: .seconds(10 * 86_400))
        try await ConsoleRig.serve(clock: clock) { (rig) async throws in
            let today = try await rig.ask("GET", "/api/v1/activity").text
            #expect(today.hasPrefix(#"{"day":"1970-01-11","#), "\(today.prefix(40))")
        }
    }

    @Test func `mistakes of a configuration come with their places`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let answer = try await rig.ask(
                "POST",
                "/api/v1/configuration/check",
                ["Content-Type: text/yaml"],
                body: "x"
            )
            #expect(answer.text == #"{"valid":false,"problems":[{"line":1,"column":2,"message":"No."}]}"#)
            #expect(try await rig.ask("GET", "/api/v1/configuration").status == 404)
        }
    }

    @Test func `configurations are checked at once up to a limit, and the next may come when one is done`() async throws
    {
        let (held, begun) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let feed = StubFeed {
            begun.signal()
            held.wait()
        }
        try await ConsoleRig.serve(feed, limits: .with { $0.checks = 1 }) { (rig) async throws in
            let path = "/api/v1/configuration/check"
            async let first = rig.ask("POST", path, body: "a: 1")
            await blocking { begun.wait() }
            let second = try await rig.ask("POST", path, body: "a: 1")
            #expect(second.status == 503 && second.headers["retry-after"] != nil)
            for _ in 0..<2 { held.signal() }
            #expect(try await first.status == 200)
            #expect(try await rig.ask("POST", path, body: "a: 1").status == 200)
        }
    }

    @Test(arguments: [CameraSnapshot.State.lost, .ended, .starting])
    func `nobody waits for the picture of a camera that shows none`(state: CameraSnapshot.State) async throws {
        let feed = StubFeed(pictures: NoPictures(), state: state)
        try await ConsoleRig.serve(feed, limits: .with { $0.pictureStreams = 1 }) { (rig) async throws in
            let answer = try await rig.ask("GET", "/api/v1/cameras/gate/picture.jpg")
            #expect(answer.status == 503 && answer.text.contains("The camera is lost"))
            #expect(answer.headers["retry-after"] == "10")
        }
    }

    @Test func `pictures come where there are some, and a reason where not`() async throws {
        try await ConsoleRig.serve(StubFeed(pictures: StubPictures())) { (rig) async throws in
            let picture = try await rig.ask("GET", "/api/v1/cameras/gate/picture.jpg?annotate=1")
            #expect(picture.status == 200 && picture.text == "jpeg annotated")
            #expect(picture.headers["content-type"] == "image/jpeg")
            #expect(try await rig.ask("GET", "/api/v1/cameras/gate/picture.jpg?annotate=2").status == 400)
            #expect(try await rig.ask("GET", "/api/v1/cameras/none/picture.jpg").status == 404)
            let port = rig.port
            let text = await blocking { () -> String in
                guard let client = RawClient(port: port) else { return "" }
                client.send("GET /api/v1/cameras/gate/live.mjpeg HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let bytes = client.read(within: 10) { String(decoding: $0, as: UTF8.self).contains("jpeg 2\r\n") }.bytes
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(text.contains("multipart/x-mixed-replace; boundary=neurond-picture"))
            #expect(text.contains("--neurond-picture\r\nContent-Type: image/jpeg\r\nContent-Length: 6\r\n"))
            #expect(text.contains("jpeg 1\r\n") && text.contains("jpeg 2\r\n"))
        }
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/cameras/gate/picture.jpg").status == 503)
            #expect(try await rig.ask("GET", "/api/v1/cameras/gate/live.mjpeg").status == 503)
        }
    }

    @Test func `requests one behind the other on a connection are answered in order`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let port = rig.port
            let text = await blocking { () -> String in
                guard let client = RawClient(port: port) else { return "" }
                let one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                let last = "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                client.send(String(repeating: one, count: 50) + last)
                return String(decoding: client.read(within: 10).bytes, as: UTF8.self)
            }
            #expect(text.split(separator: "HTTP/1.1 200").count == 50 && text.contains("HTTP/1.1 404"))
        }
    }

    @Test func `a port that is taken is waited for`() async throws {
        let waiting = Mutex<(server: ConsoleServer, task: Task<Void, any Error>, port: Int)?>(nil)
        try await ConsoleRig.serve { (first) async throws in
            let settings = ConsoleSettings(address: ConsoleAddress(port: first.port))
            let second = ConsoleServer(settings, feed: StubFeed(), logger: ConsoleRig.quiet)
            let task = Task { try await second.run() }
            waiting.withLock { $0 = (second, task, first.port) }
            #expect(try await first.ask("GET", "/healthz").status == 200)
        }
        let (server, task, port) = try #require(waiting.withLock { $0 })
        var ports = server.boundPorts.makeAsyncIterator()
        #expect(await ports.next() == port)
        task.cancel()
        try await task.value
    }
}

/// Pictures that never come: who waits for one waits for ever.
private struct NoPictures: LivePictureSource {
    func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture? {
        for await picture in pictures(of: camera, annotated: annotated) { return picture }
        return nil
    }

    func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture> {
        AsyncStream { _ in }
    }
}

/// Pictures whose bytes are words.
private struct StubPictures: LivePictureSource {
    func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture? {
        LivePicture(
            jpeg: Array("jpeg\(annotated ? " annotated" : "")".utf8),
            takenAt: .epoch,
            size: FrameSize(width: 1, height: 1)
        )
    }

    func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture> {
        let (stream, source) = AsyncStream.makeStream(of: LivePicture.self)
        for number in 1...2 {
            let size = FrameSize(width: 1, height: 1)
            source.yield(LivePicture(jpeg: Array("jpeg \(number)".utf8), takenAt: .epoch, size: size))
        }
        return stream
    }
}
