package import NeuronCore

/// Events that were removed before every sink had delivered them, and that nobody was told of yet.
package struct ShedReport: Sendable, Hashable {
    package var ranges: [Range]
    /// Whether no range waits beside these.
    package var isComplete: Bool

    /// Makes a report of ranges.
    package init(ranges: [Range], isComplete: Bool) {
        self.ranges = ranges
        self.isComplete = isComplete
    }

    /// The number of events that were lost, over all ranges.
    package var events: Int64 { ranges.reduce(0) { $0 + $1.events } }

    /// Events of one source and importance with numbers that lie side by side.
    package struct Range: Sendable, Hashable {
        package var source: String
        package var importance: AlertDraft.Importance
        /// `<epoch>-<20 digits>` of the first and of the last event.
        package var firstSequence: String
        package var lastSequence: String
        /// Fewer than the range is long when there were too many ranges to keep apart: each hole that a consumer sees
        /// in the range is then explained by it, but not every number in it is lost.
        package var events: Int64

        /// Makes a range of all its parts.
        package init(
            source: String,
            importance: AlertDraft.Importance,
            firstSequence: String,
            lastSequence: String,
            events: Int64
        ) {
            self.source = source
            self.importance = importance
            self.firstSequence = firstSequence
            self.lastSequence = lastSequence
            self.events = events
        }
    }
}
