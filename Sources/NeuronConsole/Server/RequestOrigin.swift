import HTTPTypes
import NeuronCore

/// Whether a request was meant for this console, and sent by its own page or by a program.
///
/// A web page anywhere can make a browser at the box send requests to 127.0.0.1, and by a name that it points there (DNS rebinding)
/// even read the answers. Pure: it looks at names only.
struct RequestOrigin: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - address: where the console listens.
    ///   - hosts: other names under which it is known.
    init(address: ConsoleAddress, hosts: [String]) {
        names = Set((["localhost", address.host] + hosts).map { $0.lowercased() })
    }

    /// Refuses a request that was meant for another host.
    ///
    /// An address is let in whatever it is: only a name can be pointed here by somebody else.
    func check(authority: String?) throws(ConsoleProblem) {
        guard let authority, let host = Self.host(of: authority) else {
            throw ConsoleProblem(.badRequest, "The request says no host that it is for, or none that can be read.")
        }
        guard names.contains(host) || Self.isAddress(host) else {
            throw ConsoleProblem(
                .misdirectedRequest,
                "This console is not known under that name; what it may be called stands under `console.hosts`."
            )
        }
    }

    /// Refuses what another site made a browser send.
    ///
    /// - Parameters:
    ///   - headers: the request's.
    ///   - authority: the host that it is for.
    ///   - isNavigation: whether it only shows a page.
    /// - Throws: `ConsoleProblem` with `forbidden`.
    func check(_ headers: HTTPFields, authority: String?, isNavigation: Bool) throws(ConsoleProblem) {
        if let site = headers[.secFetchSite], site != "same-origin", site != "none", !isNavigation {
            throw Self.crossSite
        }
        guard let origin = headers[.origin] else { return }
        guard let start = origin.firstRange(of: "://")?.upperBound, let authority,
            origin[start...].lowercased() == authority.lowercased()
        else { throw Self.crossSite }
    }

    private static let crossSite = ConsoleProblem(
        .forbidden,
        "Only the console's own page may ask for this from within a browser."
    )

    /// `box.example` of `box.example:8737`, `::1` of `[::1]:8737`; nil where it is neither a name nor an address.
    static func host(of authority: String) -> String? {
        let text = authority.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            let host = String(text[text.index(after: text.startIndex)..<end])
            return isPort(rest) && isAddress(host) ? host : nil
        }
        let host = text.prefix { $0 != ":" }
        let isName = host.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
        return !host.isEmpty && isName && isPort(text[host.endIndex...]) ? String(host) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && UInt16(text.dropFirst()) != nil
    }

    /// Who asks: the address of the connection, or the one that a proxy on this box says it has the request from.
    ///
    /// Of the list in `X-Forwarded-For` only the last is the proxy's own word; what stands before it came with the request. From
    /// anywhere else than this box the header is worth nothing.
    ///
    /// - Parameters:
    ///   - connection: the address at its other end; nil where it is gone.
    ///   - headers: the request's.
    /// - Returns: an address, or `unknown`.
    static func peer(of connection: String?, _ headers: HTTPFields) -> String {
        guard let connection else { return "unknown" }
        guard ConsoleAddress(host: connection.replacing("::ffff:", with: "")).isLoopback,
            let last = headers[values: .xForwardedFor].last?.split(separator: ",").last
        else { return connection }
        let address = last.drop { $0 == " " }.prefix { $0 != " " }.lowercased()
        return address.utf8.count <= 45 && isAddress(address) ? address : connection
    }

    /// Whether it is an address of IPv4 or IPv6 as it is written in numbers.
    static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.count <= 3 && UInt8($0) != nil }
    }
}

extension HTTPField.Name {
    static let secFetchSite = Self("Sec-Fetch-Site") ?? .from
    static let xForwardedFor = Self("X-Forwarded-For") ?? .from
    static let xForwardedProto = Self("X-Forwarded-Proto") ?? .from
    static let lastEventID = Self("Last-Event-ID") ?? .from
    static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy") ?? .from
    static let referrerPolicy = Self("Referrer-Policy") ?? .from
}
