import Glibc
import Synchronization

/// Says that it is a NATS server with TLS, takes the first bytes of a handshake, and nothing more; it goes with its owner.
final class HandshakeServer: Sendable {
    private let listener: MuteListener
    private let client = Atomic<Int32>(-1)

    init() throws { listener = try MuteListener() }

    deinit { close(client.load(ordering: .acquiring)) }

    var port: Int { listener.port }

    /// Takes a client and its first bytes, which it never answers; blocks.
    ///
    /// - Returns: whether one came and began.
    func greet() -> Bool {
        let client = accept(listener.descriptor, nil, nil)
        let words =
            #"INFO {"server_id":"S","version":"2.9.10","proto":1,"max_payload":1048576,"tls_required":true}"# + "\r\n"
        _ = words.withCString { send(client, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var byte = UInt8(0)
        self.client.store(client, ordering: .releasing)
        return recv(client, &byte, 1, Int32(MSG_PEEK)) == 1
    }
}
