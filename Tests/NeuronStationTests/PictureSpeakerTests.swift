import NeuronBus
import NeuronConfiguration
import NeuronCore
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct PictureSpeakerTests {
    private let camera = CameraConfiguration(id: SensorID(sanitising: "yard"), source: SourceAddress("a.mp4"))

    private func configuration(_ projections: [ProjectionConfiguration]) -> Configuration {
        let address = BrokerAddress(scheme: "mqtt", host: "127.0.0.1", port: 1883)
        let sink = SinkConfiguration(
            name: "bus",
            kind: .mqtt(MQTTConfiguration(broker: address, projections: projections))
        )
        return Configuration(cameras: [camera], sinks: [sink])
    }

    private func finding(_ phase: AlertDraft.Phase, _ picture: [UInt8]?) -> CameraPipeline.Finding {
        let draft = AlertDraft(
            id: "E",
            alertID: "A",
            source: "s",
            type: "t",
            subject: "x",
            time: .epoch,
            phase: phase,
            importance: .started
        ) { _ in [] }
        return CameraPipeline.Finding(draft: draft, foundAt: .epoch, picture: [1], messagePicture: picture)
    }

    @Test func `pictures are said where Home Assistant listens, small ones only, and not too often`() async throws {
        let clock = DeskClock(.epoch)
        let bus = BusSpeaker(links: ["bus", "other"])
        let links = configuration([.homeassistant]).pictureLinks
        let speaker = PictureSpeaker(clock: clock) { (links, bus) }
        speaker.note(finding(.opens, nil), of: camera)
        speaker.note(finding(.opens, [1, 2]), of: camera)
        speaker.note(finding(.closes, [3]), of: camera)
        clock.pass(3)
        speaker.note(finding(.continues, [4]), of: camera)
        speaker.note(finding(.closes, [5]), of: camera)
        for link in ["bus", "other"] { bus.finish(link) }
        var said: [BusPublication] = []
        for await publication in try #require(bus.publications(of: "bus")) { said.append(publication) }
        #expect(said.map(\.payload) == [[1, 2], [5]])
        #expect(said.allSatisfy { $0.topic == "nd/v1/_/_/_/_/yard/state/image" && $0.isRetained })
        #expect(said.allSatisfy { $0.contentType == "image/jpeg" })
        for await _ in try #require(bus.publications(of: "other")) { Issue.record("nobody asked for pictures there") }
    }

    @Test func `only Home Assistant is shown pictures`() {
        #expect(configuration([.homeassistant, .onvif]).pictureLinks == ["bus"])
        #expect(configuration([.onvif, .geojson]).pictureLinks.isEmpty && configuration([]).pictureLinks.isEmpty)
    }
}
