import NeuronCore

/// A server's address without anything that must not be printed.
struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// As libnats takes it.
    let url: String
    /// What the server's certificate is checked against.
    let host: String
    let asksForTLS: Bool

    /// Reads `nats://host:port` or `tls://host:port`.
    init(_ text: String) throws(NATSError) {
        let scheme = text.hasPrefix("tls://") ? "tls://" : text.hasPrefix("nats://") ? "nats://" : nil
        guard let scheme, !text.contains("@") else {
            throw NATSError(
                .settings,
                "A NATS server's address is nats://HOST:PORT or tls://HOST:PORT, without user and password, which have "
                    + "settings of their own."
            )
        }
        let place = text.dropFirst(scheme.count)
        guard let host = Self.host(of: place), !host.isEmpty, place.allSatisfy({ $0.isASCII && !$0.isWhitespace })
        else {
            throw NATSError(.settings, "\(text) names no host; a NATS server's address is nats://HOST:PORT.")
        }
        url = text
        self.host = String(host)
        asksForTLS = scheme == "tls://"
    }

    var description: String { url }

    private static func host(of place: Substring) -> Substring? {
        if place.hasPrefix("[") {
            return place.firstIndex(of: "]").map { place[place.index(after: place.startIndex)..<$0] }
        }
        return place.prefix { $0 != ":" && $0 != "/" }
    }
}
