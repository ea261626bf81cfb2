import NeuronCore
import NeuronEvidence
import Testing

@Suite struct EvidenceNameTests {
    @Test func `the name of an alert's files is its day, its camera and its id`() throws {
        let camera = try #require(SensorID("gate"))
        let name = EvidenceName(camera: camera, alertID: "01K3A7Q0W3", onset: .epoch)
        #expect(name.stem == "1970-01-01/gate/01K3A7Q0W3")
    }
}
