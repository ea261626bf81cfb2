/// Why a camera's user and password could not be read; never holds anything of them.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What kind of fault it is.
    package enum Code: Sendable, Hashable {
        /// A systemd credential is named, and systemd passed none to this process.
        case noDirectory
        case unreadable
        case tooLarge
        case malformed
    }

    static func noDirectory(name: String) -> CredentialError {
        CredentialError(
            code: .noDirectory,
            description:
                "Could not read the credential '\(name)': $CREDENTIALS_DIRECTORY isn't set, so this process was started "
                + "without systemd credentials. Add LoadCredential=\(name):/path/of/the/file to the unit, or write the path of a "
                + "file behind `credentials`."
        )
    }

    static func unreadable(_ reference: CredentialReference, path: String, reason: String) -> CredentialError {
        let hint =
            switch reference {
            case .systemd(let name): "Add LoadCredential=\(name):/path/of/the/file to the unit."
            case .file: "Check the path behind `credentials` and who may read the file."
            }
        return CredentialError(
            code: .unreadable,
            description: "Could not read the credential file \(path): \(reason). \(hint)"
        )
    }

    static func tooLarge(path: String) -> CredentialError {
        CredentialError(
            code: .tooLarge,
            description:
                "The credential file \(path) is larger than \(CredentialReader.maxBytes) bytes; it should hold "
                + "user:password on one line."
        )
    }

    static func malformed(path: String, _ reason: String) -> CredentialError {
        CredentialError(
            code: .malformed,
            description: "The credential file \(path) should hold user:password on one line, and \(reason)."
        )
    }
}
