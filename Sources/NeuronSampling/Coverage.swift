package import NeuronCore

/// How well a camera was watched: what tells silence from blindness.
package struct Coverage: Sendable, Hashable {
    /// Time for which the stream brought packets.
    package var connected = TimeSpan.zero
    /// The part of it whose packets were decoded.
    package var decoded = TimeSpan.zero
    /// The part of it that lies within the longest blindness before a look, or behind the last one.
    package var watched = TimeSpan.zero
    /// The part of it in which something could have come and gone unseen.
    package var blind = TimeSpan.zero
    /// The part of it in which the box did not keep up, and looked at keyframes only or left packets out.
    package var degraded = TimeSpan.zero
    /// Pictures that were looked at.
    package var looks = 0
    /// Groups that were decoded although their keyframes showed nothing.
    package var audits = 0
    /// Of these, those in which something moved.
    package var auditFinds = 0

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
        added.audits = audits - earlier.audits
        added.auditFinds = auditFinds - earlier.auditFinds
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
        audits += other.audits
        auditFinds += other.auditFinds
    }
}

/// Measures the coverage of one stream.
///
/// A look at which the detector could not tell anything, since it was learning the scene, is none.
package struct CoverageMeter: Sendable {
    /// What is certain of it: all up to the last look.
    private var settled = Coverage()
    private let maxBlind: TimeSpan
    private var lastPacket: MediaTime?
    private var lastLook: MediaTime?
    private var hasLooked = false
    /// The latest packets that were left one after the other, and so may yet be decoded.
    private var left: Range<MediaTime>?
    private var isLeaving = false

    /// A longer distance between two packets is a hole in the stream, and no time of the camera's.
    private static let longestInterval = TimeSpan.seconds(10)

    /// Makes a meter.
    ///
    /// - Parameter maxBlind: the longest time between two looks in which nothing counts as missed.
    package init(maxBlind: TimeSpan) { self.maxBlind = maxBlind }

    /// How well the stream was watched up to the latest packet.
    ///
    /// What has come since the last look is watched as far as that reaches, so that a record that ends between two looks lacks
    /// nothing, and the next one has nothing too much.
    package var coverage: Coverage {
        var coverage = settled
        coverage.watched = coverage.watched + pending
        return coverage
    }

    private var pending: TimeSpan {
        guard hasLooked, let lastPacket, let lastLook, lastPacket > lastLook else { return .zero }
        return min(lastPacket - lastLook, reach)
    }

    /// A keyframe that is a little late leaves nobody blind.
    private var reach: TimeSpan { maxBlind + TimeSpan(nanoseconds: maxBlind.nanoseconds / 10) }

    /// Takes the next packet, in decoding order.
    package mutating func note(_ packet: PacketFacts, isDecoded: Bool, isDegraded: Bool = false) {
        defer {
            lastPacket = packet.time
            isLeaving = !isDecoded
        }
        guard let lastPacket else { return lastLook = packet.time }
        if !isDecoded {
            let start = isLeaving ? left?.lowerBound ?? lastPacket : lastPacket
            left = start..<max(start, packet.time)
        }
        let interval = packet.time - lastPacket
        guard interval > .zero, interval <= Self.longestInterval else { return }
        settled.connected = settled.connected + interval
        if isDecoded { settled.decoded = settled.decoded + interval }
        if isDegraded { settled.degraded = settled.degraded + interval }
    }

    /// Takes that packets up to a time were left out before they came here, because the box did not keep up.
    package mutating func skip(until time: MediaTime) {
        guard let lastPacket, time > lastPacket else { return }
        settled.connected = settled.connected + (time - lastPacket)
        settled.degraded = settled.degraded + (time - lastPacket)
        self.lastPacket = time
        isLeaving = false
    }

    /// The stream broke off: what comes next begins anew.
    package mutating func interrupt() {
        settled.watched = settled.watched + pending
        // No look will come that could tell of it.
        if let lastPacket, let lastLook {
            settled.blind = settled.blind + max(lastPacket - lastLook - (hasLooked ? reach : .zero), .zero)
        }
        (lastPacket, lastLook) = (nil, nil)
        (left, isLeaving, hasLooked) = (nil, false, false)
    }

    /// Takes that what was left is decoded after all, from a time on.
    package mutating func catchUp(from time: MediaTime) {
        guard let left = left.take() else { return }
        isLeaving = false
        settled.decoded = settled.decoded + max(left.upperBound - max(left.lowerBound, time), .zero)
    }

    /// Takes that a group was audited, and whether something moved in it.
    package mutating func audit(found: Bool) {
        settled.audits += 1
        if found { settled.auditFinds += 1 }
    }

    /// Takes a picture that was looked at and in which motion would have been seen.
    package mutating func look(at time: MediaTime) {
        settled.looks += 1
        hasLooked = true
        guard let lastLook else { return self.lastLook = time }
        guard time > lastLook else { return }
        let gap = time - lastLook
        self.lastLook = time
        settled.watched = settled.watched + min(gap, reach)
        settled.blind = settled.blind + max(gap - reach, .zero)
    }
}
