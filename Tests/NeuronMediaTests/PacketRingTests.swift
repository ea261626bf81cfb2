import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)))
struct PacketRingTests {
    private let packets: [CompressedPacket]

    init() throws {
        let folder = try TemporaryDirectory()
        packets = try Playback(ClipMaker.make("clip.mp4", in: folder)).packets
    }

    private func filled(maxBytes: Int, from start: Int = 0) -> PacketRing {
        var ring = PacketRing(maxBytes: maxBytes)
        for packet in packets[start...] { ring.append(packet) }
        return ring
    }

    @Test func `a large ring holds everything`() {
        let ring = filled(maxBytes: 1 << 20)
        #expect(ring.packetCount == 30)
        #expect(ring.byteCount == packets.reduce(0) { $0 + $1.byteCount })
    }

    @Test func `at every size it holds no more than its bytes and starts with a keyframe`() {
        let total = packets.reduce(0) { $0 + $1.byteCount }
        for maxBytes in stride(from: 0, through: total, by: 97) {
            var ring = PacketRing(maxBytes: maxBytes)
            for packet in packets {
                ring.append(packet)
                #expect(ring.byteCount <= maxBytes)
                #expect(ring.byteCount == ring.packets.reduce(0) { $0 + $1.byteCount })
                #expect(ring.packets.first?.facts.isKeyframe ?? true)
            }
        }
    }

    @Test func `what no keyframe leads up to is left out`() {
        #expect(filled(maxBytes: 1 << 20, from: 5).packetCount == 20)
    }

    @Test func `a group larger than the ring empties it until the next keyframe`() {
        let first = packets[..<10].reduce(0) { $0 + $1.byteCount }
        var ring = PacketRing(maxBytes: first - 1)
        for packet in packets[..<10] { ring.append(packet) }
        #expect(ring.isEmpty)
        #expect(ring.oversizedGroups == 1)
        ring.append(packets[10])
        #expect(ring.packetCount == 1)
    }

    @Test(arguments: [0, 950, 1000, 1999, 2000, 99_000, -5])
    func `what is forgotten is what no time from then on asks for`(milliseconds: Int64) {
        let time = MediaTime(nanoseconds: milliseconds * 1_000_000)
        let whole = filled(maxBytes: 1 << 20)
        var ring = whole
        ring.forget(before: time)
        #expect(ring.packets.map(\.presentationTime) == whole.gop(since: time).map(\.presentationTime))
        #expect(ring.byteCount == ring.packets.reduce(0) { $0 + $1.byteCount })
        let later = time + .milliseconds(700)
        #expect(ring.gop(since: later).map(\.presentationTime) == whole.gop(since: later).map(\.presentationTime))
    }

    @Test(arguments: [(0, 0), (950, 0), (1000, 10), (1999, 10), (2000, 20), (99_000, 20), (-5, 0)])
    func `a time asks for all from the keyframe at or before it`(milliseconds: Int64, first: Int) {
        let ring = filled(maxBytes: 1 << 20)
        let group = ring.gop(since: MediaTime(nanoseconds: milliseconds * 1_000_000))
        #expect(group.map(\.presentationTime) == packets[first...].map(\.presentationTime))
    }

    @Test func `an empty ring gives nothing`() {
        let ring = PacketRing(maxBytes: 1000)
        #expect(ring.gop(since: .zero).isEmpty)
        #expect(ring.duration == .zero)
    }

    @Test func `a copy is a snapshot`() {
        var ring = filled(maxBytes: 1 << 20)
        let snapshot = ring
        ring.removeAll()
        #expect(ring.isEmpty)
        #expect(ring.byteCount == 0)
        #expect(snapshot.packetCount == 30)
    }
}
