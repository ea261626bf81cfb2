package import NeuronCore

/// A user and a password; neither can be printed by accident.
package struct Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// As the camera knows it.
    package let user: String
    /// As the camera knows it.
    package let password: String

    /// Makes a credential.
    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { "user and password (hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The address that opens the source: with user and password in front of the host, or, where the address has places
    /// `{user}` and `{password}`, in these; percent-encoded either way.
    ///
    /// The result is for the one place that opens the source; messages name the configuration's own address.
    package func applied(to address: SourceAddress) -> SourceAddress {
        let text = address.revealed
        guard SourceSecrets.hasPlaceholder(text) else { return address.withCredentials(user: user, password: password) }
        return SourceAddress(
            text.replacing("{user}", with: percentEncoded(user)).replacing("{password}", with: percentEncoded(password))
        )
    }
}

/// RFC 3986: everything but the unreserved characters.
private func percentEncoded(_ text: String) -> String {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return text.utf8.reduce(into: "") { result, byte in
        if unreserved.contains(byte) {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }
    }
}
