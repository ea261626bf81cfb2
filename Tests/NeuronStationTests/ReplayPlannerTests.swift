import NeuronConfiguration
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// Which camera a clip is played as.
@Suite struct ReplayPlannerTests {
    @Test func `a camera of a replay keeps as many packets as the daemon would let it`() throws {
        let text = """
            cameras:
              - {id: gate, source: "rtsp://127.0.0.1/gate"}
              - {id: yard, source: "rtsp://127.0.0.1/yard"}
            limits: {packetMemory: 6MiB}
            """
        let configuration = try ConfigurationReader.read(text: text, environment: [:])
        let clip = FixtureLabel.path(of: "clips/walker.mp4")
        let job = try #require(ReplayPlanner(configuration, camera: "gate", sampling: nil).jobs(for: [clip]).first)
        #expect(job.packetBytes == 3 << 20)
        #expect(CameraPlan.all(of: configuration).map(\.packetBytes) == [3 << 20, 3 << 20])
        let plain = try #require(ReplayPlanner(nil, camera: nil, sampling: nil).jobs(for: [clip]).first)
        #expect(plain.packetBytes == 16 << 20)
    }
}
