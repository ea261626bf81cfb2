package import NeuronCore

/// How well a camera was watched: what tells silence from blindness.
package struct Coverage: Sendable, Hashable {
    /// Time for which the stream brought packets.
    package var connected = TimeSpan.zero
    /// The part of it whose packets were decoded.
    package var decoded = TimeSpan.zero
    /// The part of it that lies within the longest blindness before a look.
    package var watched = TimeSpan.zero
    /// The part of it in which something could have come and gone unseen.
    package var blind = TimeSpan.zero
    /// The part of it in which the box did not keep up, and looked at keyframes only.
    package var degraded = TimeSpan.zero
    /// Pictures that were looked at.
    package var looks = 0

    package init() {}

    /// What has been added since an earlier reading.
    package func since(_ earlier: Coverage) -> Coverage {
        var added = Coverage()
        added.connected = connected - earlier.connected
        added.decoded = decoded - earlier.decoded
        added.watched = watched - earlier.watched
        added.blind = blind - earlier.blind
        added.degraded = degraded - earlier.degraded
        added.looks = looks - earlier.looks
        return added
    }

    /// Adds what another stretch of time was like.
    package mutating func add(_ other: Coverage) {
        connected = connected + other.connected
        decoded = decoded + other.decoded
        watched = watched + other.watched
        blind = blind + other.blind
        degraded = degraded + other.degraded
        looks += other.looks
    }
}

/// Measures the coverage of one stream.
///
/// A look at which the detector could not tell anything, since it was learning the scene, is none.
package struct CoverageMeter: Sendable {
    package private(set) var coverage = Coverage()
    private let maxBlind: TimeSpan
    private var lastPacket: MediaTime?
    private var lastLook: MediaTime?

    /// A longer distance between two packets is a hole in the stream, and no time of the camera's.
    private static let longestInterval = TimeSpan.seconds(10)

    /// Makes a meter.
    ///
    /// - Parameter maxBlind: the longest time between two looks in which nothing counts as missed.
    package init(maxBlind: TimeSpan) { self.maxBlind = maxBlind }

    /// Takes the next packet, in decoding order.
    package mutating func note(_ packet: PacketFacts, isDecoded: Bool, isDegraded: Bool = false) {
        defer { lastPacket = packet.time }
        guard let lastPacket else { return lastLook = packet.time }
        let interval = packet.time - lastPacket
        guard interval > .zero, interval <= Self.longestInterval else { return }
        coverage.connected = coverage.connected + interval
        if isDecoded { coverage.decoded = coverage.decoded + interval }
        if isDegraded { coverage.degraded = coverage.degraded + interval }
    }

    /// The stream broke off: what comes next begins anew.
    package mutating func interrupt() {
        lastPacket = nil
        lastLook = nil
    }

    /// Takes that what was left since the last look is decoded after all.
    package mutating func catchUp() {
        guard let lastPacket, let lastLook, lastPacket > lastLook else { return }
        coverage.decoded = min(coverage.decoded + (lastPacket - lastLook), coverage.connected)
    }

    /// Takes a picture that was looked at and in which motion would have been seen.
    package mutating func look(at time: MediaTime) {
        coverage.looks += 1
        guard let lastLook else { return self.lastLook = time }
        guard time > lastLook else { return }
        let gap = time - lastLook
        self.lastLook = time
        // A keyframe that is a little late leaves nobody blind.
        let reach = maxBlind + TimeSpan(nanoseconds: maxBlind.nanoseconds / 10)
        coverage.watched = coverage.watched + min(gap, reach)
        coverage.blind = coverage.blind + max(gap - reach, .zero)
    }
}
