/// Where the user and password of a camera are kept; not a secret itself.
package enum CredentialReference: Sendable, Hashable {
    /// A systemd credential, a file of this name in `$CREDENTIALS_DIRECTORY`.
    case systemd(String)
    /// A file; a relative path is already joined to the configuration file's folder.
    case file(String)

    /// Takes what a configuration says: with a `/` a path, without one a name.
    ///
    /// A text with a `:` is refused, since it is user and password themselves more often than anything else.
    init?(_ text: String, relativeTo directory: String) {
        guard !text.contains(":"), !text.contains(where: \.isNewline) else { return nil }
        if text.contains("/") {
            guard !text.hasPrefix("~"), !text.hasSuffix("/"), text.utf8.count <= 4096 else { return nil }
            self = .file(joinedPath(directory, text))
        } else {
            let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
            guard (1...255).contains(text.utf8.count), text.allSatisfy(allowed.contains), text != ".", text != ".."
            else {
                return nil
            }
            self = .systemd(text)
        }
    }

    /// As a file would have it.
    var text: String {
        switch self {
        case .systemd(let name), .file(let name): name
        }
    }
}
