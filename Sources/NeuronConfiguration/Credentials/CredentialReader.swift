import Glibc

/// Reads the files that hold a camera's user and password.
package struct CredentialReader: Sendable {
    /// Where systemd puts its credentials; nil when the process wasn't given any.
    private let directory: String?

    /// The largest file that is read.
    package static let maxBytes = 4096

    /// Makes a reader.
    ///
    /// - Parameter environment: the process's environment; `CREDENTIALS_DIRECTORY` is asked for.
    package init(environment: [String: String]) {
        directory = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What was read, and what should be said about the file.
    package struct Reading: Sendable {
        package var credential: Credential
        /// A full sentence when others on this machine can read the file.
        package var warning: String?
    }

    /// Reads `user:password` on one line; a line end behind it is cut, and a `:` in the password is part of it.
    ///
    /// - Throws: ``CredentialError``, whose text holds nothing of the file's content.
    package func read(_ reference: CredentialReference) throws(CredentialError) -> Reading {
        let (bytes, path, warning) = try content(of: reference)
        return Reading(credential: try credential(in: bytes, path: path), warning: warning)
    }

    /// Reads one line that is a secret as a whole, such as a token; a line end behind it is cut.
    ///
    /// - Throws: ``CredentialError``, whose text holds nothing of the file's content.
    package func readSecret(
        _ reference: CredentialReference
    ) throws(CredentialError) -> (secret: String, warning: String?) {
        let (bytes, path, warning) = try content(of: reference)
        return (try line(of: bytes, path: path), warning)
    }

    private func content(
        of reference: CredentialReference
    ) throws(CredentialError) -> (bytes: [UInt8], path: String, warning: String?) {
        let path = try path(of: reference)
        let file: (bytes: [UInt8], mode: UInt32)
        do {
            file = try BoundedFile.readWithMode(path, maxBytes: Self.maxBytes + 1)
        } catch {
            throw .unreadable(reference, path: path, reason: error.reason)
        }
        guard file.bytes.count <= Self.maxBytes else { throw .tooLarge(path: path) }
        let isOpen = file.mode & 0o004 != 0
        let advice = "Everybody on this machine can read \(path); restrict it with chmod 600 \(path)."
        return (file.bytes, path, isOpen ? advice : nil)
    }

    private func path(of reference: CredentialReference) throws(CredentialError) -> String {
        switch reference {
        case .file(let path): return path
        case .systemd(let name):
            guard let directory else { throw .noDirectory(name: name) }
            // A folder that the unit loads as a whole, LoadCredential=neurond:FOLDER, puts the unit's name before each file's.
            let paths = [name, "neurond_" + name].map { joinedPath(directory, $0) }
            return paths.first { access($0, F_OK) == 0 } ?? paths[0]
        }
    }

    private func line(of bytes: [UInt8], path: String) throws(CredentialError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(path: path, "it isn't UTF-8 text")
        }
        let line = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? text.dropLast() : text[...]
        guard !line.isEmpty else { throw .malformed(path: path, "it is empty") }
        guard !line.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw .malformed(path: path, "it has more than one line, or a control character")
        }
        return String(line)
    }

    private func credential(in bytes: [UInt8], path: String) throws(CredentialError) -> Credential {
        let line = try line(of: bytes, path: path)
        guard let colon = line.firstIndex(of: ":") else { throw .malformed(path: path, "it has no `:`") }
        let user = String(line[..<colon])
        guard !user.isEmpty else { throw .malformed(path: path, "nothing stands before the `:`") }
        return Credential(user: user, password: String(line[line.index(after: colon)...]))
    }
}
