/// Why something could not be said over NATS, or a link not be opened.
package struct NATSError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What a caller can act on.
    package enum Code: Sendable, Hashable {
        /// The settings can't work: an address, a certificate, a subscription.
        case settings
        /// No connection was made: nobody listens, or the server turned us away.
        case connecting
        /// There is no connection now.
        case notConnected
        /// The server was asked and said no, or nothing.
        case request
    }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
