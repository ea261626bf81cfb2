import Foundation
import NeuronTestSupport
import Testing

/// A stop that cannot end: whoever reads the daemon's standard output does not read.
@Suite(.timeLimit(.minutes(10))) struct SecondSignalTests {
    /// `F_SETPIPE_SZ` of fcntl.h, which Glibc's headers keep for GNU sources.
    private static let setPipeSize: Int32 = 1031

    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a second signal ends a daemon at once whose stop is stuck`(signal: Int32) async throws {
        let text = """
            state: \(folder.path)/state
            cameras: [{id: dead, source: "rtsp://127.0.0.1:9/x", lostAfter: 100ms}]
            health: {coverageEvery: 1s}
            """
        let (output, errors) = (try ClosedPipe(), try folder.opened("err"))
        // The smallest pipe there is: it is full after some alerts.
        #expect(fcntl(output.writing, Self.setPipeSize, 4096) >= 4096)
        let process = try ChildProcess(
            [NeurondProcess.path, "run", "--config", try folder.write(text.utf8, to: "neurond.yaml")],
            .init(output: output.writing, errors: errors),
            isGuarded: true
        )
        defer {
            process.kill()
            for descriptor in [output.reading, output.writing, errors] { close(descriptor) }
        }
        let log = folder.file("err")
        // More alerts are in the file than the pipe holds, so one of them waits in front of it.
        #expect(await holds { (try? TemporaryDirectory.read(folder.file("state/alerts.jsonl")).count) ?? 0 > 12_000 })
        process.signal(signal)
        #expect(await holds { (try? TemporaryDirectory.read(log)).map { said($0, "camera stopped") } ?? false })
        #expect(process.isRunning)
        let asked = Date()
        process.signal(signal)
        #expect(await holds { !process.isRunning })
        #expect(process.wait() == 128 + signal && Date().timeIntervalSince(asked) < 5)
    }

    private func said(_ bytes: [UInt8], _ words: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains(words)
    }

    /// Waits until a condition holds; false after a minute.
    private func holds(_ condition: () -> Bool) async -> Bool {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline, !condition() { try? await Task.sleep(for: .milliseconds(20)) }
        return condition()
    }
}
