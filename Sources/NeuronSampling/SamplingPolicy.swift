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
    private var keyframes = KeyframeWatch()
    /// Whether the packet before was decoded in its order, so that the next one can be.
    private var isInOrder = false

    /// Makes the policy of one camera.
    ///
    /// - Parameters:
    ///   - mode: how it samples.
    ///   - auditSeed: the camera's own, so that cameras which see the same are not audited together.
    package init(mode: SamplingMode, auditSeed: UInt64 = 0) {
        self.mode = mode
        switch mode {
        case .always, .keyframes: break
        case .interval(let interval): schedule = LookSchedule(interval: interval)
        case .adaptive(let maxBlind, let ringBytes):
            adaptive = AdaptivePolicy(
                AdaptivePolicy.Settings(maxBlind: maxBlind, ringBytes: ringBytes, auditSeed: auditSeed)
            )
        }
    }

    /// Begins another stream of the same camera; a fall-back lasts, unless it was about to end.
    package mutating func restart() {
        if case .interval(let interval) = mode { schedule = LookSchedule(interval: interval) }
        adaptive?.restart()
        keyframes = KeyframeWatch()
        isInOrder = false
        if let fallBack { self.fallBack = fallBack.isEnding ? nil : FallBack() }
    }

    /// Decides about the next packet, in decoding order.
    package mutating func decide(_ packet: PacketFacts) -> PacketDecision {
        keyframes.note(packet)
        let decision = choose(for: packet)
        switch decision {
        case .decode, .catchUp, .checkGuess: isInOrder = true
        case .leave, .decodeAlone, .tryAlone: isInOrder = false
        }
        return decision
    }

    private mutating func choose(for packet: PacketFacts) -> PacketDecision {
        let canFollow = isInOrder || keyframes.mayBegin(with: packet)
        if let decision = fallBack?.decide(packet, keyframesDo: keyframes.suffice, canFollow: canFollow) {
            adaptive?.pass(packet)
            return decision
        }
        fallBack = nil
        switch mode {
        case .always: return .decode
        case .adaptive: return keyframes.areEmpty ? .decode : adaptive?.decide(packet) ?? .decode
        case .keyframes:
            guard keyframes.suffice else { return canFollow ? .decode : .leave }
            return packet.isKeyframe ? .decodeAlone : .leave
        case .interval:
            // A picture that no other needs can be left out before it costs anything.
            guard packet.isIntraOnly, let schedule else { return .decode }
            return schedule.isDue(packet.time) ? .decodeAlone : .leave
        }
    }

    /// Looks at keyframes only from here on, whatever the mode, because the box does not keep up.
    ///
    /// Where ``hasKeyframesOnly`` says so then, what is inside the decoder is not needed any more.
    package mutating func degrade() { fallBack = FallBack() }

    /// Decides by the mode again, from the next keyframe on.
    package mutating func restore() { fallBack?.isEnding = true }

    /// Whether it looks at keyframes only, because the box does not keep up.
    package var isDegraded: Bool { fallBack != nil }

    /// Whether nothing but keyframes is looked at: by its mode or a fall-back, and as far as the stream's keyframes suffice.
    package var hasKeyframesOnly: Bool { (mode == .keyframes || isDegraded) && keyframes.suffice }

    /// Whether a fall-back would leave anything out.
    package var canDegrade: Bool { mode != .keyframes && keyframes.suffice }

    /// Takes that a keyframe that nothing is wrong with gave no picture by itself.
    ///
    /// Such are the beginnings of a refresh, bit by bit: from here on this stream is decoded in its order.
    package mutating func noteEmptyKeyframe() { keyframes.areEmpty = true }

    /// Takes that packets are missing here: their absence says nothing of the stream's keyframes.
    package mutating func noteGap() {
        keyframes.skip()
        adaptive?.noteGap()
        isInOrder = false
    }

    /// Takes what the detector said of a picture that was looked at.
    package mutating func note(_ look: Look) { adaptive?.note(look) }

    /// Takes what a trial showed, and says what becomes of it.
    package mutating func judge(_ look: Look) -> TrialVerdict { adaptive?.judge(look) ?? .keep }

    /// Whether packets are being left out until a keyframe shows something.
    package var isDozing: Bool { !isDegraded && !keyframes.areEmpty && adaptive?.isDozing ?? false }

    /// Whether pictures are left out that may be needed later: the packets must be kept.
    package var needsRing: Bool { adaptive != nil }

    /// Whether the detector looks at a decoded picture; times strictly rise.
    package mutating func wantsLook(at time: MediaTime) -> Bool {
        guard schedule != nil else { return true }
        return schedule?.take(time) ?? true
    }
}

/// Whether a stream can be looked at by its keyframes: whether they come, and are pictures by themselves.
private struct KeyframeWatch: Sendable {
    /// Where they lie farther apart, too much would be left unseen.
    private static let longestGroup = TimeSpan.seconds(10)
    /// Where none comes for so long, none is waited for: behind packets that were left out, all but a stream that refreshes itself
    /// bit by bit shows nothing before its next keyframe.
    private static let longestWait = TimeSpan.seconds(60)

    /// Whether they give no picture when they are decoded alone.
    var areEmpty = false
    /// The latest keyframe's time, or the stream's first.
    private var start: MediaTime?
    private var now = MediaTime.zero
    private var lastGroup = TimeSpan.zero

    mutating func note(_ packet: PacketFacts) {
        now = packet.time
        guard let start, packet.isKeyframe else { return self.start = start ?? now }
        lastGroup = now - start
        self.start = now
    }

    /// Packets are missing here that somebody left out.
    mutating func skip() {
        guard suffice else { return }
        (start, lastGroup) = (nil, .zero)
    }

    /// Whether a packet behind some that were left out can be decoded in its order, and those that follow it.
    func mayBegin(with packet: PacketFacts) -> Bool {
        packet.isKeyframe || packet.isIntraOnly || areEmpty || start.map { now - $0 > Self.longestWait } ?? false
    }

    var suffice: Bool {
        guard let start, !areEmpty else { return !areEmpty }
        return max(lastGroup, now - start) <= Self.longestGroup
    }
}

/// What can be decoded alone, at most twice a second, and nothing else; everything where keyframes do not do.
private struct FallBack: Sendable {
    var isEnding = false
    private var last: MediaTime?

    /// Time bases are coarse, and cameras jitter.
    private static let interval = TimeSpan.milliseconds(480)

    /// Nil where it has ended: this packet and what follows it can be decoded in their order.
    mutating func decide(_ packet: PacketFacts, keyframesDo: Bool, canFollow: Bool) -> PacketDecision? {
        guard keyframesDo else { return canFollow ? isEnding ? nil : .decode : .leave }
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
