import Foundation
import NeuronTestSupport
import Testing

/// A reload with a broker among the sinks.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/mosquitto"), "mosquitto is missing")
)
struct BusReloadTests {
    private let folder: TemporaryDirectory
    private let broker: ChildProcess
    private let port: Int

    init() throws {
        folder = try TemporaryDirectory()
        port = Int.random(in: 20_000..<30_000)
        let settings = try folder.write("listener \(port) 127.0.0.1\nallow_anonymous true\n".utf8, to: "mosquitto.conf")
        broker = try ChildProcess(["/usr/sbin/mosquitto", "-c", settings], isGuarded: true)
    }

    private func write(_ camera: String) throws -> String {
        let clip = FixtureLabel.path(of: "clips/walker.mp4")
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: kept, source: "rtsp://127.0.0.1:9/x", lostAfter: 100ms}
              - {id: \(camera), source: \(clip), loop: true}
            sinks: [{type: mqtt, url: "mqtt://127.0.0.1:\(port)", projections: [homeassistant]}]
            """
        return try folder.write(text.utf8, to: "neurond.yaml")
    }

    @Test
    func `a broker is told of the camera that came, hears nothing more of the one that went, and commands arrive`()
        async throws
    {
        let heard = folder.file("heard")
        let output = try folder.opened("heard")
        defer { close(output) }
        let daemon = try NeurondProcess(["run", "--config", try write("gone")])
        #expect(await daemon.waits(upTo: 60) { $0.errors.contains("mqtt: connected") }, "\(daemon.errors)")
        let listener = try ChildProcess(
            ["/usr/bin/mosquitto_sub", "-p", "\(port)", "-t", "#", "-v"],
            .init(output: output),
            isGuarded: true
        )
        func lines() -> [String] {
            let text = (try? TemporaryDirectory.read(heard)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            return text.split(separator: "\n").map(String.init)
        }
        let camera = "nd/v1/_/_/_/_/"
        #expect(await daemon.waits(upTo: 30) { _ in lines().contains(camera + "gone/state/online online") })
        #expect(await daemon.waits(upTo: 60) { _ in lines().contains(camera + "kept/state/link OFF") })
        _ = try write("new")
        kill(daemon.id, SIGHUP)
        #expect(
            await daemon.waits(upTo: 30) { $0.errors.contains("added=new links=anew removed=gone") },
            "\(daemon.errors)"
        )
        #expect(await daemon.waits(upTo: 30) { _ in lines().contains(camera + "new/state/online online") })
        for topic in [camera + "gone/state/online", "homeassistant/device/nd_testbox_gone/config"] {
            #expect(lines().contains("\(topic) (null)"))
        }
        // What is open at the camera that stayed was said again as it is.
        let said = lines().filter { $0.hasPrefix(camera + "kept/state/link ") }
        #expect(said.suffix(2) == [camera + "kept/state/link OFF", camera + "kept/state/link OFF"], "\(said)")
        let (now, soon) = (Date.now.ISO8601Format(), Date.now.addingTimeInterval(60).ISO8601Format())
        let command = """
            {"specversion":"1.0","id":"c1","source":"urn:test","type":"org.neurond.command.disarm.v1","time":"\(now)",\
            "expirytime":"\(soon)","data":{"actor":{"id":"anna","tier":"street","unit":"_"}}}
            """
        _ = try CommandLineTool.run(
            "/usr/bin/mosquitto_pub",
            ["-p", "\(port)", "-t", camera + "new/cmd/disarm", "-m", command]
        )
        #expect(
            await daemon.waits(upTo: 30) { _ in lines().contains(camera + "new/state/armed OFF") },
            "\(lines().suffix(9))"
        )
        #expect(daemon.stop().status == 0)
        listener.kill()
        broker.kill()
    }
}
