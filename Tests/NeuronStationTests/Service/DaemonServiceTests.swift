import Foundation
import Glibc
import NeuronTestSupport
import Testing

/// The daemon as systemd would run it, and its reload.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DaemonServiceTests {
    private let folder: TemporaryDirectory
    private let systemd: SystemdSocket

    init() throws {
        folder = try TemporaryDirectory()
        systemd = try SystemdSocket(folder.file("notify"))
    }

    private func write(_ more: String = "", cameras: String = "", sinks: String = "[{type: jsonl, path: alerts.jsonl}]")
        throws
    {
        let clip = FixtureLabel.path(of: "clips/two-walkers.mp4")
        let text = """
            box: testbox
            state: \(folder.path)/state
            cameras:
              - {id: clip, source: \(clip), loop: true}
            \(cameras)
            sinks: \(sinks)
            \(more)
            """
        _ = try folder.write(text.utf8, to: "neurond.yaml")
    }

    private func start() throws -> NeurondProcess {
        let environment = ["NOTIFY_SOCKET": systemd.name, "WATCHDOG_USEC": "4000000"]
        return try NeurondProcess(["run", "--config", folder.file("neurond.yaml")], environment: environment)
    }

    private func reload(_ daemon: NeurondProcess) throws -> [String] {
        #expect(kill(daemon.id, SIGHUP) == 0)
        _ = try #require(systemd.receive { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") })
        return try #require(systemd.receive { $0 == "READY=1" })
    }

    private func lines(_ name: String) throws -> [[UInt8]] {
        try TemporaryDirectory.read(folder.file("state/" + name)).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// When the socket of `neurond alerts` was made.
    private func changeOfControlSocket() throws -> [String] {
        // Not `stat`: in a whole build the compiler may hold its members for a part of Dispatch that nobody can import.
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("state/control.sock"))
        let time = try #require(attributes[.modificationDate] as? Date)
        return ["\(try #require(attributes[.systemFileNumber]))", "\(time.timeIntervalSince1970)"]
    }

    @Test func `it says when it is ready, how it fares, that it gets on and that it stops`() async throws {
        try write(cameras: "  - {id: dead, source: \"rtsp://127.0.0.1:9/x\", lostAfter: 100ms}")
        let daemon = try start()
        #expect(systemd.receive() == "READY=1")
        #expect(systemd.receive { $0 == "STATUS=1 of 2 cameras up, 0 alerts pending" } != nil)
        // Every half a second, and a lost camera is no reason to stop.
        for _ in 0..<4 { #expect(systemd.receive(until: { $0 == "WATCHDOG=1" }, within: 3) != nil) }
        let result = daemon.stop()
        #expect(result.status == 0)
        #expect(systemd.receive { $0.hasPrefix("STOPPING=1") } != nil)
    }

    /// What becomes of cameras then is in `CameraSupervisorTests`, where no time passes by itself.
    @Test func `a process that was held up says so, and is alive again`() async throws {
        try write()
        let daemon = try start()
        #expect(systemd.receive { $0 == "STATUS=1 of 1 camera up, 0 alerts pending" } != nil)
        kill(daemon.id, SIGSTOP)
        // What was on its way is read; then it says nothing for longer than it may be late.
        while systemd.receive(until: { $0 == "WATCHDOG=1" }, within: 4) != nil {}
        kill(daemon.id, SIGCONT)
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("the daemon was held up itself") })
        #expect(systemd.receive { $0 == "WATCHDOG=1" } != nil)
        #expect(daemon.stop().status == 0)
    }

    @Test func `a wrong configuration is refused whole and named, and a right one is taken after it`() async throws {
        try write()
        let daemon = try start()
        #expect(systemd.receive { $0 == "STATUS=1 of 1 camera up, 0 alerts pending" } != nil)
        try write("motion: {sensitivity: enormous}", cameras: "  - {id: new, source: rtsp://127.0.0.1:9/x}")
        _ = try reload(daemon)
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("the configuration was not taken over") })
        #expect(daemon.errors.contains("neurond.yaml:7:23: "), "\(daemon.errors)")
        let status = try #require(
            systemd.receive { $0.hasPrefix("STATUS=1 of 1 camera up, 0 alerts pending; reload refused") }
        )
        #expect(status.last?.contains("neurond.yaml:7:23: ") == true)
        try write("health: {reportEvery: 7m}")
        _ = try reload(daemon)
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("`health` has changed") })
        // A file that can't be read at all, and then one as before.
        unlink(folder.file("neurond.yaml"))
        _ = try reload(daemon)
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("neurond.yaml:1:1: ") })
        try write()
        _ = try reload(daemon)
        #expect(systemd.receive { $0 == "STATUS=1 of 1 camera up, 0 alerts pending" } != nil)
        let result = daemon.stop()
        #expect(result.status == 0)
        #expect(result.errors.split(separator: "\n").count { $0.contains("camera open") } == 1, "\(result.errors)")
    }

    @Test func `sinks change while cameras go on, and the new ones get every event from then on`() async throws {
        try write(
            "log: {level: warning}",
            sinks: "[{type: jsonl, path: alerts.jsonl}, {type: jsonl, path: old.jsonl, name: old}]"
        )
        let daemon = try start()
        #expect(await daemon.waits(upTo: 60) { _ in (try? lines("old.jsonl").count) ?? 0 >= 1 })
        let control = try changeOfControlSocket()
        try write(
            "log: {level: info}",
            sinks: "[{type: jsonl, path: alerts.jsonl}, {type: jsonl, path: new.jsonl, name: new}]"
        )
        _ = try reload(daemon)
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("the configuration was taken over links=anew") })
        #expect(await daemon.waits(upTo: 60) { _ in (try? lines("new.jsonl").count) ?? 0 >= 2 })
        #expect(try changeOfControlSocket() == control, "`neurond alerts` had nobody to ask for a while")
        // What is no file is refused, and the sinks go on as they were.
        try write("log: {level: info}", sinks: "[{type: jsonl, path: /dev/null, name: new}]")
        _ = try reload(daemon)
        let count = try lines("new.jsonl").count
        #expect(await daemon.waits(upTo: 10) { $0.errors.contains("the configuration was not taken over") })
        #expect(await daemon.waits(upTo: 60) { _ in (try? lines("new.jsonl").count) ?? 0 > count })
        let result = daemon.stop()
        #expect(result.status == 0)
        #expect(!result.errors.contains("camera open"), "the camera was opened anew: \(result.errors)")
        // Nothing is missing in the sink that stayed, and the others got whatever was told while they were there.
        let all = try lines("alerts.jsonl")
        #expect(try mistakes(in: all, closed: true) == "")
        let (old, new) = (try lines("old.jsonl"), try lines("new.jsonl"))
        #expect(all.starts(with: old) && Array(all.suffix(new.count)) == new)
    }

    @Test func `sinks that a reload could not open again are opened by the next one, also by the old file`()
        async throws
    {
        try write()
        let daemon = try start()
        #expect(await daemon.waits(upTo: 60) { _ in (try? lines("alerts.jsonl").count) ?? 0 >= 1 })
        // Neither what is wanted nor what was there can be opened.
        let file = folder.file("state/alerts.jsonl")
        #expect(rename(file, file + ".old") == 0 && mkdir(file, 0o700) == 0)
        try write(sinks: "[{type: jsonl, path: /dev/null}]")
        _ = try reload(daemon)
        #expect(systemd.receive { $0.contains("NO SINK IS OPEN") && $0.contains("reload refused") } != nil)
        #expect(daemon.errors.contains("no sink is open any more"), "\(daemon.errors)")
        #expect(rmdir(file) == 0)
        try write()
        _ = try reload(daemon)
        #expect(systemd.receive { $0.hasPrefix("STATUS=") && !$0.contains("SINK") && !$0.contains("refused") } != nil)
        #expect(await daemon.waits(upTo: 60) { _ in (try? lines("alerts.jsonl").count) ?? 0 >= 1 })
        #expect(daemon.stop().status == 0)
        // Whatever was told meanwhile has waited.
        #expect(try mistakes(in: lines("alerts.jsonl.old") + lines("alerts.jsonl"), closed: true) == "")
    }

    @Test func `a reload without end does no harm`() async throws {
        try write()
        let daemon = try start()
        #expect(systemd.receive { $0 == "STATUS=1 of 1 camera up, 0 alerts pending" } != nil)
        for round in 0..<30 {
            try write(cameras: round.isMultiple(of: 2) ? "  - {id: dead, source: \"rtsp://127.0.0.1:9/x\"}" : "")
            kill(daemon.id, SIGHUP)
            if round.isMultiple(of: 5) { _ = systemd.receive { $0 == "READY=1" } }
        }
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("stopped"), "\(result.errors)")
        #expect(try mistakes(in: lines("alerts.jsonl"), closed: true) == "")
    }
}
