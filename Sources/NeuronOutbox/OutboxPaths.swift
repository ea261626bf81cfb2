import Glibc
import NeuronCore

/// The files of one outbox: the database and what stands beside it.
struct OutboxPaths: Sendable, Hashable {
    let database: String

    /// SQLite's write-ahead log.
    var log: String { database + "-wal" }
    /// Held with `flock` by the daemon that writes; readers don't take it.
    var lock: String { database + ".lock" }
    /// The epoch outside the database, so that it is raised when the database is lost.
    var epoch: String { database + ".epoch" }
    /// Space that is given back when the disk is full, so that deleting and checkpointing still work.
    var ballast: String { database + ".ballast" }
    /// Stands where SQLite reported damage at run time: the next start then checks the whole file.
    var suspicion: String { database + ".suspect" }
    var folder: String { Directories.parent(of: database) }

    /// What SQLite itself keeps beside a database in WAL mode.
    static let companions = ["", "-wal", "-shm"]

    /// Size on disk of the database with its log, in bytes.
    func bytesOnDisk() -> Int64 {
        Self.companions.reduce(0) { sum, ending in
            sum + ((try? FileStatus(path: database + ending))?.size ?? 0)
        }
    }
}
