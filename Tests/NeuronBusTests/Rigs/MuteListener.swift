import Glibc
import NeuronCore

/// Takes connections, as the system's backlog does, and never answers; it goes with its owner.
final class MuteListener: Sendable {
    let port: Int
    let descriptor: Int32

    /// Listens on the loopback.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        port = try LocalProcess.freePort()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard status == 0, listen(descriptor, 8) == 0 else { throw SystemError("listen on port \(port)") }
    }

    deinit { close(descriptor) }
}
