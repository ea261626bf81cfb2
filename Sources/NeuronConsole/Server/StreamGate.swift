import Synchronization

/// Lets so many in at once; a place is free again when its ticket is gone.
final class StreamGate: Sendable {
    private let most: Int
    private let taken = Atomic<Int>(0)

    init(most: Int) { self.most = most }

    var count: Int { taken.load(ordering: .relaxed) }

    /// A place, for as long as the ticket is kept; nil where all are taken.
    func enter() -> Ticket? {
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue <= most else {
            taken.wrappingSubtract(1, ordering: .relaxed)
            return nil
        }
        return Ticket(self)
    }

    /// A place that is taken.
    final class Ticket: Sendable {
        private let gate: StreamGate

        fileprivate init(_ gate: StreamGate) { self.gate = gate }

        deinit { gate.taken.wrappingSubtract(1, ordering: .relaxed) }
    }
}
