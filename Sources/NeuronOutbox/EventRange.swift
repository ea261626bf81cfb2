package import NeuronCore

/// Which events of a source are asked for once more.
package enum EventRange: Sendable, Hashable {
    /// By their sequences, both included; without an end, up to the latest.
    case sequences(from: String, to: String? = nil)
    /// By when they happened, both included; without an end, up to the latest.
    case times(from: WallTime, to: WallTime? = nil)
}

/// A page of events of one source in the order of their numbers, and what of the asked range is not there.
package struct EventPage: Sendable, Hashable {
    package var alerts: [StoredAlert]
    /// Numbers that were given out and whose events are gone: trimmed after their time, or shed.
    package var missing: [SequenceRange]
    /// What to ask for to go on; nil at the end.
    package var next: EventRange?

    /// Makes a page of all its parts.
    package init(alerts: [StoredAlert] = [], missing: [SequenceRange] = [], next: EventRange? = nil) {
        self.alerts = alerts
        self.missing = missing
        self.next = next
    }
}

/// Sequences of one source and epoch that lie side by side, both ends included.
package struct SequenceRange: Sendable, Hashable {
    /// `<epoch>-<20 digits>`, as in an event's `sequence`.
    package var first: String
    package var last: String

    /// Makes a range.
    package init(first: String, last: String) {
        self.first = first
        self.last = last
    }
}
