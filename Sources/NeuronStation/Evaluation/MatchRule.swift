package import NeuronCore

/// When an alert counts as true, and what counts as quiet.
package struct MatchRule: Sendable, Hashable {
    /// How long before an event an alert may start.
    package var early: TimeSpan
    /// How long after an event's end an alert may start.
    package var late: TimeSpan
    /// Events that lie no further apart than this are one event.
    package var mergeGap: TimeSpan
    /// How long an alert may stay open after an event has ended; the detector's own event gap, by default.
    package var hold: TimeSpan
    package var start: Start

    /// Which of an alert's times is its start.
    package enum Start: String, Sendable, Hashable, CaseIterable {
        /// The beginning that it states.
        case onset
        /// The moment at which it was told first.
        case told
    }

    /// Makes a rule; the defaults are those of the published tables.
    package init(
        early: TimeSpan = .milliseconds(600),
        late: TimeSpan = .seconds(1),
        mergeGap: TimeSpan = .seconds(3),
        hold: TimeSpan = .seconds(2),
        start: Start = .onset
    ) {
        self.early = early
        self.late = late
        self.mergeGap = mergeGap
        self.hold = hold
        self.start = start
    }

    func start(of alert: ToldAlert) -> MediaTime { start == .onset ? alert.onset : alert.told }
}
