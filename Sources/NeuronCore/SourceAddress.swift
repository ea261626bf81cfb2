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
        if ["/dev/video", "/dev/v4l/", Self.devicePrefix].contains(where: revealed.hasPrefix) { return .video4Linux }
        guard let scheme else { return .clip }
        switch scheme {
        case "rtsp", "rtsps": return .rtsp
        case "file": return .clip
        default: return .network
        }
    }

    /// What makes a V4L2 device of any path, as of a link that a udev rule has made.
    private static let devicePrefix = "v4l2:"

    /// The path of a V4L2 device.
    package var devicePath: String {
        revealed.hasPrefix(Self.devicePrefix) ? String(revealed.dropFirst(Self.devicePrefix.count)) : revealed
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

    /// What stands behind `://`; nil for a plain path.
    private var rest: Substring? {
        guard scheme != nil, let start = revealed.firstRange(of: "://")?.upperBound else { return nil }
        return revealed[start...]
    }

    /// Where user and password stand.
    ///
    /// Cameras' passwords are often written unescaped. With a `/`, `?` or `#` inside, the authority seems to end in the
    /// middle of it, and what stands where the port should is no number.
    private var userInfoRange: Range<String.Index>? {
        guard let rest else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if hasOddPort(authority), !authority.contains("@") {
            return rest.lastIndex(of: "@").map { rest.startIndex..<$0 }
        }
        guard authority.contains("@") else { return nil }
        // Behind an @ in the authority there may be more of the password, up to the last one of the path.
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        return path.lastIndex(of: "@").map { rest.startIndex..<$0 }
    }

    /// What no text shows: more than the user and password where it isn't certain where they end.
    private var redactedRange: Range<String.Index>? {
        guard let rest else { return nil }
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        return userInfoRange ?? path.lastIndex(of: "@").map { rest.startIndex..<$0 }
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
        if let range = redactedRange { text.replaceSubrange(range, with: "***") }
        text = redactedPath(text)
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

/// Other cameras take it in the path (`/user=admin_password=…_channel=1`): all behind the word goes, up to the query.
private func redactedPath(_ text: String) -> String {
    let path = text.prefix { $0 != "?" }
    let lowered = path.lowercased()
    let ends = ["password=", "passwd=", "pass=", "pwd=", "psw="].compactMap { lowered.firstRange(of: $0)?.upperBound }
    // Only ASCII letters change case without changing their length; elsewhere the places could differ.
    guard let end = ends.min(), lowered.utf8.count == path.utf8.count else { return ends.isEmpty ? text : "***" }
    let kept = lowered.utf8.distance(from: lowered.startIndex, to: end)
    return String(text.utf8.prefix(kept)).map { $0 + "***" + text[path.endIndex...] } ?? "***"
}

/// Whether what stands where the port should is no number.
private func hasOddPort(_ authority: Substring) -> Bool {
    guard !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":") else { return false }
    return Int(authority[authority.index(after: colon)...]) == nil
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
