/// Where the console listens.
package struct ConsoleAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    /// 0 for any that is free.
    package var port: Int

    /// Makes an address.
    package init(host: String = "127.0.0.1", port: Int = 8737) {
        self.host = host
        self.port = port
    }

    /// Whether only programs of this box reach it.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        // A name may begin with 127 and lead anywhere.
        return host.hasPrefix("127.") && !host.contains(":") && RequestOrigin.isAddress(host)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
