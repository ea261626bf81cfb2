import Glibc
import NeuronCore
import NeuronTestSupport
import Synchronization

/// A program of the system that runs beside a test: a broker, or an independent subscriber.
///
/// It is killed with its owner, and also when the tests themselves die. What it prints, on both outputs, is kept line by line.
final class LocalProcess: Sendable {
    /// What it has printed, and who waits for a line of it.
    let transcript: Transcript
    private let child: ChildProcess

    /// Starts a program found on the path or below `/usr/sbin`.
    ///
    /// - Throws: if it cannot be started.
    init(_ name: String, _ arguments: [String]) throws {
        let pipe = try ClosedPipe()
        defer { close(pipe.writing) }
        let words = ["/usr/bin/env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", name] + arguments
        child = try ChildProcess(words, .init(output: pipe.writing, errors: pipe.writing), isGuarded: true)
        let transcript = Transcript()
        self.transcript = transcript
        // A thread of its own: reading may block one of the few that all tests share.
        _ = DedicatedThread(name: "transcript") {
            transcript.takeAll(of: pipe.reading)
            close(pipe.reading)
        }
    }

    deinit { child.kill() }

    var id: pid_t { child.id }

    /// Sends a signal, SIGCONT or SIGTERM, unless it has ended.
    func signal(_ number: Int32) { child.signal(number) }

    /// Has it stand still, and returns when all of its threads do: until then it may still answer.
    func halt() { child.halt() }

    /// Ends it as a power cut would, and waits for its end.
    func kill() { child.kill() }

    /// Asks it to end, and waits for its end.
    func stop() {
        signal(SIGCONT)
        signal(SIGTERM)
        wait()
    }

    /// Waits until it has ended by itself, and gives its exit code, or the signal that ended it.
    @discardableResult
    func wait() -> Int32 { child.wait() }

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
