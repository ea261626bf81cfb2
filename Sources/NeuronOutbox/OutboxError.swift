import GRDB
import NeuronCore

/// Why the outbox refused or failed; the text says what would be right.
package struct OutboxError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What a caller can act on.
    package enum Code: Sendable, Hashable {
        /// The path or the capacity can't be used as configured.
        case configuration
        /// Another process has this outbox.
        case locked
        /// The file is damaged.
        case damaged
        /// The file is a good database, but not an outbox.
        case foreign
        /// A newer neurond made this outbox.
        case tooNew
        /// Nothing is there (readers only).
        case missing
        /// SQLite does not give the durability that is promised.
        case notDurable
        /// There is no room; appending works again by itself when there is.
        case full
        /// A draft whose bytes no sink could carry; the same draft would fail again.
        case invalidAlert
        /// A document or an answer that is longer than the outbox keeps.
        case tooLong
        /// A text that is no sequence of ours.
        case invalidSequence
        /// The body of a transaction gave it up; callers get its own error instead.
        case refused
        case unknownSink
        case closed
        /// Anything else that SQLite or the file system reports.
        case storage
    }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension OutboxError {
    static let closed = OutboxError(.closed, "The outbox is closed: nothing can be written to it or read from it.")

    static func unknownSink(_ name: String, known: [String]) -> OutboxError {
        OutboxError(
            .unknownSink,
            "The outbox has no sink '\(name)': it was opened for \(known.isEmpty ? "none" : known.joined(separator: ", "))."
        )
    }

    static func system(_ error: SystemError) -> OutboxError {
        OutboxError(error.isOutOfSpace ? .full : .storage, error.description)
    }

    /// What a failure inside a database access means to a caller.
    static func wrapping(_ error: any Error, path: String) -> OutboxError {
        switch error {
        case let error as OutboxError: error
        case let error as SystemError: system(error)
        case let error as DatabaseError where error.isOutOfRoom: full(error, path: path)
        case let error as DatabaseError where error.isDamage: damaged(path: path, detail: error.summary)
        case let error as DatabaseError:
            OutboxError(.storage, "The outbox \(path) failed: \(error.summary).")
        default: OutboxError(.storage, "The outbox \(path) failed: \(error).")
        }
    }

    static func damaged(path: String, detail: String) -> OutboxError {
        OutboxError(
            .damaged,
            "The outbox \(path) is damaged: \(detail). The daemon moves it aside at its next start and begins a new "
                + "one; `sqlite3 FILE .recover` may read what is left of the old one."
        )
    }

    /// A write error is a quota, or a file system that the kernel made read-only when its disk failed.
    private static func advice(_ error: DatabaseError) -> String {
        error.extendedResultCode == .SQLITE_IOERR_WRITE
            ? "Free space on its file system, or see whether it has become read-only (`mount`, `dmesg`)."
            : "Free space on its file system or raise its capacity."
    }

    private static func full(_ error: DatabaseError, path: String) -> OutboxError {
        OutboxError(
            .full,
            "There is no room for more alerts in \(path): \(error.summary). \(advice(error)) Appending goes on by itself "
                + "as soon as it can."
        )
    }
}

extension DatabaseError {
    /// SQLite says FULL for a full disk and for the page limit; quotas and limits on file sizes come as write errors, and
    /// a full disk at the opening as an error of the shared memory beside the log.
    var isOutOfRoom: Bool {
        resultCode == .SQLITE_FULL || [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE].contains(extendedResultCode)
    }

    /// The file itself is bad, as opposed to the disk, the permissions or a lock.
    var isDamage: Bool { resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB }

    /// Without the statement and its values: alerts are personal data and don't belong in a log.
    var summary: String { "\(message ?? "no message") (SQLite \(extendedResultCode.rawValue))" }
}
