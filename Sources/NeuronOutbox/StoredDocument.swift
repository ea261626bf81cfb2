package import NeuronCore

/// What operators and deadlines have made of an alert, as the outbox keeps it: bytes, and what is needed to find it.
package struct StoredDocument: Sendable, Hashable {
    package var alertID: String
    /// The caller's own; at most ``longestState`` bytes.
    package var state: [UInt8]
    /// An open document is never shed nor trimmed; a closed one goes when the history's time is over.
    package var isOpen: Bool
    /// When ``DeskLedger/dueDocuments(before:limit:)`` shall find it; nil for never.
    package var deadline: WallTime?
    package var updated: WallTime

    /// Makes a document of all its parts.
    package init(alertID: String, state: [UInt8], isOpen: Bool, deadline: WallTime?, updated: WallTime) {
        self.alertID = alertID
        self.state = state
        self.isOpen = isOpen
        self.deadline = deadline
        self.updated = updated
    }

    /// What is longer is refused, be it a document or an answer.
    package static let longestState = 64 << 10
}
