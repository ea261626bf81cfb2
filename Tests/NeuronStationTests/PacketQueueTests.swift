import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct PacketQueueTests {
    /// Two groups of pictures and more, of 50 packets each.
    private func packets(_ count: Int) throws -> [CompressedPacket] {
        var source = try MediaSource(
            opening: SourceAddress(FixtureLabel.path(of: "clips/walker.mp4")),
            options: SourceOptions(),
            interrupt: SourceInterrupt()
        )
        return try (0..<count).compactMap { _ in try source.nextPacket() }
    }

    private func arrival(_ milliseconds: Int64 = 0) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .milliseconds(milliseconds),
            wall: .epoch + .milliseconds(milliseconds)
        )
    }

    private func times(_ items: [StreamItem]) -> [Int64] {
        items.compactMap { item in
            guard case .packet(let packet, _) = item else { return nil }
            return packet.facts.time.nanoseconds / 1_000_000
        }
    }

    @Test func `packets leave in their order, a turn at a time`() throws {
        let queue = PacketQueue()
        for packet in try packets(20) {
            let admission = queue.append(packet, arrival: arrival())
            #expect(admission == .taken)
        }
        #expect(times(queue.take(atMost: 16)) == Array(stride(from: 0, to: 640, by: 40)))
        #expect(times(queue.take(atMost: 16)) == [640, 680, 720, 760])
        #expect(queue.isEmpty && queue.dropped == 0)
    }

    @Test func `a full queue leaves packets out up to the next keyframe, counts them and says so once`() throws {
        let queue = PacketQueue(maxPackets: 10)
        let packets = try packets(110)
        let admissions = packets[..<30].map { queue.append($0, arrival: arrival()) }
        #expect(admissions[..<10].allSatisfy { $0 == .taken })
        #expect(admissions[10] == .beganToDrop)
        #expect(admissions[11...].allSatisfy { $0 == .dropped })
        #expect(times(queue.take(atMost: 100)).count == 10)
        let later = packets[30...].map { queue.append($0, arrival: arrival()) }
        #expect(later[..<20].allSatisfy { $0 == .dropped })
        #expect(times(queue.take(atMost: 100)).first == 2000)
        #expect(queue.dropped == 40 + 50)
    }

    @Test func `nothing waits longer than the bound, whatever room there is`() throws {
        let queue = PacketQueue(maxWait: .seconds(4))
        let packets = try packets(210)
        let admissions = packets.enumerated().map { index, packet in
            queue.append(packet, arrival: arrival(Int64(index) * 40))
        }
        #expect(admissions[...100].allSatisfy { $0 == .taken })
        #expect(admissions[101] == .beganToDrop)
        #expect(admissions[102...].allSatisfy { $0 == .dropped })
        #expect(queue.oldestArrival == arrival().monotonic)
        #expect(queue.dropped == 109)
    }

    @Test func `a packet that is larger than the queue gets through an empty one`() throws {
        let queue = PacketQueue(maxBytes: 1)
        let packets = try packets(2)
        let admissions = packets.map { queue.append($0, arrival: arrival()) }
        #expect(admissions == [.taken, .beganToDrop])
    }
}
