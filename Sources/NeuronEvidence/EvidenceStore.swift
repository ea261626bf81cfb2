import Glibc
package import NeuronCore
import Synchronization

/// The folder in which pictures and clips of alerts are kept: `<day>/<camera>/<alert>.jpg`.
///
/// A file is written under another name and gets its own when it is whole and on the medium, so that no crash leaves half a file
/// that looks whole. Before anything is written, what the policy no longer allows goes; where that is not enough, nothing is
/// written. Calls block.
package final class EvidenceStore: Sendable {
    package let folder: String
    package let policy: RetentionPolicy
    private let clock: any NeuronClock
    /// Locked for as long as this lives, so that two programs don't remove each other's unfinished files.
    private let lock: OpenFile
    private let shelf: Mutex<Shelf>

    private struct Shelf {
        var alerts: [String: StoredEvidence] = [:]
        var open: Set<String> = []
        /// Bytes of files that are being written.
        var writing: Int64 = 0
        /// Bytes of whole files.
        var kept: Int64 = 0

        var bytes: Int64 { kept + writing }

        mutating func add(_ name: String, bytes: Int64, of id: String) {
            guard var alert = alerts[id] ?? StoredEvidence(alertID: id) else { return }
            kept += bytes - (alert.files.updateValue(bytes, forKey: name) ?? 0)
            alerts[id] = alert
        }
    }

    /// What the store holds and may hold.
    package struct Usage: Sendable, Hashable {
        package var bytes: Int64
        /// Nil for no limit.
        package var limitBytes: Int64?
        package var freeBytes: Int64
        package var alerts: Int
    }

    /// The ending of a file that is being written.
    static let unfinished = ".part"

    /// Opens a folder, which is made where it is missing, and removes what a crash left unfinished in it.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - clock: for the age of files.
    ///   - policy: makes the policy of the folder's disk.
    /// - Throws: where the folder cannot be used, or another program has it.
    package init(
        folder: String,
        clock: any NeuronClock,
        policy: (DiskSpace) -> RetentionPolicy
    ) throws(EvidenceError) {
        do throws(SystemError) {
            try Directories.make(folder, mode: 0o700)
            lock = try OpenFile(path: folder + "/.lock", flags: O_RDWR | O_CREAT)
            self.policy = policy(try DiskSpace(of: folder))
        } catch {
            throw EvidenceError(error)
        }
        guard (try? lock.lockExclusively()) == true else {
            throw EvidenceError(.diskError, "The evidence folder \(folder) is in use by another neurond.")
        }
        self.folder = folder
        self.clock = clock
        var shelf = Shelf()
        Self.takeStock(of: folder, &shelf)
        self.shelf = Mutex(shelf)
    }

    deinit { lock.unlock() }

    package var usage: Usage {
        let free = (try? DiskSpace(of: folder))?.freeBytes ?? 0
        return shelf.withLock { shelf in
            Usage(bytes: shelf.bytes, limitBytes: policy.bytes, freeBytes: free, alerts: shelf.alerts.count)
        }
    }

    // MARK: Writing

    /// An alert has begun: its files stay until it is over.
    package func hold(_ alertID: String) { shelf.withLock { _ = $0.open.insert(alertID) } }

    /// An alert is over and told: from now on its files may go.
    package func release(_ alertID: String) { shelf.withLock { _ = $0.open.remove(alertID) } }

    /// Begins a file of an alert.
    ///
    /// - Parameters:
    ///   - name: below the folder, of ``EvidenceName``.
    ///   - expected: bytes that it will have at least.
    /// - Returns: the file, which has its name when it is committed.
    /// - Throws: where there is no room, or the disk does not take it.
    package func begin(_ name: String, expecting expected: Int64 = 0) throws(EvidenceError) -> EvidenceFile {
        try makeRoom(for: expected)
        do throws(SystemError) {
            let path = "\(folder)/\(name)"
            let above = Directories.parent(of: path)
            let isNewFolder = try FileStatus(path: above) == nil
            try Directories.make(above, mode: 0o700)
            let file = try OpenFile(path: path + Self.unfinished, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            return EvidenceFile(name, file, isInNewFolder: isNewFolder, store: self)
        } catch {
            throw EvidenceError(error)
        }
    }

    /// Keeps a whole file.
    package func keep(
        _ bytes: [UInt8],
        as name: String,
        _ role: AlertMedia.Role,
        mediaType: String
    ) throws(EvidenceError) -> AlertMedia {
        let file = try begin(name, expecting: Int64(bytes.count))
        _ = file.write(bytes)
        return try file.commit(role, mediaType: mediaType)
    }

    // MARK: Retention

    /// Removes what the policy no longer allows; for every now and then.
    package func sweep() { try? makeRoom(for: 0) }

    /// Makes room for so many bytes, or says that there is none.
    func makeRoom(for needed: Int64) throws(EvidenceError) {
        let free: Int64
        do throws(SystemError) { free = try DiskSpace(of: folder).freeBytes } catch { throw EvidenceError(error) }
        let condemned = shelf.withLock { shelf in
            // A file that grows asks often; what is too old waits for the next sweep.
            if needed > 0, policy.allows(held: shelf.bytes, needed: needed, free: free) { return [StoredEvidence]() }
            let going = policy.condemned(
                Array(shelf.alerts.values),
                open: shelf.open,
                writing: shelf.writing,
                needed: needed,
                free: free,
                now: clock.wallNow()
            )
            for alert in going {
                shelf.alerts[alert.alertID] = nil
                shelf.kept -= alert.bytes
            }
            return going
        }
        for alert in condemned { remove(alert) }
        let freed = condemned.reduce(0) { $0 + $1.bytes }
        let held = shelf.withLock { $0.bytes }
        guard needed == 0 || policy.allows(held: held, needed: needed, free: free + freed) else {
            throw EvidenceError(
                .diskFull,
                "No room for evidence in \(folder): \(free + freed) bytes are free of which \(policy.freeBytes) must stay, and "
                    + "\(held) of at most \(policy.bytes.map { "\($0)" } ?? "any") are held, by alerts that are still open."
            )
        }
    }

    private func remove(_ alert: StoredEvidence) {
        for name in alert.files.keys {
            let path = "\(folder)/\(name)"
            _ = try? Directories.remove(path)
            // Succeeds for a folder that has become empty, and for no other.
            let camera = Directories.parent(of: path)
            if rmdir(camera) == 0 { rmdir(Directories.parent(of: camera)) }
        }
    }

    // MARK: For a file that is being written

    func note(writing count: Int64) { shelf.withLock { $0.writing += count } }

    func path(of name: String) -> String { "\(folder)/\(name)" }

    /// A file that was being written is whole, and counts for its alert.
    func noteWhole(_ name: String, bytes: Int64) {
        shelf.withLock { shelf in
            shelf.writing -= bytes
            if let id = StoredEvidence.alertID(ofFile: name) { shelf.add(name, bytes: bytes, of: id) }
        }
    }

    /// Removes a file that no alert came to name.
    package func discard(_ media: AlertMedia) {
        guard let id = StoredEvidence.alertID(ofFile: media.name) else { return }
        _ = try? Directories.remove(path(of: media.name))
        shelf.withLock { shelf in
            shelf.kept -= shelf.alerts[id]?.files.removeValue(forKey: media.name) ?? 0
            if shelf.alerts[id]?.files.isEmpty == true { shelf.alerts[id] = nil }
        }
    }

    /// Counts what is there and removes what is unfinished; files that are not ours are left alone.
    private static func takeStock(of folder: String, _ shelf: inout Shelf) {
        for day in FolderListing.folders(in: folder) {
            for camera in FolderListing.folders(in: "\(folder)/\(day)") {
                for file in FolderListing.names(in: "\(folder)/\(day)/\(camera)") {
                    take("\(day)/\(camera)/\(file)", file, in: folder, &shelf)
                }
            }
        }
    }

    private static func take(_ name: String, _ file: String, in folder: String, _ shelf: inout Shelf) {
        guard let id = StoredEvidence.alertID(ofFile: name),
            let status = try? FileStatus(path: "\(folder)/\(name)"), status.isRegularFile
        else { return }
        if file.hasSuffix(unfinished) {
            _ = try? Directories.remove("\(folder)/\(name)")
            return
        }
        shelf.add(name, bytes: status.size, of: id)
    }
}
