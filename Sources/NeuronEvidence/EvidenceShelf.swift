import NeuronCore

/// What an evidence store holds, alert by alert: a count that follows the files, and changes none.
struct EvidenceShelf {
    private(set) var alerts: [String: StoredEvidence] = [:]
    /// Alerts that are not over.
    var open: Set<String> = []
    /// Bytes of files that are being written.
    var writing: Int64 = 0
    /// Bytes of whole files.
    private var kept: Int64 = 0

    var bytes: Int64 { kept + writing }

    /// Counts what is there and removes what a crash left unfinished; files that are not ours are left alone.
    init(stockOf folder: String) {
        for day in FolderListing.folders(in: folder) {
            for camera in FolderListing.folders(in: "\(folder)/\(day)") {
                for file in FolderListing.names(in: "\(folder)/\(day)/\(camera)") {
                    take("\(day)/\(camera)/\(file)", in: folder)
                }
            }
        }
    }

    private mutating func take(_ name: String, in folder: String) {
        guard StoredEvidence.alertID(ofFile: name) != nil, let status = try? FileStatus(path: "\(folder)/\(name)"),
            status.isRegularFile
        else { return }
        if name.hasSuffix(EvidenceStore.unfinished) {
            _ = try? Directories.remove("\(folder)/\(name)")
        } else {
            add(name, bytes: status.size)
        }
    }

    /// Counts a whole file for its alert, in place of one that had its name.
    mutating func add(_ name: String, bytes: Int64) {
        guard let id = StoredEvidence.alertID(ofFile: name), var alert = alerts[id] ?? StoredEvidence(alertID: id)
        else { return }
        kept += bytes - (alert.files.updateValue(bytes, forKey: name) ?? 0)
        alerts[id] = alert
    }

    /// A file is gone.
    mutating func remove(_ name: String) {
        guard let id = StoredEvidence.alertID(ofFile: name) else { return }
        kept -= alerts[id]?.files.removeValue(forKey: name) ?? 0
        if alerts[id]?.files.isEmpty == true { alerts[id] = nil }
    }

    /// All files of an alert are about to go.
    mutating func takeOut(_ alert: StoredEvidence) {
        for name in alert.files.keys { remove(name) }
    }

    /// Files of an alert are still there.
    mutating func putBack(_ alert: StoredEvidence) {
        for (name, bytes) in alert.files { add(name, bytes: bytes) }
    }
}
