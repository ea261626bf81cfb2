import NeuronCore

/// A hardware decoder that has yet to give its first picture, or its first after a flush: what it was given is kept, so that software can begin anew.
///
/// What fails in a damaged stream, or before its first keyframe, says nothing of the hardware.
struct HardwareTrial {
    /// From a keyframe on; empty while nothing can be held against the decoder.
    private(set) var packets: [CompressedPacket] = []
    /// Why it is over.
    private(set) var failure: String?

    /// A codec holds back 16 pictures, and a device a few more.
    private static let longest = 64

    /// Keeps a packet that the decoder is about to get.
    mutating func keep(_ packet: CompressedPacket) {
        if packet.isDamaged {
            packets = []
        } else if packet.facts.isKeyframe || !packets.isEmpty {
            packets.append(packet)
            if packets.count > Self.longest { fail("no picture came of \(Self.longest) packets") }
        }
    }

    /// Whether a failure now is the hardware's.
    var isJudging: Bool { !packets.isEmpty }

    /// Notes why the hardware is not trusted; the first reason stays.
    mutating func fail(_ reason: String) { failure = failure ?? reason }
}
