import Foundation
import NeuronTestSupport
import Testing

/// A box as the package leaves it, without cameras, and its first reload.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FirstCameraTests {
    private let folder: TemporaryDirectory
    private let systemd: SystemdSocket

    init() throws {
        folder = try TemporaryDirectory()
        systemd = try SystemdSocket(folder.file("notify"))
    }

    private func write(_ cameras: String, _ sink: String = "") throws {
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras: \(cameras)
            sinks: [{type: jsonl, path: alerts.jsonl}\(sink)]
            """
        _ = try folder.write(text.utf8, to: "neurond.yaml")
    }

    /// The events so far.
    private var events: [[String: Any]] {
        let bytes = (try? TemporaryDirectory.read(folder.file("state/alerts.jsonl"))) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
        }
    }

    private var motion: [String: Any]? { events.first { $0["type"] as? String == "org.neurond.motion.started.v1" } }

    @Test func `the first camera comes by a reload, its alert has a picture, and climbs where a broker came too`()
        async throws
    {
        try write("[]")
        let daemon = try NeurondProcess(
            ["run", "--config", folder.file("neurond.yaml")],
            environment: ["NOTIFY_SOCKET": systemd.name]
        )
        #expect(systemd.receive { $0 == "STATUS=0 of 0 cameras up, 0 alerts pending" } != nil, "\(daemon.errors)")
        let clip = FixtureLabel.path(of: "clips/walker.mp4")
        // Nobody listens there: alerts wait for it, and the file gets them.
        try write("[{id: gate, source: \(clip), loop: true}]", ", {type: mqtt, url: \"mqtt://127.0.0.1:9\"}")
        kill(daemon.id, SIGHUP)
        #expect(await daemon.waits(upTo: 60) { $0.errors.contains("added=gate") }, "\(daemon.errors)")
        #expect(await daemon.waits(upTo: 60) { _ in motion != nil })
        let event = try #require(motion)
        let media = try #require((event["data"] as? [String: Any])?["media"] as? [[String: Any]])
        let link = try #require(media.first { $0["rel"] as? String == "snapshot" }?["href"] as? String)
        let picture = try TemporaryDirectory.read(folder.file("state/evidence") + link.dropFirst("media".count))
        #expect(picture.starts(with: [0xFF, 0xD8, 0xFF]))
        let shown = try NeurondProcess.run(["alerts", "list", "--all", "--json", "--state", folder.file("state")])
        let id = try #require(event["correlationid"] as? String)
        let document = try #require(
            shown.lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
                .first { $0["alertId"] as? String == id }
        )
        #expect((document["policy"] as? [String: Any])?["isEnabled"] as? Bool == true, "\(document)")
        let result = daemon.stop()
        #expect(result.status == 0 && !result.errors.contains("was not taken over"), "\(result.errors)")
    }
}
