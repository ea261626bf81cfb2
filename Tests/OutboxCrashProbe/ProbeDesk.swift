import NeuronCore
import NeuronOutbox

/// Somebody who counts messages in a document: each comes at least twice, also over kills, and must count once.
struct ProbeDesk {
    let outbox: Outbox

    static let alert = "desk-alert"

    /// Sends messages for ever, beginning with some that the run before had sent; gives back each receipt once.
    func count(run: Int, committed: (AppendReceipt) throws -> Void) async throws {
        for number in max(0, run * 5 - 10)..<Int.max {
            for _ in 0..<2 {
                if let receipt = try await take(message: "m\(number)") { try committed(receipt) }
            }
        }
    }

    /// Nil when it was answered before.
    private func take(message: String) async throws -> AppendReceipt? {
        try await outbox.transact { ledger in
            guard try ledger.storedResult(source: "desk", id: message) == nil else { return nil }
            let known = try ledger.document(alert: Self.alert)
            let count = (known.flatMap { Int(String(decoding: $0.state, as: UTF8.self)) } ?? 0) + 1
            try ledger.store(result: Array("\(count)".utf8), source: "desk", id: message)
            try ledger.save(
                StoredDocument(
                    alertID: Self.alert,
                    state: Array("\(count)".utf8),
                    isOpen: true,
                    deadline: nil,
                    updated: ledger.now
                )
            )
            return try ledger.append([event("desk-\(message)", .single, Self.alert)]).first
        }
    }
}
