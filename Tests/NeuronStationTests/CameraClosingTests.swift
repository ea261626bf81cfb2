import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// Cameras that are closed while somebody walks through their pictures.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CameraClosingTests {
    /// A clock on which each look costs some time.
    private final class CostlyClock: NeuronClock {
        private let nanoseconds = Atomic<Int64>(1_787_393_723_000_000_000)
        private let cost = Atomic<Int64>(0)

        func wallNow() -> WallTime { WallTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
        func monotonicNow() -> MonotonicTime {
            let cost = cost.load(ordering: .relaxed)
            return MonotonicTime(nanoseconds: nanoseconds.wrappingAdd(cost, ordering: .relaxed).newValue)
        }
        /// From now on.
        func charge(_ span: TimeSpan) { cost.store(span.nanoseconds, ordering: .relaxed) }
    }

    /// Hangs as a graphics card does, at the first picture in which an alert is open.
    private final class HangingWitness: PictureWitness {
        let isInspecting = false
        private var hasHung = false
        private let hangs: DispatchSemaphore
        private let end: DispatchSemaphore

        init(hangs: DispatchSemaphore, end: DispatchSemaphore) { (self.hangs, self.end) = (hangs, end) }

        func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) {
            guard !hasHung, sight.openZones.contains(true) else { return }
            hasHung = true
            hangs.signal()
            end.wait()
        }
    }

    /// Takes everything and does nothing, as a disk that hangs does before anybody knows it.
    private final class DeafDesk: EvidenceDesk {
        let clipsEnded = Atomic<Int>(0)
        let isStalled = false

        func submit(_ job: EvidenceJob) -> Bool {
            if case .endClip = job { clipsEnded.wrappingAdd(1, ordering: .relaxed) }
            return true
        }
    }

    private let channel = AlertChannel(capacity: 10_000)
    private let clock = CostlyClock()
    private let packets: [CompressedPacket]
    private let parameters: DecoderParameters

    init() throws {
        var source = try MediaSource(opening: SourceAddress(FixtureLabel.path(of: "clips/walker.mp4")))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        (self.packets, parameters) = (packets, source.decoderParameters)
        // What is waiting is taken whenever it is asked for.
        channel.finish()
    }

    private func camera(
        _ name: String,
        desk: (any EvidenceDesk)? = nil,
        witness: sending (any PictureWitness)? = nil
    ) -> LiveCamera {
        var configuration = CameraConfiguration(
            id: SensorID(sanitising: name),
            source: SourceAddress("rtsp://127.0.0.1/")
        )
        configuration.sampling = .always
        var plan = CameraPlan(configuration, box: .unnamed)
        plan.evidence = desk.map { EvidencePlan(desk: $0) }
        let logger = Logger(label: "closing") { _ in SwiftLogNoOpLogHandler() }
        let camera = LiveCamera(plan, channel: channel, clock: clock, logger: logger, witness: witness)
        camera.queue.open(parameters, session: 1)
        return camera
    }

    /// Sends packets until an alert is open, or all of them.
    private func walk(_ camera: LiveCamera) async -> [AlertDraft] {
        var told: [AlertDraft] = []
        for packet in packets where !told.contains(where: { $0.type.contains("motion.started") }) {
            send(packet, to: camera)
            await channel.receive { told += $0 }
        }
        return told
    }

    private func send(_ packet: CompressedPacket, to camera: LiveCamera) {
        let span = packet.facts.time - MediaTime.zero
        let arrival = CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 1_000_000_000) + span,
            wall: clock.wallNow() + span
        )
        _ = camera.queue.append(packet, arrival: arrival)
        camera.work()
    }

    private func lines(_ drafts: [AlertDraft]) -> [[UInt8]] {
        var numbers: [String: Int64] = [:]
        return drafts.map { draft in
            numbers[draft.source, default: 0] += 1
            return draft.encode(
                AlertStamp(epoch: 1, number: numbers[draft.source] ?? 0, recordedTime: clock.wallNow())
            )
        }
    }

    @Test func `a camera whose decoder hangs is left, others are closed, and what it has open ends when it comes back`()
        async throws
    {
        let (hangs, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let hung = camera("hung", witness: HangingWitness(hangs: hangs, end: end))
        let other = camera("other")
        var told = await walk(other)
        let worker = DedicatedThread(name: "worker") {
            for packet in self.packets { self.send(packet, to: hung) }
        }
        hangs.wait()
        let left = CameraSupervisor.close([hung, other], because: .shutdown, within: .zero, on: clock)
        #expect(left.count == 1 && left.first === hung)
        await channel.receive { told += $0 }
        #expect(told.contains { $0.type.contains("motion.ended") && $0.source.hasSuffix(":other") })
        #expect(!told.contains { $0.type.contains("motion.ended") && $0.source.hasSuffix(":hung") })
        end.signal()
        worker.join()
        await channel.receive { told += $0 }
        let ends = told.filter { $0.type.contains("motion.ended") && $0.source.hasSuffix(":hung") }
        #expect(ends.count == 1)
        #expect(try mistakes(in: lines(told), closed: true) == "")
    }

    @Test func `cameras wait for their files together`() async throws {
        let desk = DeafDesk()
        let cameras = ["a", "b", "c", "d"].map { camera($0, desk: desk) }
        var told: [AlertDraft] = []
        for camera in cameras { told += await walk(camera) }
        #expect(told.count { $0.type.contains("motion.started") } == 4)
        clock.charge(.milliseconds(10))
        let start = clock.monotonicNow()
        #expect(CameraSupervisor.close(cameras, because: .shutdown, within: .zero, on: clock).isEmpty)
        let waited = clock.monotonicNow() - start
        #expect(desk.clipsEnded.load(ordering: .relaxed) == 4)
        // One wait and what the clock itself costs, and not four of them.
        #expect(waited >= EvidencePlan.clipWait && waited < EvidencePlan.clipWait * 2, "\(waited)")
        await channel.receive { told += $0 }
        #expect(try mistakes(in: lines(told), closed: true) == "")
    }
}
