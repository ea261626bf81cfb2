package import NeuronCore

/// The life of motion in one zone: quiet, suspected, told, over.
///
/// A pure state machine: readings in, transitions out. It holds the two gates that need time, the minimum duration before
/// anything is told and the gap that must pass before it is over.
package struct MotionIncident: Sendable {
    /// How long motion must last and how it is told.
    package struct Settings: Sendable, Hashable {
        /// From the first sight of what moves to the last moving picture before anything is told.
        package var minimumDuration: TimeSpan
        /// How long a zone must be quiet before its incident is over.
        package var eventGap: TimeSpan
        /// How often an incident that goes on is told again.
        package var updateInterval: TimeSpan

        /// Makes settings of three lengths of time.
        package init(minimumDuration: TimeSpan, eventGap: TimeSpan, updateInterval: TimeSpan) {
            self.minimumDuration = minimumDuration
            self.eventGap = eventGap
            self.updateInterval = updateInterval
        }
    }

    /// A suspicion survives this long without a moving picture: detectors flicker, and slow rates leave out pictures.
    private static let flicker = TimeSpan.milliseconds(400)

    /// How far back a detector's first sight counts.
    private static let confirmation = TimeSpan.seconds(1)
    private static let instant = TimeSpan.milliseconds(1)

    /// May change while an incident lasts, as from day to night; what has been told stays told.
    package var settings: Settings
    private var state = State.quiet
    /// The latest moving picture of the incident told last.
    private var lastEnd: MediaTime?
    private var lastPicture: MediaTime?
    /// What lay between the two latest pictures.
    private var pictureInterval = TimeSpan.zero

    private enum State: Sendable {
        case quiet
        /// Motion that has not lasted long enough to be told.
        case suspected(MotionFacts)
        /// Motion that has been told and is not over; the instant is that of the last telling.
        case told(MotionFacts, lastTold: MediaTime)
    }

    /// Makes the incident of one zone, quiet.
    package init(settings: Settings) { self.settings = settings }

    /// Whether a start has been told without an end.
    package var isOpen: Bool {
        if case .told = state { true } else { false }
    }

    /// Whether nothing is suspected and nothing is open.
    package var isQuiet: Bool {
        if case .quiet = state { true } else { false }
    }

    /// Takes the reading of the next picture.
    ///
    /// - Parameters:
    ///   - reading: what was seen, its box in displayed pixels.
    ///   - now: when the picture was taken.
    ///   - size: the displayed picture's size.
    /// - Returns: at most one transition, and two after a long gap in the stream.
    package mutating func observe(_ reading: ZoneReading, at now: Moment, size: FrameSize) -> [MotionTransition] {
        defer { note(now) }
        var transitions: [MotionTransition] = []
        if let ended = endIfQuiet(at: now) { transitions.append(ended) }
        switch state {
        case .quiet:
            if reading.isMoving {
                state = .suspected(MotionFacts(reading, at: now, since: onset(of: reading, at: now), size: size))
            }
        case .suspected(let facts):
            judge(facts, reading, at: now, size: size)
        case .told(let facts, let lastTold):
            state = .told(facts.extended(by: reading, at: now, size: size), lastTold: lastTold)
        }
        if let told = tellIfDue(at: now) { transitions.append(told) }
        return transitions
    }

    /// Ends what is open, for a reason that does not come from the picture.
    package mutating func end(because reason: EndReason) -> MotionTransition? {
        defer { state = .quiet }
        guard case .told(let facts, _) = state else { return nil }
        lastEnd = facts.lastMoving.media
        return .ended(facts.next(), reason)
    }

    /// When the motion was first seen: the detector confirms a moment later what it then dates back.
    ///
    /// Not further than a moment, and not into an incident that has been told: something that stopped and goes on is another
    /// incident, however long it has been known.
    private func onset(of reading: ZoneReading, at now: Moment) -> Moment {
        let earliest = max(now.media - Self.confirmation, (lastEnd ?? now.media - Self.confirmation) + Self.instant)
        return now.moved(to: min(now.media, max(reading.since ?? now.media, earliest)))
    }

    private mutating func note(_ now: Moment) {
        pictureInterval = lastPicture.map { now.media - $0 } ?? .zero
        lastPicture = now.media
    }

    /// A gap in the stream can be longer than the event gap: the incident was over before this picture.
    ///
    /// Where pictures are usually that far apart, as with keyframes alone, the next one is not a gap.
    private mutating func endIfQuiet(at now: Moment) -> MotionTransition? {
        let gap = max(settings.eventGap, TimeSpan(nanoseconds: pictureInterval.nanoseconds / 2 * 3))
        guard case .told(let facts, _) = state, now.media - facts.lastMoving.media >= gap else { return nil }
        state = .quiet
        lastEnd = facts.lastMoving.media
        return .ended(facts.next(), .quiet)
    }

    private mutating func judge(_ facts: MotionFacts, _ reading: ZoneReading, at now: Moment, size: FrameSize) {
        let silence = now.media - facts.lastMoving.media
        if reading.isMoving {
            state = .suspected(facts.extended(by: reading, at: now, size: size))
        } else if silence > Self.flicker {
            state = .quiet
        }
    }

    private mutating func tellIfDue(at now: Moment) -> MotionTransition? {
        switch state {
        case .quiet: return nil
        case .suspected(let facts):
            guard facts.duration >= settings.minimumDuration else { return nil }
            state = .told(facts, lastTold: now.media)
            return .started(facts)
        case .told(let facts, let lastTold):
            // Only a picture that moves is news; a quiet one may be the first of the end.
            guard facts.lastMoving.media == now.media, now.media - lastTold >= settings.updateInterval else {
                return nil
            }
            var updated = facts.next()
            updated.updates += 1
            state = .told(updated, lastTold: now.media)
            return .updated(updated)
        }
    }
}
