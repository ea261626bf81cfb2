import Glibc
import NeuronCore

/// The epoch of an outbox, kept beside it: it only rises, also when the database is lost.
///
/// Numbers of alerts count from 1 in each epoch, so two databases that follow each other at one place must never have
/// the same epoch. Whoever moves a box to a new disk takes this file along.
struct EpochFile {
    let path: String

    /// The highest epoch that was ever used here; 0 when there was none or the file can't be understood.
    func read() throws(SystemError) -> Int64 {
        guard let status = try FileStatus(path: path), status.isRegularFile else { return 0 }
        let file = try OpenFile(path: path, flags: O_RDONLY)
        let text = String(decoding: try file.read(at: 0, count: 32), as: UTF8.self)
        return max(0, Int64(text.prefix { $0.isNumber }) ?? 0)
    }

    /// Writes an epoch down; it is on the medium when this returns.
    func write(_ epoch: Int64) throws(SystemError) {
        try Directories.replace(path, with: Array("\(epoch)\n".utf8), mode: 0o600)
    }
}
