import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// What is counted of a camera.
@Suite(.timeLimit(.minutes(10))) struct CameraPipelineTests {
    private func camera(_ change: (inout CameraConfiguration) -> Void) -> CameraConfiguration {
        let address = SourceAddress(FixtureLabel.path(of: "clips/walker.mp4"))
        var camera = CameraConfiguration(id: SensorID(sanitising: "yard"), source: address)
        change(&camera)
        return camera
    }

    /// The counts behind each packet of a clip.
    private func play(_ camera: CameraConfiguration) throws -> [PipelineStatistics] {
        var source = try MediaSource(opening: camera.source)
        let plan = CameraPlan(camera, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(source.decoderParameters)
        var counts: [PipelineStatistics] = []
        while let packet = try source.nextPacket() {
            _ = try pipeline.process(packet, arrival: .epoch) { _ in }
            counts.append(pipeline.statistics)
        }
        return counts
    }

    @Test func `what is left out is counted when it comes, and never taken back by a camera that wakes`() throws {
        let counts = try play(camera { $0.sampling = .auto })
        let last = try #require(counts.last)
        #expect(last.wakes > 0 && (50..<last.packets).contains(last.leftOut), "\(last)")
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0.leftOut <= $1.leftOut })
        // What was left out is decoded when the camera wakes, so the difference says something else.
        let undecoded = counts.map { $0.packets - $0.sent }
        #expect(zip(undecoded, undecoded.dropFirst()).contains { $0 > $1 })
    }

    @Test func `no more is decoded than the stream brought, and each picture counts once`() throws {
        for counts in try play(camera { $0.sampling = .auto }) {
            #expect(counts.coverage.decoded <= .milliseconds(Int64(counts.sent) * 40))
            #expect(counts.coverage.decoded <= counts.coverage.connected)
        }
    }

    @Test func `a stream that comes back late is dated by when it comes`() throws {
        let camera = camera {
            $0.motion.isEnabled = false
            $0.tamper.isEnabled = false
            $0.plates.isEnabled = false
        }
        let plan = CameraPlan(camera, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .live, meter: SystemClock())
        for (start, delay) in [(TimeSpan.zero, TimeSpan.zero), (.seconds(100), .milliseconds(800))] {
            var source = try MediaSource(opening: camera.source, firstTime: { .zero + start })
            try pipeline.open(source.decoderParameters)
            while let packet = try source.nextPacket() {
                let age = packet.presentationTime - .zero + delay
                let arrival = CameraLink.Instant(
                    monotonic: MonotonicTime(nanoseconds: 0) + age,
                    wall: .epoch + age + .seconds(3600)
                )
                _ = try pipeline.process(packet, arrival: arrival) { _ in }
                #expect(pipeline.wallTime(of: packet.presentationTime) == arrival.wall)
            }
        }
    }

    private func fixture() throws -> (packets: [CompressedPacket], parameters: DecoderParameters) {
        try packets(of: FixtureLabel.path(of: "clips/walker.mp4"))
    }

    private func packets(of clip: String) throws -> (packets: [CompressedPacket], parameters: DecoderParameters) {
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (packets, source.decoderParameters)
    }

    @Test(arguments: [CameraConfiguration.Sampling.always, .auto])
    func `a camera that has returned from a fall-back is not in one when its stream is opened anew`(
        sampling: CameraConfiguration.Sampling
    ) throws {
        let (packets, parameters) = try fixture()
        let plan = CameraPlan(camera { $0.sampling = sampling }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        for packet in packets[..<10] { _ = try pipeline.process(packet, arrival: .epoch) { _ in } }
        pipeline.degrade()
        pipeline.restore()
        try pipeline.open(parameters)
        let isDegraded = pipeline.isDegraded
        #expect(!isDegraded)
        // From the next keyframe on, all in its order.
        for packet in packets[50..<90] {
            let isAlive = try pipeline.process(packet, arrival: .epoch) { _ in }
            #expect(isAlive)
        }
        let sent = pipeline.statistics.sent
        #expect(sent == 10 + 40)
    }

    @Test func `a fall-back lasts while the stream is opened anew`() throws {
        let (packets, parameters) = try fixture()
        let plan = CameraPlan(camera { $0.sampling = .always }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        pipeline.degrade()
        try pipeline.open(parameters)
        for packet in packets[..<100] { _ = try pipeline.process(packet, arrival: .epoch) { _ in } }
        let (isDegraded, sent) = (pipeline.isDegraded, pipeline.statistics.sent)
        #expect(isDegraded && sent == 2)
    }

    @Test func `who comes behind the last keyframe of a stream that breaks off is found`() throws {
        // The second walker comes at 22.08 s, the keyframe after that would at 24 s.
        let (packets, parameters) = try fixture()
        var onsets: [[WallTime]] = []
        for sampling in [CameraConfiguration.Sampling.always, .auto] {
            let plan = CameraPlan(camera { $0.sampling = sampling }, box: .unnamed)
            var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
            try pipeline.open(parameters)
            var found: [CameraPipeline.Finding] = []
            for packet in packets[..<599] { _ = try pipeline.process(packet, arrival: .epoch) { found.append($0) } }
            try pipeline.skip(until: nil) { found.append($0) }
            onsets.append(found.filter { $0.draft.type.contains("motion.started") }.map(\.draft.time))
            let blind = pipeline.statistics.coverage.blind
            #expect(blind == .zero)
        }
        #expect(onsets[0].count == 2 && onsets[0] == onsets[1])
    }

    @Test func `a trial that woke the camera is not kept beside what it woke for`() throws {
        let (packets, parameters) = try fixture()
        let plan = CameraPlan(camera { $0.sampling = .auto }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        for packet in packets {
            _ = try pipeline.process(packet, arrival: .epoch) { _ in }
            let isTrying = pipeline.stage.isTrying
            #expect(!isTrying, "\(packet.facts.time)")
        }
        let wakes = pipeline.statistics.wakes
        #expect(wakes > 0)
    }

    @Test(arguments: [CameraConfiguration.Sampling.keyframes, .always])
    func `a camera whose keyframes give no picture is not taken for alive for ever`(
        sampling: CameraConfiguration.Sampling
    ) throws {
        let folder = try TemporaryDirectory()
        let whole = try ClipMaker.make("whole.h264", in: folder) {
            ($0.codec, $0.frames) = (ClipMaker.cameraH264 + ["-qp", "20"], 300)
        }
        // From the second keyframe on, most of each is zeros.
        var (bytes, start) = (try TemporaryDirectory.read(whole), 0)
        for (index, packet) in try packets(of: whole).packets.enumerated() {
            let end = start + packet.byteCount
            if index > 0, packet.facts.isKeyframe {
                for place in (start + packet.byteCount / 2)..<(end - 1) { bytes[place] = 0 }
            }
            start = end
        }
        let (packets, parameters) = try packets(of: folder.write(bytes, to: "broken.h264"))
        let plan = CameraPlan(camera { $0.sampling = sampling }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        pipeline.degrade()
        var signs: [Bool] = []
        for packet in packets { signs.append(try pipeline.process(packet, arrival: .epoch) { _ in }) }
        let (decoded, damaged) = (pipeline.statistics.decoded, pipeline.statistics.damaged)
        #expect(decoded == 1 && damaged >= 28)
        // For ten seconds what is left out proves life, and then nothing does.
        #expect(signs[..<10].allSatisfy(\.self) && signs[90..<100].contains(true))
        #expect(!signs[101...].contains(true))
    }

    @Test(arguments: [CameraConfiguration.Sampling.keyframes, .always])
    func `keyframes that lie half a minute apart are waited for, and the camera is alive meanwhile`(
        sampling: CameraConfiguration.Sampling
    ) throws {
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.make("smart.mkv", in: folder) {
            ($0.codec, $0.frames) = (ClipMaker.cameraH264 + ["-g", "300", "-sc_threshold", "0"], 700)
        }
        let (packets, parameters) = try packets(of: clip)
        let plan = CameraPlan(camera { $0.sampling = sampling }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        pipeline.degrade()
        var silent: [MediaTime] = []
        for packet in packets where try !pipeline.process(packet, arrival: .epoch, { _ in }) {
            silent.append(packet.facts.time)
        }
        #expect(silent.isEmpty, "\(silent.count) from \(silent[0])")
        // The first alone, and from the second on all in their order.
        let (decoded, damaged) = (pipeline.statistics.decoded, pipeline.statistics.damaged)
        #expect(decoded == 1 + 400 && damaged == 0)
    }

    @Test func `a lull behind a damaged picture is looked into once`() throws {
        // In the quiet group before the second walker, at 21 s.
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.remux(
            FixtureLabel.path(of: "clips/walker.mp4"),
            to: "damaged.mkv",
            in: folder,
            ["-bsf:v", "noise=amount='3*eq(n,525)'"]
        )
        let (packets, parameters) = try packets(of: clip)
        let plan = CameraPlan(camera { $0.sampling = .auto }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        for packet in packets[..<540] { _ = try pipeline.process(packet, arrival: .epoch) { _ in } }
        let (hasLeftOut, before) = (pipeline.hasLeftOut, pipeline.statistics)
        try #require(hasLeftOut)
        for _ in 0..<3 { try pipeline.lull { _ in } }
        let after = pipeline.statistics
        #expect(after.damaged > before.damaged)
        #expect(after.wakes - before.wakes == 1 && after.sent - before.sent <= 41)
    }

    @Test func `the last pictures of a clip count among the looks`() throws {
        let folder = try TemporaryDirectory()
        let clip = try ClipMaker.make("held.mp4", in: folder) { $0.frames = 60 }
        let (packets, parameters) = try packets(of: clip)
        let plan = CameraPlan(camera { $0.sampling = .always }, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        try pipeline.open(parameters)
        for packet in packets { _ = try pipeline.process(packet, arrival: .epoch) { _ in } }
        let before = pipeline.statistics
        try pipeline.drain { _ in }
        let after = pipeline.statistics
        #expect(after.detected > before.detected)
        #expect(after.coverage.looks - before.coverage.looks == after.detected - before.detected)
    }

    @Test func `wakes are the times that something was decoded that had been left out`() throws {
        // A glance at the light behind 20 s decodes one keyframe twice, and nothing that was left out.
        let folder = try TemporaryDirectory()
        let filter =
            "tpad=start_duration=30:start_mode=clone,noise=alls=6:allf=t:all_seed=7,"
            + "eq=brightness='if(gt(t,20),0.08,0)':eval=frame"
        let input = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
        let encoder = [
            "-vf", filter, "-threads", "1", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0",
        ]
        let source = ["-i", FixtureLabel.path(of: "clips/walker.mp4")]
        try CommandLineTool.run("ffmpeg", input + source + encoder + [folder.file("step.mp4")])
        let counts = try play(
            camera {
                $0.source = SourceAddress(folder.file("step.mp4"))
                $0.sampling = .auto
            }
        )
        let sent = zip(counts, counts.dropFirst()).map { $1.sent - $0.sent }
        #expect(sent.contains(2), "a glance")
        #expect(counts.last?.wakes == sent.count { $0 > 2 } && sent.contains { $0 > 2 })
    }

    @Test func `where nobody looks all is left out`() throws {
        let counts = try play(
            camera {
                $0.motion.isEnabled = false
                $0.tamper.isEnabled = false
                $0.plates.isEnabled = false
            }
        )
        let last = try #require(counts.last)
        #expect(last.leftOut == last.packets && last.sent == 0)
    }

    @Test func `a snapshot tells masks for privacy from others`() {
        let triangle = [(0.0, 0.0), (1, 0), (1, 1)].map { RelativePoint(x: $0.0, y: $0.1) }
        let camera = camera {
            $0.masks = [true, false].map {
                MaskConfiguration(name: "\($0)", polygon: RelativePolygon(triangle), isPrivate: $0)
            }
        }
        let masks = CameraBulletin().snapshot(of: CameraDescription(camera)).masks
        #expect(masks.map(\.name) == ["true", "false"] && masks.map(\.isPrivate) == [true, false])
    }
}
