import Logging
import NeuronCore
import Synchronization
import Testing

@testable import NeuronStation

/// The end of a stop that took too long: the recorder's task is cancelled while cameras still close.
@Suite(.timeLimit(.minutes(10))) struct AlertRecorderTests {
    private let channel = AlertChannel(capacity: 2)
    private let quiet = Logger(label: "recorder") { _ in SwiftLogNoOpLogHandler() }

    private struct DeadDisk: Error {}

    /// A camera says its last words, more than there is room for: somebody has to take them, or to give up.
    private func end(_ running: Task<Void, any Error>) async throws {
        let camera = DedicatedThread(name: "camera") {
            for id in ["a", "b", "c", "d", "e"] { self.channel.send(.bare(id)) }
            self.channel.finish()
        }
        try await running.value
        camera.join()
    }

    @Test func `what cameras say after a stop took too long is recorded, for the disk takes it`() async throws {
        let kept = Mutex<[String]>([])
        let recorder = AlertRecorder(channel: channel, logger: quiet) { batch in
            kept.withLock { $0 += batch.map(\.id) }
        }
        let running = Task { try await recorder.run() }
        running.cancel()
        try await end(running)
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
        try await end(running)
        channel.send(.bare("too late"))
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
