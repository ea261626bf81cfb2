import Glibc
import NeuronCore
import Synchronization

/// A program of the system that runs beside a test: a broker, or an independent subscriber.
///
/// It is killed with its owner, and also when the tests themselves die. What it prints, on both outputs, is kept line by line.
/// Not on Foundation's `Process`, whose `waitUntilExit` may wait for ever where several threads start programs.
final class LocalProcess: Sendable {
    /// What it has printed, and who waits for a line of it.
    let transcript: Transcript
    let id: pid_t
    private let guardian: pid_t
    private let lifeline: Int32
    /// Its exit code, or the signal that ended it; nil as long as its id is its own.
    private let outcome = Mutex<Int32?>(nil)

    /// Starts a program found on the path or below `/usr/sbin`.
    ///
    /// - Throws: if it cannot be started.
    init(_ name: String, _ arguments: [String]) throws {
        let (output, input) = (try Pipe(), try Pipe())
        defer {
            close(output.writing)
            close(input.reading)
        }
        let words = ["/usr/bin/env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", name] + arguments
        id = try Self.spawn(words, output: output.writing)
        // A shell that waits for the end of the tests, whose end of the pipe closes with them, and then kills the other one.
        guardian = try Self.spawn(["/bin/sh", "-c", "read line; kill -9 \(id)"], input: input.reading)
        lifeline = input.writing
        let transcript = Transcript()
        self.transcript = transcript
        // A thread of its own: reading may block one of the few that all tests share.
        _ = DedicatedThread(name: "transcript") {
            transcript.takeAll(of: output.reading)
            close(output.reading)
        }
    }

    deinit { kill() }

    /// Sends a signal, SIGCONT or SIGTERM, unless it has ended.
    func signal(_ number: Int32) {
        outcome.withLock { outcome in
            if outcome == nil { Glibc.kill(id, number) }
        }
    }

    /// Has it stand still, and returns when all of its threads do: until then it may still answer.
    func halt() {
        signal(SIGSTOP)
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WSTOPPED | WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// Ends it as a power cut would, and waits for its end.
    func kill() {
        signal(SIGKILL)
        wait()
    }

    /// Asks it to end, and waits for its end.
    func stop() {
        signal(SIGCONT)
        signal(SIGTERM)
        wait()
    }

    /// Waits until it has ended by itself, and gives its exit code, or the signal that ended it.
    @discardableResult
    func wait() -> Int32 {
        if let outcome = outcome.withLock({ $0 }) { return outcome }
        // Only looks, without the lock, so that it can be signalled meanwhile.
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return outcome.withLock { outcome in
            if let outcome { return outcome }
            let status = reap()
            outcome = status
            return status
        }
    }

    /// Takes both from the system's table; the guardian goes first, for the id may be another program's afterwards.
    private func reap() -> Int32 {
        var status: Int32 = 0
        Glibc.kill(guardian, SIGKILL)
        for id in [guardian, id] {
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
        }
        close(lifeline)
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : signal
    }

    private static var descriptorLimit: Int32 {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int32(min(max(limit.rlim_cur, 3), 4096))
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
        // A pipe or a connection of another test that a program inherits would stay open when that test closes it: all of them at
        // the moment of the start, for other threads open more meanwhile.
        // The child passes over those that are not open.
        for descriptor in 3..<descriptorLimit { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        freeSignals(in: &attributes)
        var id = pid_t()
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawn(&id, words[0], &actions, &attributes, &arguments, environ)
        guard status == 0 else { throw SystemError("start \(words[1])", number: status) }
        return id
    }

    /// The threads of Swift's pool block most signals, and a program inherits that: it could not be asked to end.
    private static func freeSignals(in attributes: inout posix_spawnattr_t) {
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
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

    private static let portsGiven = Atomic<Int>(0)

    /// A port of the loopback that is free now, never the same twice.
    ///
    /// Below those that the system hands out: one of them may be another program's end of a connection before it is listened
    /// on, and who asks such a port again and again may even meet itself there.
    static func freePort() throws -> Int {
        let (first, count) = (10_000, 20_000)
        while case let given = portsGiven.add(1, ordering: .relaxed).oldValue, given < count {
            let port = first + (Int(getpid()) * 97 + given) % count
            if isFree(port) { return port }
        }
        throw SystemError("find a free port", number: EADDRINUSE)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
    }
}
