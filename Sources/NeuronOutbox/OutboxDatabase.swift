import GRDB
import Glibc
import NeuronCore
import Synchronization

/// The one connection that writes, on a queue of its own: nothing here runs on Swift's cooperative pool.
///
/// GRDB's own asynchronous calls roll back when the calling task is cancelled; a group has many callers, so a
/// cancelled one must not take the others' work with it. Hence the plain queue and a continuation.
struct OutboxDatabase: Sendable {
    let writer: DatabaseQueue
    let paths: OutboxPaths
    let limits: PageLimits
    let ballast: Ballast

    /// Runs a body on the connection's queue.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OutboxError) -> Value {
        let result: Result<Value, OutboxError> = await withCheckedContinuation { caller in
            writer.asyncWriteWithoutTransaction { db in
                do {
                    caller.resume(returning: .success(try body(db)))
                } catch {
                    caller.resume(returning: .failure(noted(error)))
                }
            }
        }
        return try result.get()
    }

    /// Writes in one transaction and makes room for it when there is none.
    ///
    /// - Parameters:
    ///   - events: about how many events the body adds.
    ///   - body: may run twice; what it did the first time was rolled back.
    /// - Returns: what was shed and forgotten for it.
    /// - Throws: when nothing was written.
    func write(
        events: Int,
        _ body: @escaping @Sendable (Database) throws -> Void
    ) async throws(OutboxError) -> CommittedGroup {
        try await run { db in
            do {
                return try transaction(db, roomForPages: 0, body)
            } catch let error as DatabaseError where error.isOutOfRoom {
                let pages = 32 + 2 * events
                if try !isOwnBoundNear(db, within: pages) {
                    // The disk is full. The ballast gives the log room to delete in, the checkpoint gives back what the
                    // log holds.
                    ballast.release()
                    _ = try? db.checkpoint(.truncate)
                }
                return try insist(db, roomForPages: pages, body)
            }
        }
    }

    /// Tries again, and with more room as long as it is our own bound that is in the way.
    ///
    /// More room does not help when the disk is full: deleting needs room in the log itself. An attempt that fails leaves
    /// everything as it was.
    private func insist(
        _ db: Database,
        roomForPages pages: Int,
        _ body: (Database) throws -> Void
    ) throws -> CommittedGroup {
        do {
            return try transaction(db, roomForPages: pages, body)
        } catch let error as DatabaseError where error.isOutOfRoom && pages < limits.soft {
            guard try isOwnBoundNear(db, within: pages) else { throw error }
            return try insist(db, roomForPages: 4 * pages, body)
        }
    }

    private func isOwnBoundNear(_ db: Database, within pages: Int) throws -> Bool {
        try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 > limits.hard - pages
    }

    private func transaction(
        _ db: Database,
        roomForPages pages: Int,
        _ body: (Database) throws -> Void
    ) throws -> CommittedGroup {
        var shedding = Shedding(db)
        try db.inTransaction(.immediate) {
            if pages > 0 { try shedding.makeRoom(pages: pages) }
            try body(db)
            try shedding.shrink(toPages: limits.soft)
            return .commit
        }
        return CommittedGroup(shedRows: shedding.rows, forgotten: shedding.forgotten)
    }

    /// Leaves a note for the next start when the file is damaged.
    private func noted(_ error: any Error) -> OutboxError {
        if let error = error as? DatabaseError, error.isDamage {
            _ = try? OpenFile(path: paths.suspicion, flags: O_WRONLY | O_CREAT, mode: 0o600)
        }
        return .wrapping(error, path: paths.database)
    }
}
