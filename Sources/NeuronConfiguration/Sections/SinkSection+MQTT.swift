import NeuronCore

extension SinkSection {
    static let mqtt = section(
        "mqtt",
        summary:
            "Alerts to an MQTT 5 broker, mosquitto for example, and feedback and commands from it; see docs/bus.md.",
        fields: [
            ConfigurationField(
                "url",
                \.mqtt.broker,
                .broker(plain: ("mqtt", 1883), encrypted: ("mqtts", 8883), sink: "mqtt"),
                isRequired: true,
                "The broker. `mqtts` is encrypted, and the broker's certificate must carry the host that stands here."
            ),
            ConfigurationField("credentials", \.mqtt.credentials, optional: .credentials, credentialsSummary),
        ] + tlsFields(\.mqtt.tls) + [
            ConfigurationField(
                "ack",
                \.mqtt.acknowledgement,
                .choice,
                "Who has to say that an event is safe. `receipt`: whoever received it, by feedback, else it is sent again. `broker`: "
                    + "the broker; mosquitto forgets what it took when it is killed. Health and light need the broker's word only."
            ),
            ConfigurationField(
                "window",
                \.mqtt.window,
                .integer(1...20),
                "How many events may wait for the broker's acknowledgement at once; so many may come twice after a failure."
            ),
            ConfigurationField(
                "receiptWithin",
                \.mqtt.receiptWithin,
                .time(.seconds(1)...(.seconds(3600))),
                "With `ack: receipt`, after how long without one an event is sent again; each further time after twice as long."
            ),
            ConfigurationField(
                "clientId",
                \.mqtt.clientID,
                optional: .identifier,
                "The name of the session at the broker; without it the box's name. Two sessions of one name throw each other out."
            ),
            ConfigurationField(
                "listen",
                \.mqtt.listens,
                .flag,
                "Whether feedback and commands are taken from this broker."
            ),
            ConfigurationField(
                "projections",
                \.mqtt.projections,
                .projections,
                "The same events once more in others' words: for Home Assistant, with the topics of ONVIF, and as a map in GeoJSON."
            ),
            ConfigurationField(
                "homeAssistant",
                \.mqtt.homeAssistant,
                section: .homeAssistant,
                "What the projection for Home Assistant needs."
            ),
        ],
        advice: busAdvice
    ) { draft, given, context in
        let isEncrypted = draft.mqtt.broker.isEncrypted
        checkTLS(draft.mqtt.tls, isEncrypted: isEncrypted, encryptedScheme: "mqtts", given, &context)
        if !draft.mqtt.projections.contains(.homeassistant), let node = given.nodes["homeAssistant"] {
            context.log.report(
                node,
                "Nothing is told to Home Assistant; write `projections: [homeassistant]`, or delete this."
            )
        }
    }
}

extension ConfigurationSection<HomeAssistantConfiguration> {
    /// What the projection for Home Assistant needs.
    static let homeAssistant = ConfigurationSection(
        name: "home-assistant",
        summary: "What the projection for Home Assistant needs.",
        prototype: HomeAssistantConfiguration(),
        fields: [
            ConfigurationField(
                "prefix",
                \.prefix,
                .token,
                "The first level of the topics at which Home Assistant looks for devices."
            ),
            ConfigurationField(
                "trustSwitch",
                \.trustsSwitch,
                .flag,
                "Whether its switch arms and disarms cameras. What it sends has no sender, no id and no expiry: whoever may write "
                    + "there may do it, and a replayed message too."
            ),
        ]
    )
}
