import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// A live camera whose worker is the test itself.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LiveCameraTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Keeps what each picture looked like.
    private final class Album: PictureWitness, Sendable {
        let isInspecting = false
        private let kept = Mutex<[MediaTime: UInt64]>([:])

        var pictures: [MediaTime: UInt64] { kept.withLock { $0 } }

        func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) {
            let hash = frame.withLuma { luma -> UInt64 in
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                for y in 0..<luma.height {
                    for x in 0..<luma.width {
                        hash = (hash ^ UInt64(luma.samples[y * luma.stride + x])) &* 0x100_0000_01b3
                    }
                }
                return hash
            }
            let time = frame.time
            kept.withLock { $0[time] = hash }
        }
    }

    private func packets(of clip: String) throws -> (packets: [CompressedPacket], parameters: DecoderParameters) {
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (packets, source.decoderParameters)
    }

    private func camera(_ sampling: CameraConfiguration.Sampling, channel: AlertChannel, album: Album? = nil)
        -> LiveCamera
    {
        var configuration = CameraConfiguration(
            id: SensorID(sanitising: "gate"),
            source: SourceAddress("rtsp://127.0.0.1/")
        )
        configuration.sampling = sampling
        let logger = Logger(label: "gate") { _ in SwiftLogNoOpLogHandler() }
        // What is waiting is taken whenever it is asked for.
        channel.finish()
        return LiveCamera(
            CameraPlan(configuration, box: .unnamed),
            channel: channel,
            clock: SystemClock(),
            logger: logger,
            witness: album
        )
    }

    private func arrival(of packet: CompressedPacket) -> CameraLink.Instant {
        let span = packet.facts.time - MediaTime.zero
        return CameraLink.Instant(monotonic: MonotonicTime(nanoseconds: 1_000_000_000) + span, wall: .epoch + span)
    }

    private func work(_ camera: LiveCamera) { while camera.hasWork { camera.work() } }

    @Test(arguments: [false, true])
    func `who comes just before a stream breaks off or falls silent is found, and not when it is back`(
        isSilent: Bool
    ) async throws {
        // The second walker comes at 22.08 s, the keyframe after that would at 24 s.
        let (packets, parameters) = try packets(of: FixtureLabel.path(of: "clips/walker.mp4"))
        let channel = AlertChannel()
        let camera = camera(.auto, channel: channel)
        camera.queue.open(parameters, session: 1)
        for packet in packets[..<599] {
            _ = camera.queue.append(packet, arrival: arrival(of: packet))
            work(camera)
        }
        var told: [AlertDraft] = []
        await channel.receive { told += $0 }
        let before = told.count { $0.type.contains("motion.started") }
        // By the system's clock the last packet came long ago.
        if isSilent { camera.tick() } else { camera.queue.breakOff() }
        #expect(camera.hasWork)
        work(camera)
        camera.tick()
        #expect(!camera.hasWork)
        await channel.receive { told += $0 }
        #expect(before == 1 && told.count { $0.type.contains("motion.started") } == 2)
    }

    /// What a camera looks at that is worked on at once, and one that nobody works on before it has left packets out.
    private func watch(
        _ packets: [CompressedPacket],
        _ parameters: DecoderParameters,
        _ check: (_ camera: LiveCamera, _ isHeldUp: Bool) -> Void
    ) -> [[MediaTime: UInt64]] {
        [false, true].map { isHeldUp in
            let album = Album()
            let camera = camera(.always, channel: AlertChannel(), album: album)
            camera.queue.open(parameters, session: 1)
            for (index, packet) in packets.enumerated() {
                _ = camera.queue.append(packet, arrival: arrival(of: packet))
                if !isHeldUp || index > 290 { work(camera) }
            }
            check(camera, isHeldUp)
            return album.pictures
        }
    }

    @Test func `a stream that marks no keyframe is looked at again after packets were left out`() throws {
        let codec = [
            "-c:v", "libx265", "-x265-params",
            "intra-refresh=1:keyint=25:bframes=0:log-level=none:pools=none:frame-threads=1",
        ]
        let clip = try ClipMaker.make("refresh.mkv", in: folder) {
            ($0.rate, $0.frames, $0.codec) = ("25", 1200, codec)
        }
        let (packets, parameters) = try packets(of: clip)
        #expect(packets.count { $0.facts.isKeyframe } == 1)
        let seen = watch(packets, parameters) { camera, _ in
            let canDegrade = camera.reading(at: SystemClock().monotonicNow()).canDegrade
            #expect(!canDegrade, "a fall-back would give nothing back")
        }
        // 4 s were let in, 10 s waited for a keyframe, and 500 packets are not trusted.
        #expect(seen[1].count > 100 + 300 && seen[1].count < 100 + 400, "\(seen[1].count)")
        #expect(seen[1].allSatisfy { seen[0][$0.key] == $0.value })
    }

    private static let openGroups = [
        ["-c:v", "libx264", "-bf", "3", "-x264-params", "open-gop=1:keyint=25:min-keyint=25:b-adapt=0"],
        [
            "-c:v", "libx265", "-x265-params",
            "open-gop=1:keyint=25:min-keyint=25:bframes=3:b-adapt=0:log-level=none:pools=none:frame-threads=1",
        ],
    ]

    @Test(arguments: openGroups)
    func `behind packets that were left out no picture is looked at that refers to them`(codec: [String]) throws {
        let clip = try ClipMaker.make("open.mkv", in: folder) {
            ($0.rate, $0.frames, $0.codec) = ("25", 600, codec)
        }
        let (packets, parameters) = try packets(of: clip)
        let seen = watch(packets, parameters) { camera, isHeldUp in
            #expect((camera.queue.dropped > 0) == isHeldUp)
        }
        #expect(seen[1].count > 380 && seen[1].count < seen[0].count)
        let wrong = seen[1].filter { seen[0][$0.key] != $0.value }.keys.sorted()
        #expect(wrong.isEmpty, "\(wrong)")
    }
}
