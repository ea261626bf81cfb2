import GRDB
package import NeuronCore
import Synchronization

extension Outbox {
    /// Reads and writes documents, answers and events in one commit: all of it or nothing.
    ///
    /// - Parameter body: runs on the database's queue inside the transaction, and a second time when the transaction had to
    ///   be repeated; what it did the first time was rolled back, so it must change nothing but the ledger.
    /// - Returns: what the body gave, after the commit.
    /// - Throws: what the body threw, as it is, or why nothing could be committed.
    package func transact<Value: Sendable>(
        _ body: @escaping @Sendable (DeskLedger) throws -> Value
    ) async throws -> Value {
        let (now, steady) = (clock.wallNow(), steady.now())
        let bodies = EncodedBodies()
        let refusal = Refusal()
        do {
            return try await commit(weight: 4, bringsNews: true) { db in
                do {
                    return try body(DeskLedger(db: db, now: now, steady: steady, bodies: bodies))
                } catch let error where !(error is DatabaseError || error is OutboxError) {
                    // Only an error of our own is taken for this caller's fault and leaves the group alone.
                    refusal.keep(error)
                    throw OutboxError(.refused, "The transaction was given up: \(error)")
                }
            }.0
        } catch let error as OutboxError where error.code == .refused {
            throw refusal.error ?? error
        }
    }

    /// What documents said that were forgotten since the last call, or since the opening: closed ones whose time was over,
    /// or for which there was no room.
    package func takeForgotten() -> [[UInt8]] {
        defer { forgotten = [] }
        return forgotten
    }

    /// A page of documents in the order of their alerts' ids, beginning after one of them.
    package func documents(
        after alertID: String = "",
        onlyOpen: Bool = false,
        limit: Int = 256
    ) async throws -> [StoredDocument] {
        try await look { reader in try await reader.documents(after: alertID, onlyOpen: onlyOpen, limit: limit) }
    }

    /// The document of an alert.
    package func document(alert: String) async throws -> StoredDocument? {
        try await look { reader in try await reader.document(alert: alert) }
    }

    /// The events of an alert that are still in the outbox, oldest first.
    package func events(ofAlert alertID: String, limit: Int = 256) async throws -> [StoredAlert] {
        try await look { reader in try await reader.events(ofAlert: alertID, limit: limit) }
    }
}

/// Carries the body's own error past the group.
private final class Refusal: Sendable {
    private let kept = Mutex<(any Error)?>(nil)

    var error: (any Error)? { kept.withLock { $0 } }

    func keep(_ error: any Error) { kept.withLock { $0 = error } }
}
