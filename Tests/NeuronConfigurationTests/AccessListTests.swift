import Testing

@testable import NeuronConfiguration

@Suite struct AccessListTests {
    private func box(_ name: String, _ camera: String, sinks: String, more: String = "") throws -> Configuration {
        try configuration(
            """
            box: \(name)
            site: {district: d310104, street: s005, community: c012, grid: g031}
            cameras:
              - {id: \(camera), source: rtsp://h/s\(more)}
            sinks: [\(sinks)]

            """
        )
    }

    private let both = "{type: mqtt, url: mqtts://h}, {type: nats, url: nats://127.0.0.1}"

    @Test func `a box speaks where its cameras speak and listens where they are spoken to`() throws {
        let list = try AccessList(boxes: [box("box-0007", "cam0042", sinks: both, more: ", site: {grid: g032}")])
        let place = "nd/v1/d310104/s005/c012"
        let lines = try list.mosquitto().split(separator: "\n").filter { !$0.hasPrefix("#") }
        let own = ["g031/box-0007", "g032/cam0042"].flatMap { subject in
            ["evt", "state", "alert", "rsp", "replay"].map { "topic write \(place)/\(subject)/\($0)/#" }
                + ["cmd", "fb"].map { "topic read \(place)/\(subject)/\($0)/#" }
        }
        #expect(lines.map(String.init) == ["user box-0007"] + own)
    }

    @Test func `projections have topics of their own, those that are on`() throws {
        let sink = "{type: mqtt, url: mqtts://h, projections: [homeassistant, onvif], homeAssistant: {prefix: ha}}"
        let text = try AccessList(boxes: [box("b7", "gate", sinks: sink)]).mosquitto()
        #expect(text.contains("topic write ha/device/nd_b7/config\ntopic write ha/device/nd_b7_gate/config\n"))
        #expect(text.contains("topic write nd/v1/d310104/s005/c012/g031/gate/onvif-ej/#\n"))
        let plain = try AccessList(boxes: [box("b7", "gate", sinks: both)]).mosquitto()
        #expect(!plain.contains("onvif") && !plain.contains("device"))
    }

    @Test func `a desk reads all below its place, answers there, and commands only where it was said`() throws {
        let desk = try #require(DeskAccess("street_s005=d310104/s005", commands: false))
        let control = try #require(DeskAccess("hub=d310104", commands: true))
        let list = try AccessList(boxes: [], desks: [desk, control])
        let lines = try list.mosquitto().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                "user street_s005", "topic read nd/v1/d310104/s005/#", "topic write nd/v1/d310104/s005/+/+/+/fb/+",
                "user hub", "topic read nd/v1/d310104/#", "topic write nd/v1/d310104/+/+/+/+/fb/+",
                "topic write nd/v1/d310104/+/+/+/+/cmd/+",
            ]
        )
    }

    @Test(arguments: ["", "a", "a=", "=d", "a=d/s/c/g/x", "a=d//c", "a=+", "a=d/#", "A=d", "a=d=e", "a b=d"])
    func `what is no desk is refused`(text: String) { #expect(DeskAccess(text, commands: false) == nil) }

    @Test func `two of one name, or of one place, are refused`() throws {
        let first = try box("a", "gate", sinks: both)
        let twin = try box("a", "yard", sinks: both)
        let neighbour = try box("b", "gate", sinks: both)
        let desk = try #require(DeskAccess("a=d", commands: false))
        #expect(throws: AccessError.self) { try AccessList(boxes: [first, twin]) }
        #expect(throws: AccessError.self) { try AccessList(boxes: [first, neighbour]) }
        #expect(throws: AccessError.self) { try AccessList(boxes: [first], desks: [desk]) }
    }

    @Test func `a box that has no sink of the broker's type needs no access there`() throws {
        let list = try AccessList(boxes: [box("a", "gate", sinks: "{type: stdout}")])
        #expect(throws: AccessError.self) { try list.mosquitto() }
        #expect(throws: AccessError.self) { try list.nats() }
    }

    @Test func `on NATS a box asks JetStream for what its configuration lets it use`() throws {
        let whole = try AccessList(boxes: [box("a", "gate", sinks: both)]).nats()
        #expect(whole.contains("\"$JS.API.STREAM.CREATE.ND_EVT\"") && whole.contains("\"_INBOX.a.>\""))
        let sink = "{type: nats, url: nats://h, manageStreams: false, listen: false, domain: edge, stream: EVT}"
        let small = try AccessList(boxes: [box("a", "gate", sinks: sink)]).nats()
        #expect(small.contains("\"$JS.edge.API.STREAM.INFO.EVT\""))
        for word in ["CREATE", "PURGE", "CONSUMER", "$JS.API", "\"nd.v1.>\"", "\">\""] {
            #expect(!small.contains(word))
        }
        #expect(!small.contains(".fb.>\"\n          \"$JS"))
    }
}
