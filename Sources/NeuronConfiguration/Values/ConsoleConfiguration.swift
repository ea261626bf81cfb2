import NeuronCore

/// Where the console is served, and to whom.
package struct ConsoleConfiguration: Sendable, Hashable {
    package var isEnabled: Bool
    package var listen: ListenAddress
    /// Where the token is kept that a client must show; nil where programs of this box need none.
    package var token: CredentialReference?
    /// Other names under which the console is known, as behind a reverse proxy.
    package var hosts: [String]

    /// Makes console settings; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool = true,
        listen: ListenAddress = ListenAddress(),
        token: CredentialReference? = nil,
        hosts: [String] = []
    ) {
        self.isEnabled = isEnabled
        self.listen = listen
        self.token = token
        self.hosts = hosts
    }
}

/// An address of this box and a port.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, without brackets.
    package var host: String
    /// 0 for any that is free.
    package var port: Int

    /// Makes an address.
    package init(host: String = "127.0.0.1", port: Int = 8737) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `[ADDRESS]:PORT`; nil for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port), !text[text.index(after: colon)...].hasPrefix("+")
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) else {
                return nil
            }
        } else {
            guard HostName.isValid(String(host)) else { return nil }
        }
        self.init(host: String(host), port: port)
    }

    /// Whether only programs of this box reach it.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Names of hosts, as they stand in a URL.
enum HostName {
    /// Letters, digits, `-`, `_` and `.`, 1 to 253 of them.
    static func isValid(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.first != "." && text.first != "-"
            && text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
    }
}
