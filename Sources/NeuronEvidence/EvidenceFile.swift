import Glibc
package import NeuronCore

/// A file of an alert that is being written, and hashed on the way; without ``commit(_:mediaType:)`` nothing of it stays.
///
/// Used by one thread at a time.
package final class EvidenceFile {
    package let name: String
    /// Why nothing more is written; nil while all is well.
    package private(set) var failure: EvidenceError?
    package private(set) var byteCount: Int64 = 0
    private let store: EvidenceStore
    private var file: OpenFile?
    private var hash = SHA256()
    /// Up to which size there was room.
    private var allowed: Int64 = 0
    private var isWhole = false

    /// How much is written before room is asked for again.
    private static let step: Int64 = 1 << 20

    init(_ name: String, _ file: consuming OpenFile, store: EvidenceStore) {
        self.name = name
        self.file = consume file
        self.store = store
    }

    /// Adds bytes; false where they could not be written, and from then on.
    package func write(_ bytes: [UInt8]) -> Bool {
        guard failure == nil else { return false }
        do throws(EvidenceError) {
            try askForRoom(Int64(bytes.count))
            try append(bytes)
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func askForRoom(_ count: Int64) throws(EvidenceError) {
        guard byteCount + count > allowed else { return }
        try store.makeRoom(for: count)
        allowed = byteCount + count + Self.step
    }

    private func append(_ bytes: [UInt8]) throws(EvidenceError) {
        do throws(SystemError) { try file?.write(bytes) } catch { throw EvidenceError(error) }
        bytes.withUnsafeBytes { hash.update($0) }
        byteCount += Int64(bytes.count)
        store.note(writing: Int64(bytes.count))
    }

    /// Waits until all is on the medium, and gives the file its name.
    ///
    /// - Returns: what an alert says of it.
    /// - Throws: where anything of it could not be written; nothing stays then.
    package func commit(_ role: AlertMedia.Role, mediaType: String) throws(EvidenceError) -> AlertMedia {
        if let failure { throw failure }
        do throws(SystemError) {
            try file?.synchronise()
            file = nil
            try takeName()
        } catch {
            let failure = EvidenceError(error)
            self.failure = failure
            throw failure
        }
        return AlertMedia(
            role: role,
            name: name,
            mediaType: mediaType,
            sha256: hash.finish().hexadecimal,
            byteCount: Int(byteCount)
        )
    }

    private func takeName() throws(SystemError) {
        let path = store.path(of: name)
        try Directories.rename(path + EvidenceStore.unfinished, to: path)
        do throws(SystemError) {
            try Directories.synchronise(Directories.parent(of: path))
        } catch {
            // A power cut could take the name back: no alert may tell it.
            store.discard(name)
            throw error
        }
        isWhole = true
        store.noteWhole(name, bytes: byteCount)
    }

    deinit {
        guard !isWhole else { return }
        store.note(writing: -byteCount)
        _ = try? Directories.remove(store.path(of: name) + EvidenceStore.unfinished)
    }
}
