package import NeuronCore

/// Where a NATS server is, who we are there, and what JetStream is to keep.
package struct NATSSettings: Sendable, Hashable {
    /// The sink's name in the outbox, in logs and in metrics.
    package var name: String
    /// The box: names the connection and its durable consumers; a topic token.
    package var client: String
    /// `nats://host:port` or `tls://host:port`, tried in turn; without user and password.
    package var servers: [String]
    /// Set wherever the connection must be encrypted; a `tls://` address asks for it too, with the system's authorities.
    package var tls: TLS?
    package var username: String?
    package var password: String?
    /// A `.creds` file: a JWT and its seed.
    package var credentialsFile: String?
    /// The stream that has to confirm the events; another one that takes them is an error.
    package var stream = "ND_EVT"
    /// The JetStream domain to talk to; nil for that of the server itself.
    package var domain: String?
    /// Whether streams that are missing are made.
    ///
    /// Without it the rights to look at streams and make them aren't needed.
    package var managesStreams = true
    /// What the stream of events may take on the server's disk; a full one refuses new events, which then wait in the outbox.
    package var maxBytes: Int64 = 1 << 30
    /// How long the server keeps events and feedback.
    package var maxAge = AlertDraft.lifetime
    /// Within this time an event that is sent again is not stored again.
    package var duplicateWindow = TimeSpan.seconds(3600)
    package var acknowledgement = Acknowledgement.broker
    /// How many events may wait for their confirmation at once.
    package var window = 64
    /// MQTT topic filters of feedback and commands, `nd/v1/<subject>/cmd/+` for example; each is a durable consumer.
    package var subscriptions: [String] = []
    /// How long the server may take to confirm.
    package var patience = TimeSpan.seconds(5)

    /// Makes settings with everything else as it is by default.
    package init(name: String = "nats", client: String, servers: [String]) {
        self.name = name
        self.client = client
        self.servers = servers
    }

    /// Who has to say that an event is safe.
    package enum Acknowledgement: String, Sendable, Hashable, CaseIterable {
        /// The server that stored it.
        case broker
        /// Whoever received it, by a feedback event; reports of health and light need the server's word only.
        case receipt
    }

    /// Whom to trust, and how to prove who we are.
    ///
    /// The server's name is always checked against its certificate.
    package struct TLS: Sendable, Hashable {
        /// PEM file of the authorities that may vouch for the server; nil for those of the system.
        package var caFile: String?
        /// PEM file of our own certificate and what stands above it; needs ``keyFile``.
        package var certificateFile: String?
        package var keyFile: String?
        /// The name that the server's certificate must carry; nil for the host of the address.
        package var expectedHost: String?

        /// Makes settings of TLS; without arguments the system's authorities are trusted.
        package init(
            caFile: String? = nil,
            certificateFile: String? = nil,
            keyFile: String? = nil,
            expectedHost: String? = nil
        ) {
            self.caFile = caFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.expectedHost = expectedHost
        }
    }
}

extension NATSSettings {
    /// Under which subjects answers come back: a user's own, so that a server can keep users from reading each other's.
    var inboxPrefix: String {
        guard let username, TopicToken.isValid(username) else { return "_INBOX" }
        return "_INBOX.\(username)"
    }

    /// Where the durable consumers deliver to.
    var deliverySubject: String { "\(inboxPrefix).neurond.\(client)" }
}
