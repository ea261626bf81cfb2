import NeuronBus
import NeuronCore
import Testing

@Suite struct BusTopicTests {
    @Test func `an event goes where its subject and its type say`() throws {
        let event = StoredAlert(
            row: 1,
            id: "a",
            alertID: "a",
            source: "urn:neurond:box:gate",
            type: "org.neurond.motion.started.v1",
            subject: "d1/s2/c3/g4/gate",
            time: .epoch,
            body: []
        )
        let topic = try #require(BusTopic(of: event))
        #expect(topic.mqtt == "nd/v1/d1/s2/c3/g4/gate/evt/motion")
        #expect(topic.nats == "nd.v1.d1.s2.c3.g4.gate.evt.motion")
    }

    @Test(arguments: BusTopic.Kind.allCases)
    func `a topic is read back from either form`(kind: BusTopic.Kind) throws {
        let topic = try #require(BusTopic(subject: "_/_/_/_/gate", kind, "01K3A7PZZK3V0D2Q4T6Y8B1CXN"))
        #expect(BusTopic(mqtt: topic.mqtt) == topic)
        #expect(BusTopic(nats: topic.nats) == topic)
    }

    @Test(arguments: [
        "", "nd/v1/_/_/_/_/gate/evt", "nd/v1/_/_/_/_/gate/evt/motion/x", "nd/v2/_/_/_/_/gate/evt/motion",
        "nd/v1/_/_/_/_//evt/motion", "nd/v1/_/_/_/_/ga+te/evt/motion", "nd/v1/_/_/_/_/gate/evt/#",
        "nd.v1._._._._..evt.motion",
        "nd/v1/_/_/_/_/GATE/evt/motion", "nd/v1/_/_/_/_/gate/eve/motion", "nd/v1/_/_/_/_/gate/evt/mo.tion",
        "nd.v1._._._._.gate.evt", "nd.v1._._._._.gate.evt.>",
    ])
    func `what is no topic of ours is none`(text: String) {
        #expect(BusTopic(mqtt: text) == nil)
        #expect(BusTopic(nats: text) == nil)
    }
}
