import NeuronCore

/// What is known of the keyframe that decoding began with after a flush (open groups).
enum DecodingRestart {
    case none
    /// It has not come yet.
    case waiting
    /// It is shown at this time: what follows it and is shown before it refers to what was flushed.
    case at(MediaTime)

    /// Whether decoding begins with a packet that refers to what was flushed; said once.
    mutating func isBroken(by packet: CompressedPacket) -> Bool {
        guard case .waiting = self, !packet.facts.isKeyframe else { return false }
        self = .none
        return true
    }

    /// Whether a packet's picture belongs to the group before the keyframe that decoding was begun with.
    mutating func isLeading(_ packet: CompressedPacket) -> Bool {
        switch self {
        case .none: return false
        case .waiting:
            if packet.facts.isKeyframe { self = .at(packet.presentationTime) }
            return false
        case .at(let start):
            if packet.facts.isKeyframe { self = .none }
            return packet.presentationTime < start
        }
    }
}
