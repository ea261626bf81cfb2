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
        host == "localhost" || host == "::1"
            || host.split(separator: ".", omittingEmptySubsequences: false).first == "127"
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
