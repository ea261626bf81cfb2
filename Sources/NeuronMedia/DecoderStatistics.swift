/// What a decoder has seen so far.
package struct DecoderStatistics: Sendable, Hashable, Codable {
    package var packets = 0
    /// Delivered.
    package var frames = 0
    /// Packets, or parts of them, that did not decode.
    package var failedPackets = 0
    /// Left out because they were damaged, or followed damage.
    package var damagedFrames = 0
    /// Moved on by a nanosecond because they came out at or before the time of the one before.
    package var outOfOrderFrames = 0
    /// Whose brightness had to be computed.
    package var convertedFrames = 0
    /// Left out because no brightness could be had.
    package var unconvertedFrames = 0

    /// Nothing so far.
    package init() {}

    /// Packets that did not decode, and pictures left out for damage.
    package var faults: Int { failedPackets + damagedFrames }
}
