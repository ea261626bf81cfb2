import CLinux
import Glibc

/// A Unix datagram socket of our own that speaks to one address, such as systemd's and its journal's.
///
/// Several threads may send at once: each datagram arrives whole or not at all.
package final class DatagramSocket: Sendable {
    private let descriptor: Int32
    private let name: String
    /// The name as the system wants it: the first byte of an abstract one is zero.
    private let address: [CChar]

    /// The longest name that the system takes.
    private static let longestName = 107

    /// Makes a socket; nothing is sent, and nobody needs to listen yet.
    ///
    /// - Parameters:
    ///   - name: an absolute path, or an abstract name behind `@`.
    ///   - patience: how long a datagram may wait for room at a reader that does not read.
    /// - Throws: where the name is neither, or the system refuses a socket.
    package init(to name: String, patience: TimeSpan = .seconds(1)) throws(SystemError) {
        var address = name.utf8.map { CChar(bitPattern: $0) }
        guard name.hasPrefix("/") || name.hasPrefix("@"), (2...Self.longestName).contains(address.count) else {
            throw SystemError("name a socket '\(name)'", number: EINVAL)
        }
        if name.hasPrefix("@") { address[0] = 0 }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("make a socket") }
        self.name = name
        self.address = address
        let (seconds, rest) = patience.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(rest / 1000))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends one datagram; blocks for the socket's patience at most.
    ///
    /// - Throws: what the system said; `EMSGSIZE` for what is too long, `EAGAIN` where the reader has no room.
    package func send(_ bytes: [UInt8]) throws(SystemError) { try send(bytes, nd_datagram_send) }

    /// Sends bytes of any length as a sealed file of memory, which the reader must expect.
    package func sendAsFile(_ bytes: [UInt8]) throws(SystemError) { try send(bytes, nd_datagram_send_file) }

    private typealias Call = (Int32, UnsafePointer<CChar>?, Int, UnsafeRawPointer?, Int) -> Int32

    private func send(_ bytes: [UInt8], _ call: Call) throws(SystemError) {
        // Sound: both buffers outlive the call, which takes nothing of them with it.
        let number = bytes.withUnsafeBytes { body in
            address.withUnsafeBufferPointer { call(descriptor, $0.baseAddress, $0.count, body.baseAddress, body.count) }
        }
        guard number == 0 else { throw SystemError("send \(bytes.count) bytes to \(name)", number: number) }
    }
}
