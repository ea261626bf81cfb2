import NeuronCore

/// Finds secrets in the text of a source, and says where they belong without repeating them.
enum SourceSecrets {
    /// Whether the text has places for user or password, to be filled from the credentials.
    static func hasPlaceholder(_ text: String) -> Bool { text.contains("{user}") || text.contains("{password}") }

    /// What to say of a text that holds a secret; nil when it holds none.
    static func complaint(about text: String, in key: String, camera: SensorID) -> String? {
        guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
        if holdsUserInfo(text[start...]) { return userInfoComplaint(text, start: start, key: key, camera: camera) }
        guard let name = secretItem(in: text[start...]) else { return nil }
        return
            "The URL holds a value for `\(name)`, and secrets never stand in this file. Write `\(name)={password}` here, and "
            + "the line `credentials: \(camera)`: \(credentialAdvice(camera))"
    }

    private static func credentialAdvice(_ camera: SensorID) -> String {
        "the systemd credential `\(camera)`, or the path of a file, with user:password on one line."
    }

    /// Whether a user stands before an `@` in front of the path.
    ///
    /// Passwords are often written unescaped: with a `/` or a `?` inside, what
    /// should be the port is no number.
    private static func holdsUserInfo(_ rest: Substring) -> Bool {
        guard rest.contains("@") else { return false }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") { return true }
        guard !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":") else { return false }
        return Int(authority[authority.index(after: colon)...]) == nil
    }

    private static func userInfoComplaint(
        _ text: String,
        start: String.Index,
        key: String,
        camera: SensorID
    ) -> String {
        let rule = "The URL holds a user or a password, and secrets never stand in this file."
        let address =
            withoutUserInfo(text, start: start).map { "`\(key): \($0)`" } ?? "`\(key):` with the URL without them"
        return "\(rule) Write the two lines \(address) and `credentials: \(camera)`: \(credentialAdvice(camera))"
    }

    /// The address as it should be written; nil where it isn't certain what of the text is secret.
    private static func withoutUserInfo(_ text: String, start: String.Index) -> String? {
        guard let at = text.lastIndex(of: "@") else { return nil }
        let before = text[start..<at]
        let rest = text[text.index(after: at)...]
        guard !before.contains("?"), !before.contains("#"), secretItem(in: rest) == nil, !rest.isEmpty,
            rest.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "`" })
        else { return nil }
        return String(text[..<start] + rest)
    }

    /// The name of an item such as `password=…`, in the query or, as some cameras have it, in the path.
    private static func secretItem(in rest: Substring) -> String? {
        let lowered = rest.lowercased()
        for name in ["password", "passwd", "pass", "pwd", "psw", "secret", "token"] {
            guard let range = lowered.firstRange(of: "\(name)=") else { continue }
            let value = lowered[range.upperBound...]
            if !value.isEmpty, !value.hasPrefix("{password}"), !value.hasPrefix("&") { return name }
        }
        return nil
    }
}
