import Glibc
import NeuronCore
import Synchronization

/// Says that it is a NATS server with TLS, takes the first bytes of a handshake, and nothing more; it goes with its owner.
final class HandshakeServer: Sendable {
    let port: Int
    private let listener: Int32
    private let client = Atomic<Int32>(-1)

    /// Listens on the loopback.
    init() throws {
        port = try LocalProcess.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        guard status == 0, listen(listener, 1) == 0 else { throw SystemError("listen on port \(port)") }
    }

    deinit {
        close(listener)
        close(client.load(ordering: .acquiring))
    }

    /// Takes a client and its first bytes, which it never answers; blocks.
    ///
    /// - Returns: whether one came and began.
    func greet() -> Bool {
        let client = accept(listener, nil, nil)
        let words =
            #"INFO {"server_id":"S","version":"2.9.10","proto":1,"max_payload":1048576,"tls_required":true}"# + "\r\n"
        _ = words.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var byte = UInt8(0)
        self.client.store(client, ordering: .releasing)
        return recv(client, &byte, 1, Int32(MSG_PEEK)) == 1
    }
}
