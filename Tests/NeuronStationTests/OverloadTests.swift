import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// Three cameras with real packets and one worker; time passes only where the test lets looks take some.
@Suite(.timeLimit(.minutes(10)), .serialized) struct OverloadTests {
    @Test func `when looks cost too much the lowest priorities fall back, return by themselves, and nobody is late`()
        async throws
    {
        var box = try SlowBox(priorities: ["gate": 5, "yard": 1, "door": 9])
        // Three times 25 looks a second are one and a half workers, two times are one and what keyframes cost.
        box.clock.lookTime = .milliseconds(20)
        try box.run(seconds: 12)
        let fallen = await box.events()
        #expect(fallen == ["camera.degraded yard", "camera.degraded gate"])
        #expect(box.greatestLag < .seconds(2) && box.worstLag < .milliseconds(500))
        let during = box.statistics
        #expect(during["yard"]?.coverage.degraded ?? .zero > .seconds(5))
        #expect(during["door"]?.coverage.degraded == .zero)
        #expect(during.values.allSatisfy { $0.dropped == 0 })

        box.clock.lookTime = .milliseconds(1)
        try box.run(seconds: 45)
        let all = await box.events()
        #expect(all == fallen + ["camera.restored gate", "camera.restored yard"])
        let before = box.statistics["yard"]?.sent ?? 0
        try box.run(seconds: 10)
        #expect((box.statistics["yard"]?.sent ?? 0) - before == 250)
        #expect(try mistakes(in: await box.close(), closed: true) == "")
    }

    @Test func `lateness is bounded where even keyframes are too much, and what is left out is counted`() async throws {
        var box = try SlowBox(priorities: ["gate": 5, "yard": 5, "door": 5])
        box.clock.lookTime = .seconds(1)
        try box.run(seconds: 100)
        let events = await box.events()
        #expect(events.count { $0.hasPrefix("camera.degraded") } == 3)
        #expect(!events.contains { $0.hasPrefix("camera.restored") })
        box.forgetLag()
        try box.run(seconds: 100)
        // What a queue lets wait, the one look in hand, and one at a keyframe of each camera.
        #expect(box.greatestLag <= .seconds(4 + 1 + 3))
        #expect(box.statistics.values.contains { $0.dropped > 0 })
        // The cameras were never away, and of what was left out nothing was decoded.
        for seen in box.statistics.values {
            #expect(seen.coverage.connected > .seconds(180) && seen.coverage.degraded > .seconds(160))
            #expect(seen.coverage.decoded <= .milliseconds(Int64(seen.sent) * 40))
        }
        // All that came was read or still waits in a queue, whatever became of it.
        #expect(box.unread.allSatisfy { (0...256).contains($0) }, "\(box.unread)")
        #expect(try mistakes(in: await box.close(), closed: true) == "")
    }

    @Test func `what waited for a disk that took no alerts is no overload`() async throws {
        let (clock, channel) = (ManualClock(), AlertChannel(capacity: 1))
        var clip = EndlessClip()
        _ = try clip.packet(0)
        let configuration = CameraConfiguration(
            id: SensorID(sanitising: "gate"),
            source: SourceAddress("rtsp://127.0.0.1/")
        )
        let camera = LiveCamera(
            CameraPlan(configuration, box: .unnamed),
            channel: channel,
            clock: clock,
            logger: Logger(label: "overload") { _ in SwiftLogNoOpLogHandler() }
        )
        var watch = OverloadWatch([camera], workers: 1, clock: clock)
        watch.step()
        let arrival = CameraLink.Instant.now(on: clock)
        _ = camera.queue.append(try clip.packet(0), arrival: arrival)
        channel.send(.bare("one"))
        let sender = DedicatedThread(name: "sender") { channel.send(.bare("two")) }
        while channel.waitTurns == 0 { pause(for: .milliseconds(1)) }
        clock.pass(.seconds(10))
        channel.finish()
        var told: [AlertDraft] = []
        while told.count < 2 { await channel.receive { told += $0 } }
        sender.join()
        for _ in 0..<4 {
            watch.step()
            clock.pass(.milliseconds(250))
        }
        await channel.receive { told += $0 }
        #expect(told.count == 2)
        // What is late from then on is: nobody works here.
        for _ in 0..<4 {
            watch.step()
            clock.pass(.milliseconds(250))
        }
        await channel.receive { told += $0 }
        #expect(told.last?.type == "org.neurond.camera.degraded.v1")
    }

    @Test func `a camera of which packets are left out is alive`() async throws {
        var box = try SlowBox(priorities: ["gate": 5])
        box.clock.pass(.seconds(20))
        box.tick()
        #expect(await box.events() == ["camera.lost gate"])
        box.dropPacket()
        #expect(await box.events() == ["camera.lost gate"], "the reader waits for nobody: the tick says it")
        box.tick()
        #expect(await box.events() == ["camera.lost gate", "camera.recovered gate"])
        #expect(try mistakes(in: await box.close(), closed: true) == "")
    }
}

/// A clock that stands still but for what it is told.
private final class ManualClock: NeuronClock {
    private let nanoseconds = Atomic<Int64>(1_000_000_000)
    private let look = Atomic<Int64>(0)

    /// How long a look takes.
    var lookTime: TimeSpan {
        get { TimeSpan(nanoseconds: look.load(ordering: .relaxed)) }
        set { look.store(newValue.nanoseconds, ordering: .relaxed) }
    }

    func wallNow() -> WallTime { WallTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
    func monotonicNow() -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
    func pass(_ time: TimeSpan) { nanoseconds.wrappingAdd(time.nanoseconds, ordering: .relaxed) }
}

/// Makes each look take its time.
private final class SlowWitness: PictureWitness {
    let isInspecting = false
    private let clock: ManualClock

    init(_ clock: ManualClock) { self.clock = clock }

    func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) { clock.pass(clock.lookTime) }
}

/// The packets of a clip, again and again, as a camera would send them.
private struct EndlessClip {
    private(set) var packets: [CompressedPacket] = []
    private(set) var parameters: DecoderParameters?
    private let path = FixtureLabel.path(of: "clips/walker.mp4")

    mutating func packet(_ index: Int) throws -> CompressedPacket {
        while packets.count <= index {
            let start = packets.last.map { $0.facts.time + .milliseconds(40) } ?? .zero
            var source = try MediaSource(opening: SourceAddress(path), firstTime: { start })
            parameters = source.decoderParameters
            while let packet = try source.nextPacket() { packets.append(packet) }
        }
        return packets[index]
    }
}

/// One worker that takes cameras in turn, and the watch over the load, in a time of their own.
private struct SlowBox {
    let clock = ManualClock()
    /// The greatest lag that the watch could have seen.
    private(set) var greatestLag = TimeSpan.zero
    private let channel = AlertChannel(capacity: 100_000)
    private let cameras: [LiveCamera]
    private var watch: OverloadWatch
    private var clip = EndlessClip()
    private var sent = 0
    private var turn = 0
    private let start: MonotonicTime
    private var nextStep: MonotonicTime
    private var drafts: [AlertDraft] = []

    init(priorities: KeyValuePairs<String, Int>) throws {
        let logger = Logger(label: "overload") { _ in SwiftLogNoOpLogHandler() }
        start = clock.monotonicNow()
        nextStep = start
        var cameras: [LiveCamera] = []
        _ = try clip.packet(0)
        for (name, priority) in priorities {
            var camera = CameraConfiguration(id: SensorID(sanitising: name), source: SourceAddress("rtsp://127.0.0.1/"))
            camera.sampling = .always
            camera.priority = priority
            let live = LiveCamera(
                CameraPlan(camera, box: .unnamed),
                channel: channel,
                clock: clock,
                logger: logger,
                witness: SlowWitness(clock)
            )
            if let parameters = clip.parameters { live.queue.open(parameters, session: 1) }
            cameras.append(live)
        }
        self.cameras = cameras
        watch = OverloadWatch(cameras, workers: 1, clock: clock)
        // What is waiting is taken whenever it is asked for.
        channel.finish()
    }

    var worstLag: TimeSpan { cameras.map { $0.reading(at: clock.monotonicNow()).lag }.max() ?? .zero }

    var statistics: [String: PipelineStatistics] {
        Dictionary(uniqueKeysWithValues: cameras.map { ($0.plan.camera.id.rawValue, $0.statistics) })
    }

    /// Lets the supervisor look.
    func tick() { for camera in cameras { camera.tick() } }

    /// What a reader says where a packet finds no room.
    func dropPacket() { for camera in cameras { camera.leftOutPacket() } }

    /// Of the packets that came to each camera, those that it does not say it has read.
    var unread: [Int] { cameras.map { sent - $0.snapshot().figures.packets } }

    mutating func forgetLag() { greatestLag = .zero }

    /// Lets time pass: packets arrive, the worker works, the watch watches.
    mutating func run(seconds: Int64) throws {
        let end = clock.monotonicNow() + .seconds(seconds)
        while clock.monotonicNow() < end {
            try deliver()
            if clock.monotonicNow() >= nextStep {
                greatestLag = max(greatestLag, worstLag)
                watch.step()
                nextStep = clock.monotonicNow() + .milliseconds(250)
            }
            guard
                let next = (0..<cameras.count).map({ (turn + $0) % cameras.count }).first(where: { cameras[$0].hasWork }
                )
            else {
                clock.pass(.milliseconds(10))
                continue
            }
            cameras[next].work()
            turn = next + 1
        }
    }

    /// What was told of the cameras so far, each with its camera.
    mutating func events() async -> [String] {
        await collect()
        return drafts.filter { $0.type.hasPrefix("org.neurond.camera.") }.map { draft in
            draft.type.dropFirst("org.neurond.".count).dropLast(".v1".count) + " "
                + (draft.source.split(separator: ":").last ?? "")
        }
    }

    /// Stops, and gives all lines that were told.
    mutating func close() async -> [[UInt8]] {
        #expect(CameraSupervisor.close(cameras, because: .shutdown, within: .zero, on: clock).isEmpty)
        await collect()
        var numbers: [String: Int64] = [:]
        return drafts.map { draft in
            numbers[draft.source, default: 0] += 1
            return draft.encode(
                AlertStamp(epoch: 1, number: numbers[draft.source] ?? 0, recordedTime: clock.wallNow())
            )
        }
    }

    private mutating func collect() async {
        var new: [AlertDraft] = []
        await channel.receive { batch in new += batch }
        drafts += new
    }

    private mutating func deliver() throws {
        while true {
            let arrival = start + .milliseconds(Int64(sent) * 40)
            guard arrival <= clock.monotonicNow() else { return }
            let packet = try clip.packet(sent)
            for camera in cameras {
                let instant = CameraLink.Instant(monotonic: arrival, wall: WallTime(nanoseconds: arrival.nanoseconds))
                _ = camera.queue.append(packet, arrival: instant)
            }
            sent += 1
        }
    }
}
