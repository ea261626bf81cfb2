package import NeuronCore

/// The files of one alert, as the store counts them.
package struct StoredEvidence: Sendable, Hashable {
    package var alertID: String
    /// When the alert began, by its id.
    package var onset: WallTime
    /// Below the evidence folder, with the size of each.
    package var files: [String: Int64]

    /// Makes the record of an alert without files; nil for a text that is no alert's id.
    package init?(alertID: String) {
        guard let onset = ULID.time(of: alertID) else { return nil }
        self.alertID = alertID
        self.onset = onset
        files = [:]
    }

    package var bytes: Int64 { files.values.reduce(0, +) }

    /// The alert that a file belongs to by its name, `…/01K3A7Q0W3XXXXXXXXXXXXXXXX-best.jpg`; nil for a file that is not ours.
    static func alertID(ofFile name: String) -> String? {
        let file = name.split(separator: "/").last ?? ""
        let id = String(file.prefix(26))
        guard ULID.time(of: id) != nil, [".", "-"].contains(file.dropFirst(26).first) else { return nil }
        return id
    }
}
