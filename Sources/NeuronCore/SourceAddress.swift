/// Where a camera's pictures come from: a URL, a device or a file, with its password kept out of every text.
///
/// `description` is safe to print. ``revealed`` holds the secret and is read by the one place that opens the source.
package struct SourceAddress: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What kind of source the text names.
    package enum Kind: Sendable, Hashable {
        case rtsp
        /// A recorded clip.
        case clip
        case video4Linux
        /// Another network protocol that FFmpeg may know.
        case network
    }

    /// The address as written, user and password included.
    package let revealed: String

    /// Takes an address as it stands in a configuration or on the command line.
    package init(_ text: String) { revealed = text }

    package var kind: Kind {
        if revealed.hasPrefix("/dev/video") || revealed.hasPrefix("/dev/v4l/") { return .video4Linux }
        guard let scheme else { return .clip }
        switch scheme {
        case "rtsp", "rtsps": return .rtsp
        case "file": return .clip
        default: return .network
        }
    }

    /// The URL scheme in lower case; nil for a plain path.
    package var scheme: String? {
        guard let colon = revealed.firstRange(of: "://") else { return nil }
        let scheme = revealed[..<colon.lowerBound]
        guard scheme.first?.isLetter == true, scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
        else { return nil }
        return scheme.lowercased()
    }

    /// The user and password of the authority, still percent-encoded; nil where there is none.
    package var userInfo: Substring? { userInfoRange.map { revealed[$0] } }

    private var userInfoRange: Range<String.Index>? {
        guard scheme != nil, let start = revealed.firstRange(of: "://")?.upperBound else { return nil }
        // The last @ before the path: cameras' passwords are often written unescaped, with an @ or a / inside. When in
        // doubt more is taken for secret, not less.
        let end = revealed[start...].firstIndex { $0 == "?" || $0 == "#" } ?? revealed.endIndex
        guard let at = revealed[start..<end].lastIndex(of: "@") else { return nil }
        return start..<at
    }

    /// The address with another user and password in front of its host, percent-encoded here.
    ///
    /// - Parameters:
    ///   - user: the user's name as the camera knows it.
    ///   - password: the password as the camera knows it.
    /// - Returns: the address to open; a path without a host comes back as it is.
    package func withCredentials(user: String, password: String) -> SourceAddress {
        guard let start = revealed.firstRange(of: "://")?.upperBound else { return self }
        let host = userInfoRange.map { revealed[revealed.index(after: $0.upperBound)...] } ?? revealed[start...]
        return SourceAddress(revealed[..<start] + percentEncoded(user) + ":" + percentEncoded(password) + "@" + host)
    }

    /// The address with `***` for user and password, and for the value of each query item.
    package var description: String {
        guard scheme != nil else { return revealed }
        var text = revealed
        if let range = userInfoRange { text.replaceSubrange(range, with: "***") }
        guard let query = text.firstIndex(of: "?") else { return text }
        return text[...query] + redactedQuery(text[text.index(after: query)...])
    }

    package var debugDescription: String { description }
}

/// Some cameras take the password in the query (`?user=admin&password=…`): names stay, values go.
private func redactedQuery(_ query: Substring) -> String {
    query.split(separator: "&", omittingEmptySubsequences: false)
        .map { item in item.firstIndex(of: "=").map { item[...$0] + "***" } ?? item }
        .joined(separator: "&")
}

private func percentEncoded(_ text: String) -> String {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    let hexadecimal = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
        if unreserved.contains(byte) {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            result += "%\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
        }
    }
}
