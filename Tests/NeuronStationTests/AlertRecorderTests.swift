import Logging
import NeuronCore
import Synchronization
import Testing

@testable import NeuronStation

/// The end of a stop that took too long: the recorder's task is cancelled while cameras still close.
@Suite(.timeLimit(.minutes(10))) struct AlertRecorderTests {
    private let channel = AlertChannel(capacity: 2)
    private let quiet = Logger(label: "recorder") { _ in SwiftLogNoOpLogHandler() }

    private func draft(_ id: String) -> AlertDraft {
        AlertDraft(
            id: id,
            alertID: id,
            source: "urn:neurond:box:gate",
            type: "org.neurond.motion.started.v1",
            subject: "_/_/_/_/gate",
            time: .epoch,
            phase: .single,
            importance: .started,
            encode: { _ in [] }
        )
    }

    private struct DeadDisk: Error {}

    @Test func `what cameras say after a stop took too long is recorded, for the disk takes it`() async throws {
        let kept = Mutex<[String]>([])
        let recorder = AlertRecorder(channel: channel, logger: quiet) { batch in
            kept.withLock { $0 += batch.map(\.id) }
        }
        let running = Task { try await recorder.run() }
        running.cancel()
        // More than there is room for, so somebody has to take them.
        let camera = DedicatedThread(name: "camera") {
            for id in ["a", "b", "c", "d", "e"] { self.channel.send(self.draft(id)) }
            self.channel.finish()
        }
        try await running.value
        camera.join()
        #expect(kept.withLock { $0 } == ["a", "b", "c", "d", "e"])
        #expect(channel.lost == 0)
    }

    @Test func `what a dead disk does not take is counted, whenever it was said`() async throws {
        let attempts = Mutex(0)
        let recorder = AlertRecorder(channel: channel, logger: quiet) { _ in
            attempts.withLock { $0 += 1 }
            throw DeadDisk()
        }
        let running = Task { try await recorder.run() }
        running.cancel()
        // The room is for two: the others would wait for ever if nobody gave up.
        let camera = DedicatedThread(name: "camera") {
            for id in ["a", "b", "c", "d", "e"] { self.channel.send(self.draft(id)) }
            self.channel.finish()
        }
        try await running.value
        camera.join()
        channel.send(draft("too late"))
        #expect(channel.lost == 6)
        #expect(attempts.withLock { $0 } <= 2, "a disk that hangs would hold each attempt")
    }

    @Test func `a pause ends with all patience, and so does every later one`() async {
        let pause = RetryPause()
        let waiting = Task { await pause.wait(for: .seconds(3600)) }
        pause.end()
        await waiting.value
        await pause.wait(for: .seconds(3600))
        #expect(pause.isOver)
    }
}
