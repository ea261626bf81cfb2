import GRDB
import Synchronization

/// One caller's share of a group commit.
protocol GroupCall: Sendable {
    /// About how many events it writes; a group is filled by this.
    var weight: Int { get }
    /// Whether sinks may have something to deliver afterwards.
    var bringsNews: Bool { get }

    /// Runs inside the group's transaction; once more when the transaction had to be repeated.
    ///
    /// - Throws: what spoils the whole group. What is this call's own fault is kept for ``finish(_:)``.
    func run(in db: Database) throws

    /// Tells the caller how it ended, after the commit.
    func finish(_ end: Result<CommittedGroup, OutboxError>)
}

/// What a group's callers learn of the transaction as a whole.
struct CommittedGroup: Sendable {
    /// Rows that were removed before every sink had them; rows of this very group may be among them.
    var shedRows: Set<Int64>
    /// What closed documents said that were forgotten to make room.
    var forgotten: [[UInt8]]
}

/// A share with a result.
final class WaitingCall<Value: Sendable>: GroupCall {
    let weight: Int
    let bringsNews: Bool
    private let body: @Sendable (Database) throws -> Value
    private let caller: CheckedContinuation<(Value, CommittedGroup), any Error>
    private let outcome = Mutex<Result<Value, OutboxError>?>(nil)

    init(
        weight: Int,
        bringsNews: Bool,
        caller: CheckedContinuation<(Value, CommittedGroup), any Error>,
        body: @escaping @Sendable (Database) throws -> Value
    ) {
        self.weight = weight
        self.bringsNews = bringsNews
        self.caller = caller
        self.body = body
    }

    func run(in db: Database) throws {
        do {
            var value: Value?
            try db.inSavepoint {
                value = try body(db)
                return .commit
            }
            outcome.withLock { $0 = value.map { .success($0) } }
        } catch let error as OutboxError {
            // The caller's own fault: its savepoint is rolled back, the others' work stays.
            outcome.withLock { $0 = .failure(error) }
        }
    }

    func finish(_ end: Result<CommittedGroup, OutboxError>) {
        let outcome = outcome.withLock { $0 }
        switch (end, outcome) {
        case (.success(let group), .success(let value)?): caller.resume(returning: (value, group))
        case (.success, .failure(let error)?), (.failure(let error), _): caller.resume(throwing: error)
        case (.success, nil): caller.resume(throwing: OutboxError.closed)
        }
    }
}
