import Foundation
import Glibc
import NeuronCore

/// A program of the system that runs beside a test: a broker, or an independent subscriber.
///
/// It is killed with its owner, and also when the tests themselves die. What it prints, on both outputs, is kept line by line.
final class LocalProcess: Sendable {
    /// What it has printed, and who waits for a line of it.
    let transcript: Transcript
    private let process: Process
    private let guardian: Process
    private let lifeline: FileHandle

    /// Starts a program found on the path or below `/usr/sbin`.
    ///
    /// - Throws: if it cannot be started.
    init(_ name: String, _ arguments: [String]) throws {
        let transcript = Transcript()
        let output = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", name] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try Self.run(process)
        self.transcript = transcript
        // Not a readability handler: it may block one of the few threads that all tests share.
        _ = DedicatedThread(name: "transcript") { [reading = output.fileHandleForReading] in
            transcript.takeAll(of: reading.fileDescriptor)
        }
        (guardian, lifeline) = try Self.guardian(of: process.processIdentifier)
    }

    deinit { kill() }

    var id: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Sends a signal: SIGSTOP, SIGCONT, SIGTERM.
    func signal(_ number: Int32) { Glibc.kill(id, number) }

    /// Ends it as a power cut would.
    func kill() { end(by: SIGKILL) }

    /// Asks it to end, and waits for its end.
    func stop() { end(by: SIGTERM) }

    /// Waits until it has ended by itself, and gives its exit code.
    @discardableResult
    func wait() -> Int32 {
        process.waitUntilExit()
        guardian.terminate()
        guardian.waitUntilExit()
        return process.terminationStatus
    }

    private func end(by number: Int32) {
        guard process.isRunning else { return }
        // The guardian goes first: the id may be another program's once this one has ended.
        guardian.terminate()
        guardian.waitUntilExit()
        signal(SIGCONT)
        signal(number)
        process.waitUntilExit()
    }

    /// The threads of Swift's pool block most signals, and a program inherits that: it could not be asked to end.
    private static func run(_ process: Process) throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    /// A shell that waits for the end of this process, whose end of the pipe closes with it, and then kills the other one.
    private static func guardian(of id: Int32) throws -> (Process, FileHandle) {
        let pipe = Pipe()
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "read line; kill -9 \(id)"]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try run(shell)
        return (shell, pipe.fileHandleForWriting)
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
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Lines that come in by and by, and whoever waits for one.
///
/// The lock is Foundation's: ThreadSanitizer takes a contended Mutex of Swift for a race (scripts/sanitize says why), and
/// this one is contended. Unchecked, for the compiler can't see that all state is behind it.
final class Transcript: @unchecked Sendable {
    private struct State {
        var lines: [String] = []
        var rest = Data()
        var waiters: [(test: @Sendable ([String]) -> Bool, caller: CheckedContinuation<Void, Never>)] = []
    }

    private var state = State()
    private let lock = NSLock()

    /// All whole lines so far.
    var lines: [String] { lock.withLock { state.lines } }

    /// Returns when the lines so far satisfy a condition; the time limit of the test bounds the wait.
    func waits(until test: @escaping @Sendable ([String]) -> Bool) async {
        await withCheckedContinuation { caller in
            let isSatisfied = lock.withLock {
                if test(state.lines) { return true }
                state.waiters.append((test, caller))
                return false
            }
            if isSatisfied { caller.resume() }
        }
    }

    /// Returns when a line holds a text.
    func waits(for text: String) async { await waits { $0.contains { $0.contains(text) } } }

    /// Takes what comes until all writers have gone.
    fileprivate func takeAll(of descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            take(Data(buffer[..<count]))
        }
    }

    private func take(_ bytes: Data) {
        let satisfied = lock.withLock {
            state.rest += bytes
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest = Data(state.rest[(end + 1)...])
            }
            let lines = state.lines
            let satisfied = state.waiters.filter { $0.test(lines) }
            state.waiters.removeAll { $0.test(lines) }
            return satisfied
        }
        for waiter in satisfied { waiter.caller.resume() }
    }
}
