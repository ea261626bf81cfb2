import Glibc
import Logging
import NeuronCore
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct ControlSocketTests {
    private let folder: TemporaryDirectory
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { folder = try TemporaryDirectory() }

    private func echo() throws -> ControlSocket {
        let socket = try ControlSocket(path: folder.file("c.sock"), patience: .seconds(600), logger: logger) {
            Array("got ".utf8) + $0
        }
        socket.start()
        return socket
    }

    /// On a thread of its own: a test that waits here would hold one of those that answers are made on.
    private func ask(_ text: String) async throws -> String? {
        let path = folder.file("c.sock")
        let answer: [UInt8]? = try await withCheckedThrowingContinuation { test in
            _ = DedicatedThread(name: "ask") {
                test.resume(with: Result { try ControlClient.ask(path, Array(text.utf8), patience: .seconds(600)) })
            }
        }
        return answer.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a line is answered by a line, and only this user may ask`() async throws {
        let socket = try echo()
        #expect(try await ask("one") == "got one")
        #expect(try await ask("") == "got ")
        let long = String(repeating: "x", count: 100_000)
        #expect(try await ask(long) == "got " + long)
        var status = stat()
        #expect(stat(folder.file("c.sock"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        socket.stop()
        #expect(try await ask("late") == nil)
    }

    @Test func `a socket that a killed daemon left behind is nobody, and a new daemon takes its place`() async throws {
        let dead = try UnixAddress.makeSocket()
        var address = try UnixAddress(path: folder.file("c.sock"))
        #expect(address.withPointer { Glibc.bind(dead, $0, $1) } == 0)
        close(dead)
        #expect(try await ask("anyone") == nil)
        let socket = try echo()
        #expect(try await ask("two") == "got two")
        socket.stop()
    }

    @Test func `a caller that sends too much, nothing or half a line is cut off, and the next one is served`()
        async throws
    {
        let socket = try echo()
        await #expect(throws: SystemError.self) { try await ask(String(repeating: "x", count: 1 << 20)) }
        for bytes in [[], Array("half a line".utf8)] as [[UInt8]] {
            let caller = try UnixAddress.makeSocket()
            var address = try UnixAddress(path: folder.file("c.sock"))
            #expect(address.withPointer { Glibc.connect(caller, $0, $1) } == 0)
            _ = bytes.withUnsafeBytes { send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            close(caller)
        }
        #expect(try await ask("three") == "got three")
        socket.stop()
    }

    @Test func `a caller that says nothing does not hold up a stop`() async throws {
        let socket = try echo()
        let caller = try UnixAddress.makeSocket()
        defer { close(caller) }
        var address = try UnixAddress(path: folder.file("c.sock"))
        #expect(address.withPointer { Glibc.connect(caller, $0, $1) } == 0)
        _ = [UInt8(ascii: "{")].withUnsafeBytes { send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        // The thread has taken the caller when it has read that byte, and waits for more, for ten minutes: as long as this suite may.
        var unread: Int32 = 1
        while unread > 0 {
            #expect(ioctl(caller, UInt(TIOCOUTQ), &unread) == 0)
            await Task.yield()
        }
        socket.stop()
    }

    @Test func `a path that no socket can have is refused`() throws {
        let path = folder.file(String(repeating: "x", count: 108))
        #expect(throws: SystemError.self) { try ControlSocket(path: path, logger: logger) { $0 } }
    }
}
