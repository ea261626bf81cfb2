import Glibc
import NeuronTestSupport
import Testing

/// A daemon whose outbox takes nothing more: somebody else has the right to write to it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LockedOutboxTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// SQLite's right to write in WAL mode: a lock on one byte of the shared memory's file.
    private struct WriteLock: ~Copyable {
        private let descriptor: Int32
        private static let position: off_t = 120

        init(_ path: String) throws {
            descriptor = open(path, O_RDWR)
            try #require(descriptor >= 0, "\(path): \(errno)")
            var wish = Glibc.flock()
            wish.l_type = Int16(F_WRLCK)
            wish.l_whence = Int16(SEEK_SET)
            wish.l_start = Self.position
            wish.l_len = 1
            try #require(fcntl(descriptor, F_SETLKW, &wish) == 0, "\(errno)")
        }

        deinit { close(descriptor) }
    }

    private func daemon() throws -> NeurondProcess {
        let text = """
            state: \(folder.path)/state
            log: {level: debug}
            cameras: [{id: dead, source: "rtsp://127.0.0.1:9/x", lostAfter: 100ms}]
            """
        return try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
    }

    @Test func `a stop that loses alerts says how many, and is no success`() async throws {
        let daemon = try daemon()
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("camera.lost") })
        let lock = try WriteLock(folder.file("state/outbox.db-shm"))
        let result = daemon.stop()
        #expect(result.status == 74, "\(result.errors)")
        #expect(result.errors.contains("alerts could not be kept and are lost with this stop"), "\(result.errors)")
        _ = consume lock
    }

    @Test func `a second signal ends a daemon that has only its outbox left to close`() async throws {
        let daemon = try daemon()
        #expect(await daemon.waits(upTo: 60) { $0.hasPrinted("camera.lost") })
        let lock = try WriteLock(folder.file("state/outbox.db-shm"))
        kill(daemon.id, SIGTERM)
        // SQLite waits for five seconds from here on.
        #expect(await daemon.waits(upTo: 60) { $0.errors.contains("closing what is kept") })
        #expect(daemon.stop().status == 128 + SIGTERM)
        _ = consume lock
    }
}
