import Glibc
import NeuronCore
import Synchronization

/// A program that runs beside a test; it ends with its owner, and also when the tests themselves die.
///
/// Not on Foundation's `Process`, whose `waitUntilExit` may wait for ever where several threads start programs.
final class ServerProcess: Sendable {
    private let id: pid_t
    private let guardian: pid_t
    private let lifeline: Int32
    private let printed = Printed()
    private let hasEnded = Mutex(false)

    /// Starts a program found on the path; both its outputs are kept.
    ///
    /// - Throws: if it cannot be started.
    init(_ words: [String]) throws {
        let (output, input) = (try Pipe(), try Pipe())
        id = try Self.spawn(["/usr/bin/env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"] + words, output: output.writing)
        guardian = try Self.spawn(["/bin/sh", "-c", "read line; kill -9 \(id)"], input: input.reading)
        close(output.writing)
        close(input.reading)
        lifeline = input.writing
        let printed = printed
        _ = DedicatedThread(name: "transcript") { printed.read(output.reading) }
    }

    deinit { end(by: SIGKILL) }

    /// Sends a signal: SIGSTOP, SIGCONT.
    func signal(_ number: Int32) { Glibc.kill(id, number) }

    /// Ends it as a power cut would, and waits for its end.
    func kill() { end(by: SIGKILL) }

    /// Returns when it has printed a text; the test's time limit bounds the wait.
    func prints(_ text: String) async { await printed.holds(text) }

    private func end(by number: Int32) {
        hasEnded.withLock { hasEnded in
            guard !hasEnded else { return }
            hasEnded = true
            var status: Int32 = 0
            // The guardian goes first: the id may be another program's once this one has ended.
            Glibc.kill(guardian, SIGKILL)
            waitpid(guardian, &status, 0)
            close(lifeline)
            Glibc.kill(id, number)
            waitpid(id, &status, 0)
        }
    }

    private static func spawn(_ words: [String], input: Int32? = nil, output: Int32? = nil) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [(0, input), (1, output), (2, output)] as [(Int32, Int32?)] {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        var id = pid_t()
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawn(&id, words[0], &actions, nil, &arguments, environ)
        guard status == 0 else { throw SystemError("start \(words[1])", number: status) }
        return id
    }

    /// Both ends, which no other program that is started gets.
    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemError("make a pipe") }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    /// A port of the loopback that is free now.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw SystemError("find a free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// What a program has printed, and who waits for some of it.
private final class Printed: Sendable {
    private struct State {
        var text = ""
        var waiters: [(String, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func holds(_ text: String) async {
        await withCheckedContinuation { caller in
            let isThere = state.withLock { state in
                let isThere = state.text.contains(text)
                if !isThere { state.waiters.append((text, caller)) }
                return isThere
            }
            if isThere { caller.resume() }
        }
    }

    func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
            take(String(decoding: buffer[..<count], as: UTF8.self))
        }
        close(descriptor)
    }

    private func take(_ text: String) {
        let satisfied = state.withLock { state in
            state.text += text
            let whole = state.text
            let satisfied = state.waiters.filter { whole.contains($0.0) }
            state.waiters.removeAll { whole.contains($0.0) }
            return satisfied
        }
        for (_, caller) in satisfied { caller.resume() }
    }
}
