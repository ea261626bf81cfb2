package import NeuronCore
package import NeuronMedia
package import NeuronSampling

/// What one camera's pipeline has done so far.
package struct PipelineStatistics: Sendable, Hashable {
    /// Video packets read.
    package var packets = 0
    /// Packets that went through the decoder; one that is tried and then caught up with, each time.
    package var sent = 0
    /// Packets that were not decoded when they came, on purpose; some of them are when the camera wakes.
    package var leftOut = 0
    /// Pictures that came out of it.
    package var decoded = 0
    /// Pictures that the detector looked at.
    package var detected = 0
    /// Times that what had been left out was decoded after all.
    package var wakes = 0
    /// Times that the sizes of packets were one.
    package var sizeWakes = 0
    /// What decoded, each once, in the order of coming: more than one where hardware has failed or streams differ.
    package private(set) var decoders: [DecoderReport] = []
    /// Packets that the decoder refused, and pictures that were damaged.
    package var damaged = 0
    /// Packets dropped because the box did not keep up.
    package var dropped = 0
    /// Pictures in which changes were seen and not taken for motion.
    package var suppressed = 0
    /// Changes that were seen and not believed, by reason; one per thing, zone and picture.
    package var doubts = MotionDoubtTally()
    package var alerts = 0
    /// Time spent in the decoder, without that of the detector.
    package var decodeTime = TimeSpan.zero
    package var detectTime = TimeSpan.zero
    /// How well the camera was watched.
    package var coverage = Coverage()
    /// The latest picture's media time, decoded or left out.
    package var lastPicture = MediaTime.zero

    package init() {}

    /// Notes which decoder a stream has.
    mutating func note(_ decoder: DecoderReport) {
        if !decoders.contains(decoder) { decoders.append(decoder) }
    }

    /// Adds another pipeline's numbers; the later picture's time stays.
    package mutating func add(_ other: PipelineStatistics) {
        packets += other.packets
        sent += other.sent
        leftOut += other.leftOut
        decoded += other.decoded
        detected += other.detected
        wakes += other.wakes
        sizeWakes += other.sizeWakes
        for decoder in other.decoders { note(decoder) }
        damaged += other.damaged
        dropped += other.dropped
        suppressed += other.suppressed
        doubts.add(other.doubts)
        alerts += other.alerts
        decodeTime = decodeTime + other.decodeTime
        detectTime = detectTime + other.detectTime
        coverage.add(other.coverage)
        lastPicture = max(lastPicture, other.lastPicture)
    }
}
