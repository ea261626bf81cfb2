/// What is known of a compressed packet without decoding it: all that a sampling policy may look at.
package struct PacketFacts: Sendable, Hashable {
    /// Where the packet lies on the stream's time line, in decoding order; repaired, never going back.
    package var time: MediaTime
    /// Whether decoding can begin here.
    package var isKeyframe: Bool
    package var byteCount: Int
    /// Whether each packet is a picture of its own (MJPEG, raw video): then any packet can be left out.
    package var isIntraOnly: Bool

    /// Makes the facts of one packet.
    package init(time: MediaTime, isKeyframe: Bool, byteCount: Int, isIntraOnly: Bool) {
        self.time = time
        self.isKeyframe = isKeyframe
        self.byteCount = byteCount
        self.isIntraOnly = isIntraOnly
    }
}
