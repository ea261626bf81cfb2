import Glibc
import NeuronCore

/// A file that does nothing but hold space, given back when the disk is full.
///
/// SQLite needs room in its log to delete rows and to checkpoint; without it a full disk could never be emptied again.
struct Ballast: Sendable {
    let path: String
    /// Length of the file in bytes; 0 turns the ballast off.
    let bytes: Int64

    var isInPlace: Bool { ((try? FileStatus(path: path))?.size ?? 0) >= bytes }

    /// Gives the space back.
    func release() { _ = try? Directories.remove(path) }

    /// Puts the ballast back when the disk has at least four times its size to spare; otherwise leaves all as it is.
    func restore() {
        guard bytes > 0, !isInPlace, let free = freeBytes(), free >= 4 * bytes else { return }
        do {
            let file = try OpenFile(path: path, flags: O_RDWR | O_CREAT, mode: 0o600)
            try file.reserve(bytes)
        } catch {
            // The ballast is a precaution: without it the outbox still works, and the next round tries again.
            release()
        }
    }

    private func freeBytes() -> Int64? {
        var space = statvfs()
        guard statvfs(Directories.parent(of: path), &space) == 0 else { return nil }
        return Int64(clamping: space.f_bavail) &* Int64(clamping: space.f_frsize)
    }
}
