package import NeuronCore

/// The life of one mode of tampering: quiet, suspected, told, over.
///
/// A pure state machine: readings in, transitions out. It holds what needs time: the hold-off before anything is told, the
/// quiet time before it is over, and the time after which the picture is taken as it is now.
package struct TamperIncident: Sendable {
    /// How long tampering must last and when it is over.
    package struct Settings: Sendable, Hashable {
        /// From the first look that shows it to the one that tells it.
        package var holdOff: TimeSpan
        /// How long it must be absent before it is over.
        package var quietTime: TimeSpan
        /// How long after it was told the picture is accepted as it is; a frozen one never is.
        package var acceptAfter: TimeSpan

        /// Makes settings of three lengths of time.
        package init(holdOff: TimeSpan, quietTime: TimeSpan, acceptAfter: TimeSpan) {
            self.holdOff = holdOff
            self.quietTime = quietTime
            self.acceptAfter = acceptAfter
        }
    }

    private enum State: Sendable {
        case quiet
        /// Present, and not long enough to be told.
        case suspected(TamperFacts)
        /// Told and not over; absent since a look, if it is.
        case told(TamperFacts, toldAt: MediaTime, absentSince: MediaTime?)
    }

    /// A suspicion survives so long without a look that shows it: an exposure hunts, a hand trembles.
    private static let flicker = TimeSpan.seconds(1)
    /// The fewest looks that tell anything, however far apart they are.
    private static let fewestLooks = 3

    package let mode: TamperMode
    package let settings: Settings
    private var state = State.quiet

    /// Makes the incident of one mode, quiet.
    package init(mode: TamperMode, settings: Settings) {
        self.mode = mode
        self.settings = settings
    }

    /// Whether a start has been told without an end.
    package var isOpen: Bool {
        if case .told = state { true } else { false }
    }

    /// Takes what the next look says of this mode.
    ///
    /// - Parameters:
    ///   - reading: the mode's reading.
    ///   - now: when the picture was taken.
    ///   - size: the displayed picture's size.
    /// - Returns: what is to be told, if anything is.
    package mutating func observe(_ reading: TamperReading, at now: Moment, size: FrameSize) -> TamperTransition? {
        switch state {
        case .quiet:
            guard reading.verdict == .present else { return nil }
            state = .suspected(TamperFacts(reading, at: now, size: size))
            return tellIfDue(at: now)
        case .suspected(let facts):
            return suspect(facts, reading, at: now)
        case .told(let facts, let toldAt, let absentSince):
            return follow(facts, reading, at: now, toldAt: toldAt, absentSince: absentSince)
        }
    }

    /// Ends what is open, for a reason that does not come from the picture.
    package mutating func end(because reason: EndReason) -> TamperTransition? {
        defer { state = .quiet }
        guard case .told(let facts, _, _) = state else { return nil }
        return .ended(facts.next(), reason)
    }

    private mutating func suspect(_ facts: TamperFacts, _ reading: TamperReading, at now: Moment) -> TamperTransition? {
        switch reading.verdict {
        case .present:
            state = .suspected(facts.extended(by: reading, at: now))
            return tellIfDue(at: now)
        case .unclear: return nil
        case .absent, .unjudged:
            if now.media - facts.lastPresent.media >= Self.flicker { state = .quiet }
            return nil
        }
    }

    private mutating func follow(
        _ facts: TamperFacts,
        _ reading: TamperReading,
        at now: Moment,
        toldAt: MediaTime,
        absentSince: MediaTime?
    ) -> TamperTransition? {
        let facts = facts.extended(by: reading, at: now)
        let absentSince = reading.verdict == .absent ? absentSince ?? now.media : nil
        state = .told(facts, toldAt: toldAt, absentSince: absentSince)
        if let absentSince, now.media - absentSince >= settings.quietTime { return end(because: .quiet) }
        let isAcceptable = mode != .frozenPicture && absentSince == nil
        if isAcceptable, now.media - toldAt >= settings.acceptAfter { return end(because: .accepted) }
        return nil
    }

    private mutating func tellIfDue(at now: Moment) -> TamperTransition? {
        guard case .suspected(let facts) = state, facts.looks >= Self.fewestLooks,
            now.media - facts.firstPresent.media >= settings.holdOff
        else { return nil }
        state = .told(facts, toldAt: now.media, absentSince: nil)
        return .started(facts)
    }
}

/// What is known of one case of tampering at some point of its life.
package struct TamperFacts: Sendable, Hashable {
    package var mode: TamperMode
    /// When it began, as far as the detector can tell.
    package var onset: Moment
    /// The first look of which the detector was sure, and the latest.
    package var firstPresent: Moment
    package var lastPresent: Moment
    /// The latest reading in which it was present.
    package var latest: TamperReading
    package var peakScore: Double
    /// The displayed size of the picture at the first look.
    package var size: FrameSize
    /// Looks in which it was present.
    package var looks: Int
    /// 1 for the start, 2 for the end.
    package var revision: Int

    init(_ reading: TamperReading, at now: Moment, size: FrameSize) {
        mode = reading.mode
        onset = now.moved(to: min(reading.since ?? now.media, now.media))
        firstPresent = now
        lastPresent = now
        latest = reading
        peakScore = reading.score
        self.size = size
        looks = 1
        revision = 1
    }

    /// From the onset to the latest look that showed it.
    package var duration: TimeSpan { lastPresent.media - onset.media }

    func extended(by reading: TamperReading, at now: Moment) -> TamperFacts {
        guard reading.verdict == .present else { return self }
        var facts = self
        facts.lastPresent = now
        facts.latest = reading
        facts.peakScore = max(peakScore, reading.score)
        facts.looks += 1
        return facts
    }

    func next() -> TamperFacts {
        var facts = self
        facts.revision += 1
        return facts
    }
}

/// Something worth telling of tampering.
package enum TamperTransition: Sendable, Hashable {
    case started(TamperFacts)
    case ended(TamperFacts, EndReason)
}
