/// What the packets of one source needed to be put in order.
package struct PacketStatistics: Sendable, Hashable, Codable {
    /// Packets left out because no keyframe had come yet.
    package var beforeFirstKeyframe = 0
    /// Pictures left out that refer to before the first keyframe.
    package var leadingPictures = 0
    /// Packets of a stream without stamps, whose times were counted.
    package var unstamped = 0
    /// Damaged places of the container, or unusable pictures of a device, that were passed over.
    package var skippedErrors = 0
    /// Gaps in a camera's RTP sequence, which are packets lost on the way; of a device the pictures it lost.
    package var losses = 0
    package var repairs = TimestampRepair.Counts()

    /// Nothing so far.
    package init() {}
}
