package import NeuronCore

/// Where an MQTT 5 broker is, who we are there, and what it is to tell us.
package struct MQTTSettings: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The sink's name in the outbox, in logs and in metrics.
    package var name: String
    /// A name or an address; with TLS the broker's certificate must carry it.
    package var host: String
    package var port: Int
    /// Nil where the connection is not encrypted.
    package var tls: MQTTTLS?
    package var username: String?
    package var password: String?
    /// Names our session at the broker: one per box and sink, and the same after a restart.
    package var clientID: String
    package var acknowledgement = Acknowledgement.broker
    /// How many events may wait for their acknowledgement at once, 1 to 20.
    package var window = 20
    /// The topic of the last will: `online` while we are connected, `offline` afterwards, both retained; nil for none.
    package var willTopic: String?
    /// MQTT topic filters of feedback and commands, `nd/v1/<subject>/cmd/+` for example.
    package var subscriptions: [String] = []
    /// How long the broker keeps our session, with what came for our subscriptions, while we are away.
    package var sessionExpiry = TimeSpan.seconds(86_400)
    /// A connection on which nothing moves is found dead after twice this time at most; 5 s is the least.
    package var keepalive = TimeSpan.seconds(15)
    /// How long the broker may take to acknowledge.
    package var patience = TimeSpan.seconds(10)
    /// How long the broker may take to answer a connection.
    package var greetingPatience = TimeSpan.seconds(30)

    /// Makes settings with everything else as it is by default.
    package init(name: String = "mqtt", host: String, port: Int, clientID: String) {
        self.name = name
        self.host = host
        self.port = port
        self.clientID = clientID
    }

    /// Who has to say that an event is safe.
    package enum Acknowledgement: String, Sendable, Hashable, CaseIterable {
        /// The broker that took it: mosquitto forgets what it took when it is killed.
        case broker
        /// Whoever received it, by a feedback event; reports of health and light need the broker's word only.
        case receipt
    }

    /// The broker's address, without user and password.
    package var description: String {
        let isLiteral = host.contains(":")
        return "\(tls == nil ? "mqtt" : "mqtts")://\(isLiteral ? "[\(host)]" : host):\(port)"
    }

    package var debugDescription: String { description }
}

/// Whom to trust, and how to prove who we are. The host's name is always checked against the broker's certificate.
package struct MQTTTLS: Sendable, Hashable {
    /// PEM file of the authorities that may vouch for the broker; nil for those of the system.
    package var caFile: String?
    /// PEM file of our own certificate and what stands above it; needs ``keyFile``.
    package var certificateFile: String?
    package var keyFile: String?

    /// Makes settings of TLS; without arguments the system's authorities are trusted.
    package init(caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.caFile = caFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
