import NeuronCore

/// What became of one draft; it is given out after the commit.
package struct AppendReceipt: Sendable, Hashable {
    package var id: String
    /// The event's row; also when the event was there already.
    package var row: Int64
    /// `<epoch>-<20 digits>`, as the body has it.
    package var sequence: String
    package var outcome: Outcome

    /// Makes a receipt of all its parts.
    package init(id: String, row: Int64, sequence: String, outcome: Outcome) {
        self.id = id
        self.row = row
        self.sequence = sequence
        self.outcome = outcome
    }

    /// Whether the draft became a new event.
    package enum Outcome: Sendable, Hashable {
        /// A new event, numbered and on the medium.
        case committed
        /// An event with this id is there already: nothing was stored and no number was taken.
        case alreadyThere
        /// Numbered and at once shed, for the outbox is full of what is more important; the shed report covers it.
        case shed
    }
}
