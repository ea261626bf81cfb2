/// Where a broker listens; never with a user or a password.
package struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    /// `mqtt`, `mqtts`, `nats` or `tls`.
    package var scheme: String
    /// A name or an address, an IPv6 address without its brackets; with TLS the broker's certificate must carry it.
    package var host: String
    package var port: Int

    /// Makes an address.
    package init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Whether the connection is encrypted.
    package var isEncrypted: Bool { scheme == "mqtts" || scheme == "tls" }

    /// The whole URL, always with its port.
    package var description: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// PEM files of an encrypted connection; relative paths are already joined to the configuration file's folder.
package struct TLSConfiguration: Sendable, Hashable {
    /// The authorities that may vouch for the broker; nil for those of the system.
    package var ca: String?
    /// Our own certificate and what stands above it; never without ``key``.
    package var certificate: String?
    package var key: String?

    /// Makes settings of TLS; without arguments the system's authorities are trusted.
    package init(ca: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.ca = ca
        self.certificate = certificate
        self.key = key
    }
}

/// Who has to say that an event is safe, before a sink forgets it.
package enum AcknowledgementConfiguration: String, Sendable, Hashable, CaseIterable {
    /// The broker that took it.
    case broker
    /// Whoever received it, by a feedback event.
    case receipt
}
