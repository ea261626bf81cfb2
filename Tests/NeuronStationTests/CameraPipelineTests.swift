import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronMedia
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
