package import NeuronCore

// NeuronSampling owns one decision: which packets are decoded, and which decoded pictures are looked at.
//
// A pure state machine. It sees packet facts and picture times, never a clock, a stream or a pixel, so that a replay decides
// as the live camera did. The adaptive mode needs the packet ring (NeuronMedia has it) and the detector's word; both come
// in as values.

/// Decides for one camera which packets are decoded and which pictures are looked at.
package struct SamplingPolicy: Sendable {
    package let mode: SamplingMode
    private var schedule: LookSchedule?
    private var adaptive: AdaptivePolicy?
    private var fallBack: FallBack?

    /// Makes the policy of one camera.
    package init(mode: SamplingMode) {
        self.mode = mode
        switch mode {
        case .always, .keyframes: break
        case .interval(let interval): schedule = LookSchedule(interval: interval)
        case .adaptive(let maxBlind, let ringBytes):
            adaptive = AdaptivePolicy(AdaptivePolicy.Settings(maxBlind: maxBlind, ringBytes: ringBytes))
        }
    }

    /// Decides about the next packet, in decoding order.
    package mutating func decide(_ packet: PacketFacts) -> PacketDecision {
        if let decision = fallBack?.decide(packet) {
            adaptive?.pass(packet)
            return decision
        }
        fallBack = nil
        switch mode {
        case .always: return .decode
        case .adaptive: return adaptive?.decide(packet) ?? .decode
        case .keyframes: return packet.isKeyframe ? .decodeAlone : .leave
        case .interval:
            // A picture that no other needs can be left out before it costs anything.
            guard packet.isIntraOnly, let schedule else { return .decode }
            return schedule.isDue(packet.time) ? .decodeAlone : .leave
        }
    }

    /// Looks at keyframes only from here on, whatever the mode, because the box does not keep up.
    ///
    /// What is inside the decoder is not needed any more.
    package mutating func degrade() { fallBack = FallBack() }

    /// Decides by the mode again, from the next keyframe on.
    package mutating func restore() { fallBack?.isEnding = true }

    /// Whether it looks at keyframes only, because the box does not keep up.
    package var isDegraded: Bool { fallBack != nil }

    /// Takes what the detector said of a picture that was looked at.
    package mutating func note(_ look: Look) { adaptive?.note(look) }

    /// Takes what a trial showed.
    ///
    /// - Returns: whether to wake: the trial is forgotten, and everything since the last look is looked at instead.
    package mutating func wakes(by look: Look) -> Bool { adaptive?.wakes(by: look) ?? false }

    /// Whether packets are being left out until a keyframe shows something.
    package var isDozing: Bool { adaptive?.isDozing ?? false }

    /// Whether pictures are left out that may be needed later: the packets must be kept.
    package var needsRing: Bool { adaptive != nil }

    /// Whether the detector looks at a decoded picture; times strictly rise.
    package mutating func wantsLook(at time: MediaTime) -> Bool {
        guard schedule != nil else { return true }
        return schedule?.take(time) ?? true
    }
}

/// What can be decoded alone, at most twice a second, and nothing else.
private struct FallBack: Sendable {
    var isEnding = false
    private var last: MediaTime?

    /// Time bases are coarse, and cameras jitter.
    private static let interval = TimeSpan.milliseconds(480)

    /// Nil where it has ended: this packet and what follows it can be decoded in their order.
    mutating func decide(_ packet: PacketFacts) -> PacketDecision? {
        guard packet.isKeyframe || packet.isIntraOnly else { return .leave }
        guard !isEnding else { return nil }
        if let last, packet.time >= last, packet.time - last < Self.interval { return .leave }
        last = packet.time
        return .decodeAlone
    }
}

/// A grid of times, one interval apart, of which each is met by the first picture that reaches it.
///
/// The grid does not move with the pictures, so that the rate is kept on average however they jitter.
private struct LookSchedule: Sendable {
    private let interval: TimeSpan
    private var due: MediaTime?

    init(interval: TimeSpan) { self.interval = interval }

    /// A picture may come so much early: time bases are coarse, and cameras jitter.
    private var tolerance: TimeSpan { TimeSpan(nanoseconds: interval.nanoseconds / 10) }

    func isDue(_ time: MediaTime) -> Bool {
        guard let due else { return true }
        return time - due >= .zero - tolerance
    }

    mutating func take(_ time: MediaTime) -> Bool {
        guard isDue(time) else { return false }
        let next = (due ?? time) + interval
        // After a gap the grid starts again here: what was missed is not made up for.
        due = time - next < tolerance ? next : time + interval
        return true
    }
}
