import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct ConfigurationReaderTests {
    @Test func `id and source of a camera are all that is needed`() throws {
        let read = try configuration("cameras:\n  - {id: gate, source: rtsp://10.0.0.21/stream1}\n")
        let id = try #require(SensorID("gate"))
        let camera = CameraConfiguration(id: id, source: SourceAddress("rtsp://10.0.0.21/stream1"))
        #expect(read == Configuration(cameras: [camera]))
        #expect(read.box == .unnamed)
        #expect(read.sinks.map(\.name) == ["jsonl", "stdout"])
    }

    @Test func `every setting arrives`() throws {
        let read = try configuration(fullText)
        #expect(read.box.rawValue == "box-0007")
        #expect(read.site == SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031"))
        #expect(read.stateDirectory == "/var/lib/neurond")
        #expect(read.outbox == OutboxConfiguration(capacity: ByteCount(bytes: 1_000_000_000), history: .seconds(5400)))
        #expect(read.log.level == .debug)
        let file = JSONLinesConfiguration(path: "/var/lib/neurond/a.jsonl", rotate: .kibibytes(512), keep: 2)
        #expect(read.sinks == [SinkConfiguration(name: "file", kind: .jsonl(file))])
        let camera = read.cameras[0]
        #expect(camera.name == "North gate")
        #expect(camera.credentials == .systemd("gate-north"))
        #expect(camera.transport == .udp)
        #expect(camera.sampling == .framesPerSecond(2.5))
        #expect(camera.site == SitePath(district: "d310104", street: "s009", community: "c012", grid: "g031"))
        #expect(camera.openTimeout == .milliseconds(1500))
        #expect(camera.readTimeout == .seconds(60))
        #expect(camera.lostAfter == .zero)
        #expect(camera.masks.map(\.name) == ["neighbour"])
        #expect(camera.masks[0].polygon.points[2] == RelativePoint(x: 0.2, y: 0.5))
    }

    private let fullText = """
        box: box-0007
        site: {district: d310104, street: s005, community: c012, grid: g031}
        state: /var/lib/neurond
        log: {level: debug}
        outbox: {capacity: 1GB, history: 1.5h}
        sinks: [{type: jsonl, name: file, path: a.jsonl, rotate: 512KiB, keep: 2}]
        cameras:
          - id: gate-north
            name: "North gate"
            source: 'rtsp://10.0.0.21/stream1'
            credentials: gate-north
            transport: udp
            sampling: {fps: 2.5}
            site: {street: s009}
            openTimeout: 1500ms
            readTimeout: 1 m
            lostAfter: 0s
            masks: [{name: neighbour, polygon: [[0, 0], [0.2, 0], [0.2, 0.5]]}]
        """

    @Test func `motion is inherited key by key, whatever the order in the file`() throws {
        let read = try configuration(
            """
            cameras:
              - id: a
                source: a.mp4
                zones:
                  - {name: gate, polygon: [[0, 0], [1, 0], [1, 1]], minimumArea: 5%}
                  - {name: tree, kind: exclude, polygon: [[0.5, 0.1], [0.9, 0.1], [0.9, 0.5]]}
                motion: {sensitivity: 7}
              - {id: b, source: b.mp4, motion: {enabled: false}}
            motion: {eventGap: 30s, sensitivity: low}
            """
        )
        let seven = try #require(Sensitivity(level: 7))
        #expect(read.cameras[0].motion == MotionConfiguration(sensitivity: seven, eventGap: .seconds(30)))
        #expect(
            read.cameras[1].motion == MotionConfiguration(isEnabled: false, sensitivity: .low, eventGap: .seconds(30))
        )
        let (gate, tree) = (read.cameras[0].zones[0], read.cameras[0].zones[1])
        #expect(gate.minimumArea == 0.05 && gate.sensitivity == seven && gate.eventGap == .seconds(30))
        #expect(gate.kind == .include && tree.kind == .exclude)
        #expect(tree.minimumArea == 0.0001)
    }

    @Test(arguments: [
        ("auto", CameraConfiguration.Sampling.auto), ("always", .always), ("keyframes", .keyframes),
        ("{fps: 5}", .framesPerSecond(5)), ("fps:5", .framesPerSecond(5)), ("\"fps: 0.5\"", .framesPerSecond(0.5)),
    ])
    func `sampling is a word or a rate`(text: String, sampling: CameraConfiguration.Sampling) throws {
        #expect(try configuration(withCamera("    sampling: \(text)\n")).cameras[0].sampling == sampling)
    }

    @Test(arguments: [
        ("clips/a.mp4", "/etc/neurond/clips/a.mp4"), ("/srv/a.mp4", "/srv/a.mp4"),
        ("file:///srv/a.mp4", "file:///srv/a.mp4"), ("rtsp://h/live@main", "rtsp://h/live@main"),
        ("rtsp://[fe80::1]:554/s", "rtsp://[fe80::1]:554/s"), ("C:\\a.mp4", "/etc/neurond/C:\\a.mp4"),
    ])
    func `a relative clip begins at the file's folder`(text: String, address: String) throws {
        let read = try configuration("cameras:\n  - id: a\n    source: \(text)\n")
        #expect(read.cameras[0].source.revealed == address)
    }

    @Test(arguments: [
        ([:], "state", "state/alerts.jsonl"),
        (["STATE_DIRECTORY": "/var/lib/neurond"], "/var/lib/neurond", "/var/lib/neurond/alerts.jsonl"),
        (["STATE_DIRECTORY": "/a:/b"], "/a", "/a/alerts.jsonl"),
        (["STATE_DIRECTORY": ""], "state", "state/alerts.jsonl"),
    ])
    func `the state folder comes from the environment when the file has none`(
        environment: [String: String],
        state: String,
        alerts: String
    ) throws {
        let read = try configuration(withCamera(""), environment: environment)
        #expect(read.stateDirectory == state)
        #expect(read.sinks.first?.kind == .jsonl(JSONLinesConfiguration(path: alerts)))
    }

    @Test func `a relative state folder begins at the file's folder and moves the default sink`() throws {
        let read = try configuration("state: data\n" + withCamera(""), environment: ["STATE_DIRECTORY": "/x"])
        #expect(read.stateDirectory == "/etc/neurond/data")
        #expect(read.sinks.first?.kind == .jsonl(JSONLinesConfiguration(path: "/etc/neurond/data/alerts.jsonl")))
    }

    @Test func `an empty list of sinks means none`() throws {
        #expect(try configuration(withCamera("") + "sinks: []\n").sinks.isEmpty)
    }

    @Test func `a byte order mark, Windows line ends and the file's markers are harmless`() throws {
        let text = "\u{FEFF}---\r\ncameras:\r\n  - id: a\r\n    source: a.mp4\r\n...\r\n"
        #expect(try configuration(text).cameras[0].id.rawValue == "a")
    }
}
