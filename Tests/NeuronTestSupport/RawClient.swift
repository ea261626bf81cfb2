import Glibc
import NeuronCore

/// A client that sends what no browser would, over a socket of its own.
///
/// Calls block: they run on a thread of their own.
package final class RawClient: Sendable {
    package let descriptor: Int32

    /// Connects to a port of this machine; nil where nobody listens.
    package init?(port: Int) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// False where the other side has closed.
    @discardableResult
    package func send(_ bytes: some Collection<UInt8>) -> Bool {
        let all = Array(bytes)
        var sent = 0
        while sent < all.count {
            let count = Glibc.send(descriptor, Array(all[sent...]), all.count - sent, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(text.utf8) }

    /// Reads until the other side closes, a condition holds or time is up.
    ///
    /// - Returns: what came, and whether the other side has closed.
    package func read(
        within seconds: Double = 20,
        until isEnough: ([UInt8]) -> Bool = { _ in false }
    ) -> (bytes: [UInt8], isClosed: Bool) {
        let clock = SystemClock()
        let deadline = clock.monotonicNow() + TimeSpan(nanoseconds: Int64(seconds * 1e9))
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while !isEnough(bytes) {
            let left = (deadline - clock.monotonicNow()).milliseconds
            guard left > 0 else { return (bytes, false) }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(min(left, 1000))) > 0 else { continue }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return (bytes, true) }
            bytes += chunk[..<count]
        }
        return (bytes, false)
    }
}

/// An answer, taken apart.
package struct RawAnswer: Sendable {
    package var status: Int
    package var headers: [String: String]
    package var body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Nil where the head is not complete.
    package init?(_ bytes: [UInt8]) {
        guard let end = Self.headEnd(in: bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count > 1, let status = Int(first[1]) else {
            return nil
        }
        self.status = status
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                return (line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " }))
            }
        ) { first, _ in first }
        body = Array(bytes[(end + 4)...])
    }

    package static func headEnd(in bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    /// Whether the bytes hold an answer whose length is known, to its end.
    package static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let answer = RawAnswer(bytes) else { return false }
        guard let length = answer.headers["content-length"].flatMap({ Int($0) }) else { return answer.status == 304 }
        return answer.body.count >= length
    }
}

/// Runs what blocks on a thread of its own.
package func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { done in
        _ = DedicatedThread(name: "client") { done.resume(returning: body()) }
    }
}
