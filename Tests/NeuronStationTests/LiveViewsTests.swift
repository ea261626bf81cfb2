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

/// People who watch a camera whose packets come as the test sends them.
@Suite(.timeLimit(.minutes(10)), .serialized) struct LiveViewsTests {
    /// A camera that plays a clip, and the views of its box.
    private final class Stage: Sendable {
        let clock = DeskClock(WallTime(nanoseconds: 1_787_393_723_000_000_000))
        let views: LiveViews
        let camera: LiveCamera
        let view: CameraView
        let packets: [CompressedPacket]
        private let channel = AlertChannel(capacity: 10_000)
        private let next = Mutex(0)
        let id = SensorID(sanitising: "yard")

        init(_ name: String = "walker.mp4", _ change: (inout CameraConfiguration) -> Void = { _ in }) throws {
            var configuration = CameraConfiguration(id: id, source: SourceAddress("rtsp://127.0.0.1/"))
            change(&configuration)
            let plan = CameraPlan(configuration, box: .unnamed)
            views = LiveViews(clock: clock)
            view = views.add(plan)
            camera = LiveCamera(
                plan,
                channel: channel,
                clock: clock,
                logger: Logger(label: "view") { _ in SwiftLogNoOpLogHandler() },
                view: view
            )
            var source = try MediaSource(opening: SourceAddress(FixtureLabel.path(of: "clips/\(name)")))
            var packets: [CompressedPacket] = []
            camera.queue.open(source.decoderParameters, session: 1)
            while let packet = try source.nextPacket() { packets.append(packet) }
            self.packets = packets
            channel.finish()
        }

        /// Sends packets, a second after each 25.
        func send(_ count: Int) {
            for _ in 0..<count {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < packets.count else { return }
                if index % 25 == 24 { clock.pass(1) }
                _ = camera.queue.append(packets[index], arrival: .now(on: clock))
                camera.work()
            }
        }

        /// Sends the rest to somebody who watches, no faster than the view takes it, as a camera would.
        func feed() async {
            while !Task.isCancelled, !isOver() {
                if view.isWanted, !view.hasWork { send(1) }
                await Task.yield()
            }
        }

        func isOver() -> Bool { next.withLock { $0 >= packets.count } }

        deinit { views.stop(until: .distantFuture) }
    }

    /// Asks again where the machine is so busy that none came in the view's time.
    private func picture(_ stage: Stage, annotated: Bool = false) async -> LivePicture? {
        for _ in 0..<20 {
            if let picture = await pictureInTime(stage, annotated: annotated) { return picture }
        }
        return nil
    }

    /// Sends packets for as long as somebody waits.
    private func pictureInTime(_ stage: Stage, annotated: Bool) async -> LivePicture? {
        async let picture = stage.views.latestPicture(of: stage.id, annotated: annotated)
        let feeding = Task {
            await stage.feed()
        }
        defer { feeding.cancel() }
        return await picture
    }

    private func luma(_ picture: LivePicture) throws -> (size: FrameSize, samples: [UInt8]) {
        let folder = try TemporaryDirectory()
        let still = try StillPicture(reading: try folder.write(picture.jpeg, to: "picture.jpg"))
        let samples = still.withLuma { plane in
            (0..<plane.height).flatMap { y in (0..<plane.width).map { plane.samples[y * plane.stride + $0] } }
        }
        return (still.size, samples)
    }

    @Test func `who asks gets the latest picture, and nothing is decoded before or long after`() async throws {
        let stage = try Stage()
        stage.send(60)
        #expect(!stage.view.isWanted && !stage.view.hasWork)
        let picture = try #require(await picture(stage))
        #expect(picture.size == FrameSize(width: 640, height: 360))
        #expect(try luma(picture).size == picture.size)
        #expect(abs((picture.takenAt - stage.clock.wallNow()).milliseconds) < 4000)
        #expect(stage.view.isWanted)
        stage.clock.pass(11)
        stage.camera.tick()
        #expect(!stage.view.isWanted)
        // One last job lets go of the decoder; after that packets pass by.
        while stage.view.hasWork { await Task.yield() }
        stage.send(60)
        #expect(!stage.view.hasWork)
    }

    @Test func `the detector's alerts are the same whether somebody watches or not`() async throws {
        let (watched, alone) = (try Stage(), try Stage())
        let stream = watched.views.pictures(of: watched.id, annotated: true)
        let reading = Task { for await _ in stream {} }
        for _ in 0..<8 {
            watched.send(100)
            alone.send(100)
        }
        let (seen, plain) = (watched.camera.statistics, alone.camera.statistics)
        #expect(seen.decoded == plain.decoded && seen.detected == plain.detected && seen.alerts == plain.alerts)
        #expect(plain.alerts >= 4)
        reading.cancel()
    }

    @Test func `a stream gets pictures, ends with its camera, and begins with no other`() async throws {
        let stage = try Stage()
        stage.send(10)
        let stream = stage.views.pictures(of: stage.id, annotated: false)
        let feeding = Task {
            await stage.feed()
        }
        var times: [WallTime] = []
        for await picture in stream {
            times.append(picture.takenAt)
            if times.count == 3 {
                // Whoever feeds it may have it in hand; this clock stands still, so the deadline never comes.
                let deadline = stage.clock.monotonicNow() + .seconds(1)
                #expect(stage.camera.close(because: .configuration, until: deadline))
            }
        }
        feeding.cancel()
        await feeding.value
        #expect(times.count >= 3 && times == times.sorted())
        #expect(await stage.views.latestPicture(of: stage.id, annotated: false) == nil)
        for await _ in stage.views.pictures(of: SensorID(sanitising: "other"), annotated: false) {
            Issue.record("there is no such camera")
        }
    }

    @Test func `viewers are bounded, and one who leaves makes room`() async throws {
        let stage = try Stage()
        var held: [AsyncStream<LivePicture>] = []
        for _ in 0..<16 { held.append(stage.views.pictures(of: stage.id, annotated: false)) }
        #expect(stage.view.viewerCount == 16)
        for await _ in stage.views.pictures(of: stage.id, annotated: false) { Issue.record("too many") }
        #expect(await stage.views.latestPicture(of: stage.id, annotated: true) == nil)
        let leaving = held.removeLast()
        let task = Task { for await _ in leaving {} }
        task.cancel()
        await task.value
        #expect(stage.view.viewerCount == 15)
        withExtendedLifetime(held) {}
    }

    @Test func `a privacy mask is black in the live view, annotated or not`() async throws {
        for isAnnotated in [false, true] {
            let stage = try Stage {
                let half = RelativePolygon([
                    RelativePoint(x: 0.5, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1),
                    RelativePoint(x: 0.5, y: 1),
                ])
                $0.masks = [MaskConfiguration(name: "half", polygon: half, isPrivate: true)]
            }
            stage.send(30)
            let picture = try #require(await picture(stage, annotated: isAnnotated))
            let (_, samples) = try luma(picture)
            for y in stride(from: 40, to: 300, by: 7) {
                #expect(samples[y * 640 + 340..<y * 640 + 620].allSatisfy { $0 < 8 })
                #expect(samples[y * 640..<y * 640 + 300].contains { $0 > 30 })
            }
        }
    }

    @Test func `an annotated picture says more than a plain one`() async throws {
        let stage = try Stage()
        stage.send(100)
        let (plain, annotated) = (
            try #require(await picture(stage)), try #require(await picture(stage, annotated: true))
        )
        let (a, b) = (try luma(plain).samples, try luma(annotated).samples)
        // The clock and the camera's name above.
        #expect((0..<9 * 640).count { abs(Int(a[$0]) - Int(b[$0])) > 40 } > 300)
    }

    @Test func `a noisy scene costs one file a picture, and a better one is tried now and then`() {
        var noise = SplitMix(seed: 7)
        var picture = ColourPicture(size: FrameSize(width: 1280, height: 720))
        for index in picture.luma.indices { picture.luma[index] = UInt8(truncatingIfNeeded: noise.next()) }
        var encoder = BoundedEncoder(.view)
        let first = encoder.file(of: picture)
        let found = encoder.tried
        #expect(found > 1 && first != nil)
        for _ in 0..<24 { #expect(encoder.file(of: picture)?.jpeg == first?.jpeg) }
        #expect(encoder.tried == found + 24)
        #expect(encoder.file(of: picture)?.jpeg == first?.jpeg)
        #expect(encoder.tried == found + 26, "the better one was tried once more")
        let calm = ColourPicture(size: picture.size)
        for _ in 0..<100 { _ = encoder.file(of: calm) }
        #expect(encoder.file(of: calm)?.size == picture.size, "and is kept where it fits")
    }

    @Test func `a large picture is shrunk, and the bytes are bounded`() {
        var noise = SplitMix(seed: 7)
        var picture = ColourPicture(size: FrameSize(width: 2560, height: 1440))
        for index in picture.luma.indices { picture.luma[index] = UInt8(truncatingIfNeeded: noise.next()) }
        var encoder = BoundedEncoder(.view)
        let file = encoder.file(of: picture)
        #expect(file.map { $0.jpeg.count <= 256 << 10 && $0.size.width <= 1280 } == true)
        var calm = BoundedEncoder(.view)
        #expect(calm.file(of: ColourPicture(size: picture.size))?.size == FrameSize(width: 1280, height: 720))
        #expect(
            BoundedEncoder.size(of: FrameSize(width: 9000, height: 10), edge: 100) == FrameSize(width: 100, height: 1)
        )
    }
}
