/// A picture or a clip that belongs to an alert: where it is to be had and what it must hash to.
package struct AlertMedia: Sendable, Hashable {
    package var role: Role
    /// A name below the evidence folder, `2026/11/21/gate/01K3A7Q0W3.jpg`; the same in files, the API and the alert.
    package var name: String
    package var mediaType: String
    /// The SHA-256 of the file's bytes, 64 lowercase hex digits.
    package var sha256: String
    package var byteCount: Int

    /// Names a file.
    package init(role: Role, name: String, mediaType: String, sha256: String, byteCount: Int) {
        self.role = role
        self.name = name
        self.mediaType = mediaType
        self.sha256 = sha256
        self.byteCount = byteCount
    }

    /// What it shows; the alert's `rel`.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case snapshot
        case clip
    }
}
