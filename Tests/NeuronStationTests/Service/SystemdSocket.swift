import Glibc
import NeuronCore
import NeuronTestSupport

/// The other end of `$NOTIFY_SOCKET` or of the journal: a datagram socket that a test reads.
final class SystemdSocket: Sendable {
    /// As systemd would write it into the environment.
    let name: String
    private let descriptor: Int32

    /// Binds a socket at a path, or at an abstract name behind `@`.
    init(_ name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard status == 0 else { throw SystemError("bind \(name)") }
    }

    deinit { close(descriptor) }

    /// The next datagram; nil where none comes within a time.
    func receive(within seconds: Double = 10) -> String? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(seconds * 1000)) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// All that has come and comes until a datagram that satisfies a condition; nil where that does not come in time.
    func receive(until condition: (String) -> Bool, within seconds: Double = 60) -> [String]? {
        let end = SystemClock().monotonicNow() + .milliseconds(Int64(seconds * 1000))
        var all: [String] = []
        while SystemClock().monotonicNow() < end {
            guard let next = receive(within: 1) else { continue }
            all.append(next)
            if condition(next) { return all }
        }
        return nil
    }

    /// A datagram that carries its bytes as a file of memory; nil where none comes.
    func receiveFile(within seconds: Double = 10) -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(seconds * 1000)) > 0 else { return nil }
        var control = [UInt64](repeating: 0, count: 8)
        var message = msghdr()
        let received = control.withUnsafeMutableBytes { room in
            message.msg_control = room.baseAddress
            message.msg_controllen = room.count
            return recvmsg(descriptor, &message, 0)
        }
        // Behind the header, two words on a 64-bit machine, stands the descriptor.
        guard received == 0, message.msg_controllen >= 20 else { return nil }
        let file = Int32(truncatingIfNeeded: control[2])
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        return pread(file, &bytes, bytes.count, 0) == bytes.count ? bytes : nil
    }
}
