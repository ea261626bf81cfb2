package import NeuronCore

/// A broker's side of the daemon: alerts go out by ``AlertSink``, everything else that is said goes out and comes in here.
///
/// A link connects by itself, stays connected for ever and says how it fares; it never queues what the outbox has.
package protocol BusLink: AlertSink {
    /// Starts connecting; returns at once. What can never work (a certificate that can't be read) throws.
    func open() async throws

    /// What came for this box, in order of arrival; one reader.
    ///
    /// Bounded: what comes while it is full is counted in ``condition`` and left to its sender, who gets no answer and asks again.
    var messages: AsyncStream<BusMessage> { get }

    /// One signal at each change of ``condition``'s `isConnected`, and one at once; one reader.
    var changes: AsyncStream<Void> { get }

    /// How the connection fares now.
    var condition: LinkCondition { get }

    /// Says something that is not in the outbox, and returns when the broker has it.
    ///
    /// - Throws: where it can't be said now; nothing is kept for later.
    func publish(_ publication: BusPublication) async throws
}

/// How a connection to a broker fares.
package struct LinkCondition: Sendable, Hashable {
    package var isConnected: Bool
    /// Connections made since the start, the first one included.
    package var connections: Int
    /// Why it is not connected, or what failed last, as a full sentence; nil before anything did.
    package var lastFailure: String?
    /// Messages that came and were not taken: too long, of no topic of ours, or more than are let wait.
    package var droppedMessages: Int
    /// Events that the broker took though nobody subscribes to them (MQTT 5's reason 0x10), since the start.
    package var unheardEvents: Int

    /// Makes a condition; without arguments that of a link that was never connected.
    package init(
        isConnected: Bool = false,
        connections: Int = 0,
        lastFailure: String? = nil,
        droppedMessages: Int = 0,
        unheardEvents: Int = 0
    ) {
        self.isConnected = isConnected
        self.connections = connections
        self.lastFailure = lastFailure
        self.droppedMessages = droppedMessages
        self.unheardEvents = unheardEvents
    }
}

/// Something that came over a bus for this box: feedback or a command; hostile until it was judged.
package struct BusMessage: Sendable, Hashable {
    /// The sink that it came by, and by which it is answered.
    package var link: String
    package var topic: BusTopic
    /// At most ``longestPayload`` bytes.
    package var payload: [UInt8]
    /// Where the sender wants its answer, as the protocol carried it; nil where only the payload can say so.
    package var responseTopic: String?
    /// What the sender wants to see in the answer again; MQTT 5 only.
    package var correlation: [UInt8]

    /// What is longer is dropped before it is read.
    package static let longestPayload = 64 << 10
    /// What is asked to be said in the answer, and where that is to go, may be no longer than this each.
    package static let longestAside = 1 << 10

    /// Makes a message of all its parts.
    package init(
        link: String,
        topic: BusTopic,
        payload: [UInt8],
        responseTopic: String? = nil,
        correlation: [UInt8] = []
    ) {
        self.link = link
        self.topic = topic
        self.payload = payload
        self.responseTopic = responseTopic
        self.correlation = correlation
    }

    /// Whether no part of it is longer than a message of ours needs.
    var isBounded: Bool {
        payload.count <= Self.longestPayload && correlation.count <= Self.longestAside
            && (responseTopic?.utf8.count ?? 0) <= Self.longestAside
    }
}

/// Something that is said on a bus beside the alerts: a state, an alert document, an answer, a projection.
package struct BusPublication: Sendable, Hashable {
    /// An MQTT topic; on NATS with dots for slashes.
    ///
    /// Not only ``BusTopic``: projections have topics of their own.
    package var topic: String
    /// Empty to take back what is retained.
    package var payload: [UInt8]
    /// Whether who comes later gets it too.
    package var isRetained: Bool
    /// `application/json`, `text/plain; charset=utf-8`, ...
    package var contentType: String
    /// What the asker wanted to see again; MQTT 5 only.
    package var correlation: [UInt8]

    /// Makes a publication.
    package init(
        topic: String,
        payload: [UInt8],
        isRetained: Bool = false,
        contentType: String = "application/json",
        correlation: [UInt8] = []
    ) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.contentType = contentType
        self.correlation = correlation
    }
}
