import Glibc
import NeuronCore

/// One conversation over a Unix socket; it is closed when this value goes.
struct ControlConnection: ~Copyable {
    private let descriptor: Int32
    /// Whether nobody cares any more, as at a stop; looked at a few times a second.
    private let isGivenUp: @Sendable () -> Bool

    /// What a line may have.
    private static let longestLine = 128 << 10

    /// Takes over an open descriptor.
    init(descriptor: Int32, isGivenUp: @escaping @Sendable () -> Bool = { false }) {
        self.descriptor = descriptor
        self.isGivenUp = isGivenUp
    }

    deinit { close(descriptor) }

    /// Reads up to the first line end.
    ///
    /// - Returns: the line without its end.
    /// - Throws: where it is too long, too late or never ends.
    func readLine(until deadline: MonotonicTime) throws(SystemError) -> [UInt8] {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            try wait(for: Int16(POLLIN), until: deadline)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                throw SystemError("read a line from the control socket", number: count == 0 ? ECONNRESET : errno)
            }
            if let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + chunk[..<end] }
            line += chunk[..<count]
            guard line.count <= Self.longestLine else {
                throw SystemError("read a line of at most \(Self.longestLine) bytes", number: EMSGSIZE)
            }
        }
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8], until deadline: MonotonicTime) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), until: deadline)
            // Sound: the call reads as many bytes as there are, and keeps no pointer.
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw SystemError("write to the control socket") }
            rest = rest.dropFirst(count)
        }
    }

    /// False where nobody listens.
    func connect(to address: inout UnixAddress) throws(SystemError) -> Bool {
        if address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 { return true }
        if errno == ENOENT || errno == ECONNREFUSED { return false }
        throw SystemError("connect to the daemon at \(address.path)")
    }

    private func wait(for events: Int16, until deadline: MonotonicTime) throws(SystemError) {
        while true {
            let left = (deadline - SystemClock().monotonicNow()).milliseconds
            guard left > 0 else { throw SystemError("wait for the control socket", number: ETIMEDOUT) }
            var waiting = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&waiting, 1, Int32(clamping: min(left, 200)))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw SystemError("wait for the control socket") }
            guard !isGivenUp() else { throw SystemError("wait for the control socket", number: ECANCELED) }
        }
    }
}

/// A path as the socket calls want it.
struct UnixAddress {
    let path: String
    private var address = sockaddr_un()

    /// - Throws: where the path is too long for the system.
    init(path: String) throws(SystemError) {
        self.path = path
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError("name a socket '\(path)'", number: ENAMETOOLONG)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        // Sound: checked above to be shorter, and the rest stays zero, which ends the path.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    /// A stream socket that children of this process don't inherit.
    static func makeSocket() throws(SystemError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SystemError("make a socket") }
        return descriptor
    }

    /// Hands the address to a call, with its length.
    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        // Sound: every socket address begins as `sockaddr` does, and the length says how much of it there is.
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
