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

    /// Up to when packets were left out, each time with what comes behind it.
    private func gaps(_ items: [StreamItem]) -> [(until: Int64, next: Int64?)] {
        zip(items, items.dropFirst()).compactMap { item, next in
            guard case .gap(let end?) = item else { return nil }
            return (end.nanoseconds / 1_000_000, times([next]).first)
        }
    }

    @Test func `what was left out is said before what comes behind it`() throws {
        let queue = PacketQueue(maxPackets: 10)
        let packets = try packets(110)
        for packet in packets[..<30] { _ = queue.append(packet, arrival: arrival()) }
        #expect(gaps(queue.take(atMost: 100)).isEmpty)
        for packet in packets[30...] { _ = queue.append(packet, arrival: arrival()) }
        let items = queue.take(atMost: 100)
        #expect(gaps(items).map(\.until) == [1960] && gaps(items).map(\.next) == [2000])
        // The stream ends while packets are left out.
        queue.open(
            try MediaSource(opening: SourceAddress(FixtureLabel.path(of: "clips/walker.mp4"))).decoderParameters,
            session: 2
        )
        _ = queue.append(packets[0], arrival: arrival())
        let later = queue.take(atMost: 100)
        #expect(later.count == 3 && gaps(later).map(\.until) == [4360] && gaps(later).map(\.next) == [nil])
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

    @Test func `a stream that marks no keyframe is taken again after ten seconds`() throws {
        let queue = PacketQueue(maxPackets: 10)
        let packets = try packets(400).filter { !$0.facts.isKeyframe }
        let admissions = packets.enumerated().map { index, packet in
            if index == 30 { _ = queue.take(atMost: .max) }
            return queue.append(packet, arrival: arrival(Int64(index) * 40))
        }
        #expect(admissions[..<10].allSatisfy { $0 == .taken } && admissions[10] == .beganToDrop)
        #expect(admissions[11..<260].allSatisfy { $0 == .dropped } && admissions[260] == .taken)
    }

    @Test func `whoever takes packets is told of a gap, once and in its place`() throws {
        let queue = PacketQueue(maxPackets: 10)
        for packet in try packets(30) { _ = queue.append(packet, arrival: arrival()) }
        #expect(queue.take(atMost: .max).count == 10)
        for packet in try packets(60)[30...] { _ = queue.append(packet, arrival: arrival()) }
        queue.breakOff()
        queue.breakOff()
        let items = queue.take(atMost: .max)
        #expect(times(items).count == 10 && items.count == 12)
        for index in [0, 11] { if case .gap = items[index] {} else { Issue.record("\(items[index])") } }
    }

    @Test func `where keyframes come and find no room, the next one is waited for`() throws {
        let queue = PacketQueue(maxPackets: 10)
        // Keyframes at 2, 4 and 6 s and so on, and room again after 11.
        let packets = try packets(330)
        let admissions = packets.enumerated().map { index, packet in
            if index == 275 { _ = queue.take(atMost: .max) }
            return queue.append(packet, arrival: arrival(Int64(index) * 40))
        }
        #expect(admissions[275..<300].allSatisfy { $0 == .dropped } && admissions[300] == .taken)
    }

    @Test func `a packet that is larger than the queue gets through an empty one`() throws {
        let queue = PacketQueue(maxBytes: 1)
        let packets = try packets(2)
        let admissions = packets.map { queue.append($0, arrival: arrival()) }
        #expect(admissions == [.taken, .beganToDrop])
    }
}
