package import NeuronCore

/// The last groups of pictures of a camera, compressed: what can still be decoded after a wake, or saved as a pre-roll.
///
/// A value: a copy is a snapshot that shares the packets. It starts with a keyframe at all times, and holds at most
/// `maxBytes`; whole groups leave, the oldest first. A group that alone is too large leaves too, and the ring stays
/// empty until the next keyframe.
package struct PacketRing: Sendable {
    package let maxBytes: Int
    package private(set) var byteCount = 0
    /// Groups that left for being larger than the ring.
    package private(set) var oversizedGroups = 0
    private var groups: [Group] = []

    private struct Group {
        var packets: [CompressedPacket]
        var byteCount: Int
    }

    /// Makes an empty ring.
    ///
    /// - Parameter maxBytes: the sum of the packets' bytes that may be held.
    package init(maxBytes: Int) { self.maxBytes = maxBytes }

    package var isEmpty: Bool { groups.isEmpty }
    package var packetCount: Int { groups.reduce(0) { $0 + $1.packets.count } }

    /// All packets, from the oldest keyframe on, in decoding order.
    package var packets: [CompressedPacket] { groups.flatMap(\.packets) }

    /// The time from the first packet held to the last.
    package var duration: TimeSpan {
        guard let first = groups.first?.packets.first, let last = groups.last?.packets.last else { return .zero }
        return last.facts.time - first.facts.time
    }

    /// Adds the next packet of the stream; one that no keyframe leads up to is left out.
    package mutating func append(_ packet: CompressedPacket) {
        if packet.facts.isKeyframe {
            groups.append(Group(packets: [packet], byteCount: packet.byteCount))
        } else if groups.isEmpty {
            return
        } else {
            groups[groups.count - 1].packets.append(packet)
            groups[groups.count - 1].byteCount += packet.byteCount
        }
        byteCount += packet.byteCount
        while byteCount > maxBytes { dropOldestGroup() }
    }

    /// The packets that decode to everything shown at or after a time: from the last keyframe at or before it on.
    ///
    /// - Parameter time: a time that is older than the ring gives the whole ring.
    /// - Returns: packets in decoding order, the first a keyframe; empty only if the ring is.
    package func gop(since time: MediaTime) -> [CompressedPacket] {
        groups[firstGroup(since: time)...].flatMap(\.packets)
    }

    /// Lets go of everything that ``gop(since:)`` of this time does not give.
    package mutating func forget(before time: MediaTime) {
        let start = firstGroup(since: time)
        guard start > 0 else { return }
        byteCount -= groups[..<start].reduce(0) { $0 + $1.byteCount }
        groups.removeFirst(start)
    }

    private func firstGroup(since time: MediaTime) -> Int {
        groups.lastIndex { ($0.packets.first?.presentationTime ?? time) <= time } ?? 0
    }

    /// Forgets everything: the stream was opened anew.
    package mutating func removeAll() {
        groups.removeAll()
        byteCount = 0
    }

    private mutating func dropOldestGroup() {
        let dropped = groups.removeFirst()
        byteCount -= dropped.byteCount
        if groups.isEmpty { oversizedGroups += 1 }
    }
}
