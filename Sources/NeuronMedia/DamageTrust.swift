import CFFmpeg
import NeuronCore

/// Whether what comes out of a decoder shows what the camera saw: damage spreads up to the next keyframe.
struct DamageTrust {
    let policy: VideoDecoder.DamagePolicy
    private var damage = Damage.none

    private enum Damage {
        case none
        /// No good keyframe since; so many packets ago.
        case waiting(packets: Int)
        /// Trust begins with the keyframe shown at this time.
        case until(MediaTime)
    }

    /// A stream with so few keyframes refreshes itself bit by bit instead.
    private static let longestDistrust = 500

    init(policy: VideoDecoder.DamagePolicy) { self.policy = policy }

    /// Takes the next packet's word on itself.
    mutating func note(_ packet: CompressedPacket) {
        if packet.isDamaged {
            damage = .waiting(packets: 0)
        } else if case .waiting(let packets) = damage {
            let isTrustedAgain = packet.facts.isKeyframe || packets >= Self.longestDistrust
            damage = isTrustedAgain ? .until(packet.presentationTime) : .waiting(packets: packets + 1)
        }
    }

    /// Something did not decode.
    mutating func lose() { damage = .waiting(packets: 0) }

    /// Forgets all damage: the decoder was flushed.
    mutating func restore() { damage = .none }

    /// Whether a picture shows what the camera saw.
    mutating func accepts(_ picture: UnsafePointer<AVFrame>, at time: MediaTime) -> Bool {
        if policy == .deliver { return true }
        if picture.pointee.decode_error_flags != 0 || picture.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 {
            damage = .waiting(packets: 0)
            return false
        }
        switch damage {
        case .none: return true
        case .waiting: return false
        case .until(let start):
            if time >= start { damage = .none }
            return time >= start
        }
    }
}
