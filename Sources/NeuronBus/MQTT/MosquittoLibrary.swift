import CMosquitto
import Glibc

/// What libmosquitto needs once per process.
enum MosquittoLibrary {
    static let isReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.rawValue

    /// Has the library set up its part of TLS, which it does with its first connection and without a lock (2.0.11): two
    /// sinks that connected for the first time at the same moment would meet in it.
    ///
    /// The connection goes to a socket of our own on the loopback, so that no sink waits for another one's broker.
    static func prepareTLS() { _ = isTLSReady }

    private static let isTLSReady: Bool = {
        guard isReady, let port = listeningPort, let raw = mosquitto_new(nil, true, nil) else { return false }
        defer { mosquitto_destroy(raw) }
        defer { close(port.descriptor) }
        mosquitto_int_option(raw, MOSQ_OPT_TLS_USE_OS_CERTS, 1)
        return mosquitto_connect_bind_v5(raw, "127.0.0.1", port.number, 60, nil, nil) == MOSQ_ERR_SUCCESS.rawValue
    }()

    private static var listeningPort: (descriptor: Int32, number: Int32)? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                    ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        return (descriptor, Int32(UInt16(bigEndian: address.sin_port)))
    }
}
