package import NeuronCore

/// Tells changes of light, at most one within an interval.
///
/// A pure state machine. What changes within the interval after a note is gathered into the next one, which is told once the
/// interval is over: a lamp that flickers all night is a note a minute.
package struct LightNotes: Sendable {
    /// At most one note within so much media time.
    package let interval: TimeSpan
    private var lastTold: MediaTime?
    private var waiting: LightFacts?

    /// Makes the notes of one camera.
    package init(interval: TimeSpan = .seconds(60)) { self.interval = interval }

    /// Takes the change that a look has found, if any.
    ///
    /// - Returns: a note that is due.
    package mutating func observe(_ change: LightChange?, at now: Moment, size: FrameSize) -> LightFacts? {
        if let change { gather(LightFacts(change, at: now, size: size)) }
        guard waiting != nil, lastTold.map({ now.media - $0 >= interval }) ?? true else { return nil }
        lastTold = now.media
        return waiting.take()
    }

    /// The note that was still waiting, when the stream is over.
    package mutating func finish() -> LightFacts? { waiting.take() }

    /// The later change, from what was before the earlier one.
    private mutating func gather(_ facts: LightFacts) {
        guard let earlier = waiting else {
            waiting = facts
            return
        }
        waiting = facts
        waiting?.onset = earlier.onset
        waiting?.change.levelBefore = earlier.change.levelBefore
        waiting?.repeats = earlier.repeats + 1
    }
}

/// What is known of a change of light.
package struct LightFacts: Sendable, Hashable {
    package var change: LightChange
    /// When the first of the changes told together began.
    package var onset: Moment
    /// When the last of them was over.
    package var settled: Moment
    /// The displayed picture's size.
    package var size: FrameSize
    /// Further changes told with this one.
    package var repeats = 0

    init(_ change: LightChange, at now: Moment, size: FrameSize) {
        self.change = change
        onset = now.moved(to: min(change.since, now.media))
        settled = now
        self.size = size
    }

    package var isBrighter: Bool { change.levelAfter >= change.levelBefore }
}
