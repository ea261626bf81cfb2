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
    private let shelf: Mutex<EvidenceShelf>
    /// Folders whose names are on the medium; locked too while one is made or removed, so that no file finds its own gone.
    private let folders = Mutex<Set<String>>([])
    /// Whether nobody but this user may look into the folder; one that was there already is left as it is.
    package let isPrivate: Bool

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
            isPrivate = try FileStatus(path: folder + "/.").map { $0.permissions & 0o077 == 0 } ?? false
            lock = try OpenFile(path: folder + "/.lock", flags: O_RDWR | O_CREAT | O_NOFOLLOW)
            self.policy = policy(try DiskSpace(of: folder))
        } catch {
            throw EvidenceError(error)
        }
        guard (try? lock.lockExclusively()) == true else {
            throw EvidenceError(.diskError, "The evidence folder \(folder) is in use by another neurond.")
        }
        self.folder = folder
        self.clock = clock
        shelf = Mutex(EvidenceShelf(stockOf: folder))
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
        let path = path(of: name)
        do throws(SystemError) {
            let file = try folders.withLock { known throws(SystemError) in
                try makeFolder(Directories.parent(of: path), &known)
                let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
                return try OpenFile(path: path + Self.unfinished, flags: flags, mode: 0o600)
            }
            return EvidenceFile(name, file, store: self)
        } catch {
            throw EvidenceError(error)
        }
    }

    /// A file in a folder whose own name is not on the medium would be lost with it, whoever writes it.
    private func makeFolder(_ path: String, _ known: inout Set<String>) throws(SystemError) {
        if known.contains(path), try FileStatus(path: path) != nil { return }
        try Directories.make(path, mode: 0o700)
        try Directories.synchronise(Directories.parent(of: path))
        try Directories.synchronise(folder)
        known.insert(path)
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
    ///
    /// - Throws: where something of it could not be removed, when all the rest was.
    package func sweep() throws(EvidenceError) { try makeRoom(for: 0) }

    /// Makes room for so many bytes, or says that there is none.
    func makeRoom(for needed: Int64) throws(EvidenceError) {
        var free = try freeBytes()
        var failure: SystemError?
        // What cannot be removed must not keep what is younger from making room.
        var stuck: Set<String> = []
        while case let going = takeOut(needed: needed, free: free, sparing: stuck), !going.isEmpty {
            for alert in going {
                let result = remove(alert)
                free += result.freed
                guard let error = result.error else { continue }
                failure = error
                stuck.insert(alert.alertID)
            }
        }
        if needed > 0 { return try check(needed, free: free, failure) }
        if let failure { throw EvidenceError(failure) }
    }

    private func freeBytes() throws(EvidenceError) -> Int64 {
        do throws(SystemError) { return try DiskSpace(of: folder).freeBytes } catch { throw EvidenceError(error) }
    }

    /// Takes what must go from the shelf, so that nobody else removes it too.
    private func takeOut(needed: Int64, free: Int64, sparing stuck: Set<String>) -> [StoredEvidence] {
        shelf.withLock { shelf in
            // A file that grows asks often; what is too old waits for the next sweep.
            if needed > 0, policy.allows(held: shelf.bytes, needed: needed, free: free) { return [] }
            let going = policy.condemned(
                Array(shelf.alerts.values),
                open: shelf.open.union(stuck),
                writing: shelf.writing,
                needed: needed,
                free: free,
                now: clock.wallNow()
            )
            for alert in going { shelf.takeOut(alert) }
            return going
        }
    }

    /// Removes an alert's files, and puts back on the shelf what could not be removed.
    private func remove(_ alert: StoredEvidence) -> (freed: Int64, error: SystemError?) {
        var left = alert
        var failure: SystemError?
        for name in alert.files.keys {
            do throws(SystemError) {
                try Directories.remove(path(of: name))
                left.files[name] = nil
            } catch {
                failure = error
            }
        }
        if failure != nil { shelf.withLock { $0.putBack(left) } }
        for camera in Set(alert.files.keys.map { Directories.parent(of: path(of: $0)) }) { removeFolder(camera) }
        return (alert.bytes - left.bytes, failure)
    }

    private func removeFolder(_ camera: String) {
        folders.withLock { known in
            // Succeeds for a folder that has become empty, and for no other.
            guard rmdir(camera) == 0 else { return }
            known.remove(camera)
            rmdir(Directories.parent(of: camera))
        }
    }

    private func check(_ needed: Int64, free: Int64, _ failure: SystemError?) throws(EvidenceError) {
        let held = shelf.withLock { $0.bytes }
        guard !policy.allows(held: held, needed: needed, free: free) else { return }
        throw EvidenceError(
            .diskFull,
            "No room for evidence in \(folder): \(free) bytes are free of which \(policy.freeBytes) must stay, and \(held) of at "
                + "most \(policy.bytes.map { "\($0)" } ?? "any") are held, by alerts that are still open."
                + (failure.map { " \($0)" } ?? "")
        )
    }

    // MARK: For a file that is being written

    func note(writing count: Int64) { shelf.withLock { $0.writing += count } }

    func path(of name: String) -> String { "\(folder)/\(name)" }

    /// A file that was being written is whole, and counts for its alert.
    func noteWhole(_ name: String, bytes: Int64) {
        shelf.withLock { shelf in
            shelf.writing -= bytes
            shelf.add(name, bytes: bytes)
        }
    }

    /// Removes a file that no alert came to name.
    package func discard(_ name: String) {
        // One that stays is counted, and goes when it is too old.
        guard (try? Directories.remove(path(of: name))) != nil else { return }
        shelf.withLock { $0.remove(name) }
    }
}
