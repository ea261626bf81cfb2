package import NeuronCore

// NeuronSampling owns one decision: which packets are decoded, and which decoded pictures are looked at.
//
// A pure state machine. It sees packet facts and picture times, never a clock, a stream or a pixel, so that a replay decides
// as the live camera did. The adaptive mode will live here too: it needs the packet ring (NeuronMedia has it) and
// the detector's word, both of which come in as values.

/// Decides for one camera which packets are decoded and which pictures are looked at.
package struct SamplingPolicy: Sendable {
    package let mode: SamplingMode
    private var schedule: LookSchedule?

    /// Makes the policy of one camera.
    package init(mode: SamplingMode) {
        self.mode = mode
        if case .interval(let interval) = mode { schedule = LookSchedule(interval: interval) }
    }

    /// What becomes of a packet.
    package enum PacketDecision: Sendable, Hashable {
        /// It stays compressed.
        case leave
        /// It goes through the decoder in its order.
        case decode
        /// It is decoded alone: its picture comes out at once, and nothing that follows depends on it.
        case decodeAlone
    }

    /// Decides about the next packet, in decoding order.
    package func decide(_ packet: PacketFacts) -> PacketDecision {
        switch mode {
        case .always: return .decode
        case .keyframes: return packet.isKeyframe ? .decodeAlone : .leave
        case .interval:
            // A picture that no other needs can be left out before it costs anything.
            guard packet.isIntraOnly, let schedule else { return .decode }
            return schedule.isDue(packet.time) ? .decodeAlone : .leave
        }
    }

    /// Whether the detector looks at a decoded picture; times strictly rise.
    package mutating func wantsLook(at time: MediaTime) -> Bool {
        guard schedule != nil else { return true }
        return schedule?.take(time) ?? true
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
