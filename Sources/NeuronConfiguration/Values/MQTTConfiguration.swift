package import NeuronCore

/// An MQTT 5 broker.
package struct MQTTConfiguration: Sendable, Hashable {
    package var broker: BrokerAddress
    package var credentials: CredentialReference?
    package var tls: TLSConfiguration
    package var acknowledgement: AcknowledgementConfiguration
    /// How many events may wait for the broker's acknowledgement at once, 1 to 20.
    package var window: Int
    /// With ``AcknowledgementConfiguration/receipt``, after how long without one an event is sent again.
    package var receiptWithin: TimeSpan
    /// The session's name at the broker; nil for the box's.
    package var clientID: String?
    /// Whether feedback and commands are taken from there.
    package var listens: Bool
    /// In the order of the cases, each once.
    package var projections: [ProjectionConfiguration]
    package var homeAssistant: HomeAssistantConfiguration

    /// Makes a broker; what is left out has the default that the file would have.
    package init(
        broker: BrokerAddress,
        credentials: CredentialReference? = nil,
        tls: TLSConfiguration = TLSConfiguration(),
        acknowledgement: AcknowledgementConfiguration = .receipt,
        window: Int = 20,
        receiptWithin: TimeSpan = .seconds(60),
        clientID: String? = nil,
        listens: Bool = true,
        projections: [ProjectionConfiguration] = [],
        homeAssistant: HomeAssistantConfiguration = HomeAssistantConfiguration()
    ) {
        self.broker = broker
        self.credentials = credentials
        self.tls = tls
        self.acknowledgement = acknowledgement
        self.window = window
        self.receiptWithin = receiptWithin
        self.clientID = clientID
        self.listens = listens
        self.projections = projections
        self.homeAssistant = homeAssistant
    }
}

/// The same events once more, in somebody else's words.
package enum ProjectionConfiguration: String, Sendable, Hashable, CaseIterable {
    /// Discovery and states for Home Assistant.
    case homeassistant
    /// Topics and payloads as ONVIF has them for MQTT.
    case onvif
    /// A map of the cameras and of what is open there.
    case geojson
}

/// What the projection for Home Assistant needs.
package struct HomeAssistantConfiguration: Sendable, Hashable {
    /// The first level of its topics.
    package var prefix: String
    /// Whether the bare `ON` and `OFF` of its switch arm and disarm: they carry no sender, no id and no expiry.
    package var trustsSwitch: Bool

    /// Makes settings; what is left out has the default that the file would have.
    package init(prefix: String = "homeassistant", trustsSwitch: Bool = false) {
        self.prefix = prefix
        self.trustsSwitch = trustsSwitch
    }
}
