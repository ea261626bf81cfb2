package import NeuronCore

/// Whether a camera delivers pictures: told when it has not for the hold-off, and when it does again.
///
/// A pure state machine on the monotonic clock. A blip shorter than the hold-off is no event, at a start neither.
package struct CameraLink: Sendable {
    /// Both clocks at one instant: intervals are measured on the first, the second is told.
    package struct Instant: Sendable, Hashable {
        package var monotonic: MonotonicTime
        package var wall: WallTime

        /// Makes an instant of two readings taken together.
        package init(monotonic: MonotonicTime, wall: WallTime) {
            self.monotonic = monotonic
            self.wall = wall
        }

        /// Where both begin: for a replay, which reads neither.
        package static let epoch = Instant(monotonic: MonotonicTime(nanoseconds: 0), wall: .epoch)
    }

    /// How long pictures must stay away.
    package let holdOff: TimeSpan
    private var state: State

    private enum State: Sendable {
        /// Pictures come, or were expected since the start; the instant is that of the latest.
        case watched(since: Instant, lastPicture: Instant?)
        case lost(CameraFacts, since: Instant)
    }

    private var reason = "noPicture"
    private var attempts = 0

    /// Begins to watch a camera that has delivered nothing yet.
    package init(holdOff: TimeSpan, start: Instant) {
        self.holdOff = holdOff
        state = .watched(since: start, lastPicture: nil)
    }

    /// The latest picture, or a camera's last before it was lost; nil before the first.
    package var lastPictureAt: WallTime? {
        switch state {
        case .watched(_, let lastPicture): lastPicture?.wall
        case .lost(let facts, _): facts.lastPicture
        }
    }

    /// Why it is lost, in a word; nil while it is not.
    package var lostBecause: String? {
        if case .lost(let facts, _) = state { facts.reason } else { nil }
    }

    /// A picture arrived.
    package mutating func picture(at now: Instant) -> CameraTransition? {
        defer {
            state = .watched(since: now, lastPicture: now)
            reason = "noPicture"
            attempts = 0
        }
        guard case .lost(var facts, let since) = state else { return nil }
        facts.end(at: now, since: since, attempts: attempts)
        return .recovered(facts)
    }

    /// An attempt to open or to read failed.
    ///
    /// - Parameters:
    ///   - reason: a word for it out of a small fixed set; it stands in the alert.
    ///   - now: when it failed.
    /// - Returns: the loss, where the hold-off has passed.
    package mutating func failed(_ reason: String, at now: Instant) -> CameraTransition? {
        note(failure: reason)
        return tick(at: now)
    }

    /// The same, where whether it is a loss is asked later.
    package mutating func note(failure reason: String) {
        self.reason = reason
        attempts += 1
    }

    /// Leaves out of the hold-off a time in which nobody could have seen a picture: the daemon itself was held up.
    package mutating func excuse(_ span: TimeSpan, at now: Instant) {
        guard case .watched(var since, let lastPicture) = state, since.monotonic < now.monotonic else { return }
        since.monotonic = min(now.monotonic, since.monotonic + span)
        state = .watched(since: since, lastPicture: lastPicture)
    }

    /// Time passed.
    package mutating func tick(at now: Instant) -> CameraTransition? {
        guard case .watched(let since, let lastPicture) = state, now.monotonic - since.monotonic >= holdOff else {
            return nil
        }
        let facts = CameraFacts(
            onset: since.wall,
            time: now.wall,
            reason: reason,
            attempts: attempts,
            lastPicture: lastPicture?.wall,
            downTime: now.monotonic - since.monotonic,
            revision: 1
        )
        state = .lost(facts, since: since)
        return .lost(facts)
    }

    /// Ends an open loss for a reason that does not come from the camera.
    package mutating func end(at now: Instant, because reason: EndReason) -> CameraTransition? {
        guard case .lost(var facts, let since) = state else { return nil }
        facts.end(at: now, since: since, attempts: attempts)
        state = .watched(since: now, lastPicture: nil)
        return .abandoned(facts, reason)
    }
}

/// What is known of a camera's loss.
package struct CameraFacts: Sendable, Hashable {
    /// When pictures stopped, or when the daemon began to wait for the first.
    package var onset: WallTime
    /// When this was found.
    package var time: WallTime
    package var reason: String
    /// Failed attempts to open or to read, so far.
    package var attempts: Int
    package var lastPicture: WallTime?
    package var downTime: TimeSpan
    package var revision: Int

    fileprivate mutating func end(at now: CameraLink.Instant, since: CameraLink.Instant, attempts: Int) {
        time = now.wall
        downTime = now.monotonic - since.monotonic
        self.attempts = attempts
        revision = 2
    }
}

/// Something worth telling of a camera's link.
package enum CameraTransition: Sendable, Hashable {
    case lost(CameraFacts)
    case recovered(CameraFacts)
    /// The loss is closed although the camera is not back.
    case abandoned(CameraFacts, EndReason)
}
