import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct BusSinkTests {
    private func sinks(_ text: String, box: String = "box-0007") throws -> [SinkConfiguration] {
        try configuration("box: \(box)\n" + withCamera("sinks:\n  - \(text)\n")).sinks
    }

    private func complaints(_ sink: String) -> [String] { problems(of: withCamera("sinks: [\(sink)]\n")) }

    @Test func `an mqtt sink needs its url only`() throws {
        let broker = BrokerAddress(scheme: "mqtt", host: "10.0.0.5", port: 1883)
        #expect(
            try sinks("{type: mqtt, url: mqtt://10.0.0.5}")
                == [SinkConfiguration(name: "mqtt", kind: .mqtt(MQTTConfiguration(broker: broker)))]
        )
    }

    @Test func `every key of an mqtt sink arrives`() throws {
        let text = """
            {type: mqtt, name: hub, url: "mqtts://[fd00::1]:18883", credentials: hub, ca: tls/ca.pem, certificate: /c.pem,
                key: ./k.pem, ack: broker, window: 5, receiptWithin: 2m, clientId: Box7, listen: false,
                projections: [geojson, homeassistant], homeAssistant: {prefix: ha, trustSwitch: true}}
            """
        let expected = MQTTConfiguration(
            broker: BrokerAddress(scheme: "mqtts", host: "fd00::1", port: 18883),
            credentials: .systemd("hub"),
            tls: TLSConfiguration(ca: "/etc/neurond/tls/ca.pem", certificate: "/c.pem", key: "/etc/neurond/./k.pem"),
            acknowledgement: .broker,
            window: 5,
            receiptWithin: .seconds(120),
            clientID: "Box7",
            listens: false,
            projections: [.homeassistant, .geojson],
            homeAssistant: HomeAssistantConfiguration(prefix: "ha", trustsSwitch: true)
        )
        #expect(try sinks(text) == [SinkConfiguration(name: "hub", kind: .mqtt(expected))])
        #expect(expected.broker.description == "mqtts://[fd00::1]:18883")
    }

    @Test func `a nats sink has one server or several`() throws {
        let one = BrokerAddress(scheme: "nats", host: "127.0.0.1", port: 4222)
        let two = BrokerAddress(scheme: "nats", host: "b", port: 4223)
        #expect(
            try sinks("{type: nats, url: nats://127.0.0.1}")
                == [SinkConfiguration(name: "nats", kind: .nats(NATSConfiguration(servers: [one])))]
        )
        #expect(
            try sinks("{type: nats, url: [nats://127.0.0.1, nats://b:4223]}")
                == [SinkConfiguration(name: "nats", kind: .nats(NATSConfiguration(servers: [one, two])))]
        )
    }

    @Test func `every key of a nats sink arrives`() throws {
        let text = """
            {type: nats, url: tls://hub, credentials: /run/nats, credentialsFile: box.creds, stream: EVT_2, domain: Box7,
                manageStreams: false, maxBytes: 64MiB, maxAge: 2d, ack: receipt, window: 8, receiptWithin: 30s, listen: false}
            """
        let expected = NATSConfiguration(
            servers: [BrokerAddress(scheme: "tls", host: "hub", port: 4222)],
            credentials: .file("/run/nats"),
            credentialsFile: "/etc/neurond/box.creds",
            stream: "EVT_2",
            domain: "Box7",
            managesStreams: false,
            maxBytes: .mebibytes(64),
            maxAge: .seconds(2 * 86_400),
            acknowledgement: .receipt,
            window: 8,
            receiptWithin: .seconds(30),
            listens: false
        )
        #expect(try sinks(text) == [SinkConfiguration(name: "nats", kind: .nats(expected))])
    }

    @Test(arguments: [
        ("{type: mqtt}", "`url` is missing; every mqtt-sink needs it."),
        (
            "{type: mqtt, url: http://h}",
            "`http://…` isn't known here; write `mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`."
        ),
        ("{type: mqtt, url: broker}", "`broker` isn't a URL; write `mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`."),
        (
            "{type: mqtt, url: mqtt://h/topic}",
            "The URL has no host, or something behind host and port; write `mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`."
        ),
        (
            "{type: mqtt, url: \"mqtt://h:0\"}",
            "The URL's port must be a number from 1 to 65535, as in mqtt://HOST:1883."
        ),
        ("{type: mqtt, url: mqtt://h, window: 21}", "Here should be a whole number from 1 to 20, not `21`."),
        ("{type: mqtt, url: mqtt://h, ack: none}", "`none` isn't known here; possible are `broker` and `receipt`."),
        (
            "{type: mqtt, url: mqtt://h, ca: ca.pem}",
            "The connection isn't encrypted; write mqtts:// in `url`, or delete `ca`."
        ),
        (
            "{type: mqtt, url: mqtts://h, certificate: c.pem}",
            "A certificate needs its private key; name the file in `key`."
        ),
        (
            "{type: mqtt, url: mqtts://h, key: k.pem}",
            "A private key needs its certificate; name the file in `certificate`."
        ),
        (
            "{type: mqtt, url: mqtts://h, insecure: true}",
            "The key `insecure` isn't known here. The broker's certificate and name are always checked; name its authority in "
                + "`ca`."
        ),
        (
            "{type: mqtt, url: mqtt://h, projections: [frigate]}",
            "`frigate` isn't known here; possible are `homeassistant`, `onvif` and `geojson`."
        ),
        (
            "{type: mqtt, url: mqtt://h, homeAssistant: {trustSwitch: true}}",
            "Nothing is told to Home Assistant; write `projections: [homeassistant]`, or delete this."
        ),
        ("{type: nats, url: []}", "The list is empty; it needs at least one URL."),
        (
            "{type: nats, url: [nats://a, tls://b]}",
            "Some of these servers are encrypted and some are not; make them all alike."
        ),
        (
            "{type: nats, url: nats://a, stream: a.b}",
            "Here should be a name of 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `-`, not `a.b`."
        ),
    ])
    func `what is no sink is refused`(sink: String, message: String) {
        let found = complaints(sink)
        #expect(found.count == 1 && found[0].hasPrefix("4:") && found[0].hasSuffix(message), "\(found)")
    }

    @Test(arguments: ["mqtt", "nats"])
    func `a password in a url is refused with the two right lines and never repeated`(type: String) {
        let found = complaints("{type: \(type), url: \"\(type)://admin:hunter2@10.0.0.5:1999\"}")
        #expect(
            found.count == 1
                && found[0].contains("Write the two lines `url: \(type)://10.0.0.5:1999` and `credentials: \(type)`:")
        )
        #expect(!found.joined().contains("hunter2") && !found.joined().contains("admin"))
    }

    @Test func `a box and a camera of one name at one site are refused on a bus only`() throws {
        let text = "box: a\n" + withCamera("")
        #expect(problems(of: text) == [])
        #expect(
            problems(of: text + "sinks: [{type: mqtt, url: mqtt://h}]\n") == [
                "3:9: cameras[0].id: The box is called `a` too, and at the same site; on a bus the two would share a topic. "
                    + "Give one of them another name."
            ]
        )
        #expect(problems(of: text + "    site: {grid: g}\nsinks: [{type: mqtt, url: mqtt://h}]\n") == [])
    }

    @Test func `two sessions of one name at one broker are refused`() {
        let sinks = "sinks: [{type: mqtt, url: mqtt://h}, {type: mqtt, name: b, url: mqtt://h}]\n"
        let found = problems(of: withCamera(sinks))
        #expect(
            found == [
                "4:57: sinks[1].name: The sink `mqtt` has the same broker and the same `clientId`; give this one another."
            ]
        )
    }

    @Test(arguments: [
        ("", false), ("sinks: [{type: nats, url: nats://h}]\n", true),
        ("sinks: [{type: nats, url: nats://h}]\nescalation: {enabled: false}\n", false),
        ("escalation: {enabled: true}\n", true),
    ])
    func `alerts climb where somebody can answer, unless the file says otherwise`(lines: String, escalates: Bool) throws
    {
        #expect(try configuration(withCamera(lines)).escalates == escalates)
    }

    @Test func `the times of the tiers rise`() throws {
        let escalation = try configuration(withCamera("escalation: {community: 1m, street: 2m, district: 3m}\n"))
            .escalation
        #expect(
            [escalation.community, escalation.street, escalation.district] == [
                .seconds(60), .seconds(120), .seconds(180),
            ]
        )
        #expect(
            problems(of: withCamera("escalation: {street: 2m}\n")) == [
                "4:22: escalation.street: `street` is 2m and must be longer than `community`, which is 2m."
            ]
        )
        #expect(
            problems(of: withCamera("escalation: {community: 8m}\n")) == [
                "4:25: escalation.community: `street` is 7m and must be longer than `community`, which is 8m."
            ]
        )
    }
}
