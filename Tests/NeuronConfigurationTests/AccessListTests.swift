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
            ["evt", "state", "alert", "rsp", "replay", "snapshot"].map { "topic write \(place)/\(subject)/\($0)/#" }
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
        let whole = try requests(of: "{type: nats, url: nats://127.0.0.1}")
        #expect(whole.contains("$JS.API.STREAM.CREATE.ND_EVT") && whole.contains("$JS.API.STREAM.PURGE.ND_STATE"))
        let listening = try requests(of: "{type: nats, url: nats://h, manageStreams: false, domain: edge}")
        let place = "nd.v1.d310104.s005.c012.g031"
        #expect(
            listening == [
                "$JS.edge.API.CONSUMER.CREATE.ND_FB.*.\(place).a.fb.*",
                "$JS.edge.API.CONSUMER.CREATE.ND_FB.*.\(place).gate.fb.*", "$JS.ACK.ND_FB.>",
                "$JS.edge.API.CONSUMER.CREATE.ND_CMD.*.\(place).a.cmd.*",
                "$JS.edge.API.CONSUMER.CREATE.ND_CMD.*.\(place).gate.cmd.*", "$JS.ACK.ND_CMD.>",
            ]
        )
        let managing = try requests(of: "{type: nats, url: nats://h, listen: false, stream: EVT}")
        let streams = ["EVT", "ND_FB", "ND_CMD", "ND_STATE"]
        #expect(
            managing
                == ["INFO", "CREATE"].flatMap { verb in streams.map { "$JS.API.STREAM.\(verb).\($0)" } } + [
                    "$JS.API.STREAM.PURGE.ND_STATE"
                ]
        )
        #expect(try requests(of: "{type: nats, url: nats://h, manageStreams: false, listen: false}").isEmpty)
    }

    @Test func `on NATS a box reads answers below its own name alone, and never all`() throws {
        let text = try AccessList(boxes: [box("a", "gate", sinks: both)]).nats()
        #expect(text.contains("\"_INBOX.a.>\""))
        for subject in ["\"nd.v1.>\"", "\">\"", "\"_INBOX.>\""] { #expect(!text.contains(subject)) }
    }

    /// What a box with one sink may ask of JetStream, in the list's order.
    private func requests(of sink: String) throws -> [String] {
        try AccessList(boxes: [box("a", "gate", sinks: sink)]).nats().split(separator: "\n")
            .map { $0.filter { $0 != " " && $0 != "\"" } }
            .filter { $0.hasPrefix("$JS.") }
    }
}
