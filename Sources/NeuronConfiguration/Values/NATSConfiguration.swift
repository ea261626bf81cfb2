package import NeuronCore

/// A NATS server with JetStream, or several of one cluster.
package struct NATSConfiguration: Sendable, Hashable {
    /// Tried in turn; at least one, all encrypted or none.
    package var servers: [BrokerAddress]
    package var credentials: CredentialReference?
    /// A `.creds` file, already joined to the configuration file's folder.
    package var credentialsFile: String?
    package var tls: TLSConfiguration
    /// The stream that has to confirm the events.
    package var stream: String
    /// The JetStream domain; nil for that of the server itself.
    package var domain: String?
    /// Whether streams that are missing are made.
    package var managesStreams: Bool
    /// What the stream of events may take on the server's disk.
    package var maxBytes: ByteCount
    /// How long the server keeps events.
    package var maxAge: TimeSpan
    package var acknowledgement: AcknowledgementConfiguration
    /// How many events may wait for their confirmation at once, 1 to 64.
    package var window: Int
    /// With ``AcknowledgementConfiguration/receipt``, after how long without one an event is sent again.
    package var receiptWithin: TimeSpan
    /// Whether feedback and commands are taken from there.
    package var listens: Bool

    /// Makes a server; what is left out has the default that the file would have.
    package init(
        servers: [BrokerAddress],
        credentials: CredentialReference? = nil,
        credentialsFile: String? = nil,
        tls: TLSConfiguration = TLSConfiguration(),
        stream: String = "ND_EVT",
        domain: String? = nil,
        managesStreams: Bool = true,
        maxBytes: ByteCount = .gibibytes(1),
        maxAge: TimeSpan = AlertDraft.lifetime,
        acknowledgement: AcknowledgementConfiguration = .broker,
        window: Int = 64,
        receiptWithin: TimeSpan = .seconds(60),
        listens: Bool = true
    ) {
        self.servers = servers
        self.credentials = credentials
        self.credentialsFile = credentialsFile
        self.tls = tls
        self.stream = stream
        self.domain = domain
        self.managesStreams = managesStreams
        self.maxBytes = maxBytes
        self.maxAge = maxAge
        self.acknowledgement = acknowledgement
        self.window = window
        self.receiptWithin = receiptWithin
        self.listens = listens
    }
}
