import GRDB
import Glibc
import NeuronCore

/// Opens the database of an outbox, makes it where there is none, and moves a damaged one aside.
struct OutboxFile {
    let paths: OutboxPaths
    let settings: OutboxSettings
    let limits: PageLimits
    let ballast: Ballast
    let clock: any NeuronClock

    /// Above this size the start checks the whole file only when something was suspicious: reading 1 GiB from a memory
    /// card takes half a minute, and the log already protects from what a kill or a power cut does.
    private static let wholeCheckBytes: Int64 = 64 << 20

    /// Opens or makes the database, durable, checked, bounded and with the configured sinks; the caller has the lock.
    func open(_ opening: inout OutboxOpening) throws -> DatabaseQueue {
        do {
            return try openHere(&opening)
        } catch let error as DatabaseError where error.isDamage {
            opening = OutboxOpening()
            opening.damage = try moveAside(reason: error.summary)
            return try openHere(&opening)
        } catch let error where OutboxError.wrapping(error, path: paths.database).code == .full && ballast.isInPlace {
            // A box whose disk is full must still be able to start.
            ballast.release()
            return try openHere(&opening)
        }
    }

    private func openHere(_ opening: inout OutboxOpening) throws -> DatabaseQueue {
        try prepareFile()
        var configuration = Configuration()
        configuration.label = "outbox"
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: paths.database, configuration: configuration)
        do {
            try queue.writeWithoutTransaction { db in
                let version = try self.version(db)
                try makeDurable(db)
                try check(db)
                try reconcile(db, version: version, &opening)
                try SinkRegister(db: db).reconcile(with: settings.sinks, &opening)
                try bound(db)
            }
        } catch {
            try? queue.close()
            throw error
        }
        _ = try? Directories.remove(paths.suspicion)
        return queue
    }

    /// Makes an empty file with the right permissions before SQLite makes one with others.
    private func prepareFile() throws {
        if let status = try FileStatus(path: paths.database) {
            guard !status.isDirectory else { throw SystemError("open \(paths.database)", number: EISDIR) }
            guard status.size == 0 else { return }
        }
        // SQLite would take the log of a database that is gone for the new one's.
        if let log = try FileStatus(path: paths.log), log.size > 0 {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "its log is there, but the database is not")
        }
        _ = try OpenFile(path: paths.database, flags: O_RDWR | O_CREAT, mode: 0o600)
        try Directories.synchronise(paths.folder)
    }

    /// The schema's version; 0 of an empty database.
    private func version(_ db: Database) throws -> Int32 {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty && application == 0 {
            try db.execute(sql: "PRAGMA page_size = \(PageLimits.pageBytes)")
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            return 0
        }
        try OutboxSchema.checkIdentity(application: application, version: version, path: paths.database)
        return version
    }

    /// GRDB sets `synchronous` to NORMAL with its own WAL setting, so WAL is set here, FULL after it, and both are read
    /// back: what SQLite does not confirm is not promised.
    private func makeDurable(_ db: Database) throws {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA journal_size_limit = \(4 << 20)")
        let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "unknown"
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
        let foreignKeys = try Int.fetchOne(db, sql: "PRAGMA foreign_keys") ?? 0
        guard journal == "wal", synchronous == 2, foreignKeys == 1 else {
            throw OutboxError(
                .notDurable,
                "The outbox \(paths.database) would not survive a power cut: SQLite reports journal_mode=\(journal), "
                    + "synchronous=\(synchronous), foreign_keys=\(foreignKeys) instead of wal, 2 and 1. Put it on a "
                    + "local file system."
            )
        }
    }

    private func check(_ db: Database) throws {
        let isSuspect = try FileStatus(path: paths.suspicion) != nil
        guard isSuspect || paths.bytesOnDisk() <= Self.wholeCheckBytes else { return }
        let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard finding == "ok" else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: finding) }
    }

    private func reconcile(_ db: Database, version: Int32, _ opening: inout OutboxOpening) throws {
        let file = EpochFile(path: paths.epoch)
        let written = try file.read()
        let stored = version == 0 ? 0 : try Int64.fetchOne(db, sql: "SELECT epoch FROM outbox") ?? 0
        // An older database than the epoch file knows was put back: its numbers have been used already.
        let epoch = version == 0 || stored < written ? written + 1 : stored
        // First the file: a crash in between skips an epoch, the other order would use one twice.
        if epoch != written { try file.write(epoch) }
        try db.inTransaction(.immediate) {
            if version < OutboxSchema.version {
                try OutboxSchema.migrate(db, from: version, at: clock.wallNow(), epoch: epoch)
            }
            if epoch != stored, version != 0 {
                try db.execute(sql: "UPDATE outbox SET epoch = ?", arguments: [epoch])
                try db.execute(sql: "UPDATE source SET last_number = 0")
            }
            return .commit
        }
        opening.epoch = epoch
        opening.isNew = version == 0
    }

    /// A capacity may be smaller than last time: then the file shrinks first.
    private func bound(_ db: Database) throws {
        try db.inTransaction(.immediate) {
            var shedding = Shedding(db)
            try shedding.shrink(toPages: limits.soft)
            return .commit
        }
        if try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 > limits.hard {
            try db.execute(sql: "PRAGMA incremental_vacuum")
        }
        try db.execute(sql: "PRAGMA max_page_count = \(limits.hard)")
    }

    /// Renames the database and its log, so that nothing of it is lost.
    ///
    /// The database goes first. After a crash in between, a log without its database is found and moved aside too; a
    /// database without its log would look sound, lack its latest events and give their numbers out again.
    private func moveAside(reason: String) throws(SystemError) -> OutboxOpening.Damage {
        let time = clock.wallNow().description.filter { $0 != ":" && $0 != "-" }
        var target = paths.database + ".damaged-" + time
        while try FileStatus(path: target) != nil { target += "x" }
        for companion in OutboxPaths.companions {
            let path = paths.database + companion
            if try FileStatus(path: path) != nil { try Directories.rename(path, to: target + companion) }
        }
        try Directories.synchronise(paths.folder)
        return OutboxOpening.Damage(movedTo: target, reason: reason)
    }
}
