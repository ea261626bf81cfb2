import CNATS
import Glibc
import NeuronCore

/// One connection to one server from its beginning to its end.
///
/// libnats locks inside of each call, so that any thread may use a session; what blocks says so.
///
/// `@unchecked`: the stored C handles never change, and libnats serialises what is done with them.
final class NATSSession: @unchecked Sendable {
    let server: ServerAddress
    let board: SessionBoard
    private let settings: NATSSettings
    private let key: SessionKey
    // In the order in which they must go, after the connection was closed.
    private let subscription: NATSSubscription?
    private let stream: JetStreamContext
    private let connection: NATSConnection

    /// Connects and subscribes; blocks for some seconds at most.
    init(_ settings: NATSSettings, server: ServerAddress, board: SessionBoard) throws(NATSError) {
        let key = SessionKey(for: board)
        do throws(NATSError) {
            let options = try NATSOptions.make(settings, server: server, key: key)
            let connection = try NATSConnection(options, server: server)
            let stream = try JetStreamContext(connection, domain: settings.domain, key: key)
            subscription =
                settings.subscriptions.isEmpty
                ? nil : try NATSSubscription(connection, subject: settings.deliverySubject, key: key)
            self.connection = connection
            self.stream = stream
        } catch {
            key.forget()
            throw error
        }
        self.server = server
        self.board = board
        self.settings = settings
        self.key = key
    }

    deinit { close() }

    /// What waits for an answer of the server.
    var requests: RequestGate { stream.requests }

    /// Waits for answers under way, says what is buffered and closes the connection; blocks for some seconds at most.
    ///
    /// A second call does nothing.
    ///
    /// - Parameter patience: how long answers are waited for.
    func close(patience: TimeSpan = .seconds(1)) {
        let mayHearMore = requests.close(within: patience) && !natsConnection_IsClosed(connection.native)
        natsConnection_FlushTimeout(connection.native, 500)
        // A server that goes on after it stood still says all that it owes at once.
        if mayHearMore { usleep(100_000) }
        natsConnection_Close(connection.native)
        board.closed("closed")
        key.forget()
    }

    /// Makes streams; blocks.
    ///
    /// What is not as it should be is returned as sentences.
    func provideStreams() -> [String] { JetStreamRoom(settings: settings).provideStreams(stream) }

    /// Makes consumers; blocks.
    ///
    /// What is not as it should be is returned as sentences.
    func provideConsumers() -> [String] { JetStreamRoom(settings: settings).provideConsumers(stream) }

    /// Delivers a batch and returns when the fate of each event is known, within the settings' patience after it was sent.
    func deliver(_ events: [NATSEvent]) async -> AckWindow {
        let batch = board.begin(events)
        let guardian = Task { [board, patience = settings.patience] in await Self.watch(board, batch, patience) }
        defer { guardian.cancel() }
        _ = DedicatedThread(name: "sink-" + settings.name) { self.publish(events, batch) }
        return await board.result()
    }

    /// Ends a batch of which the server has said nothing since it was sent.
    private static func watch(_ board: SessionBoard, _ batch: Int, _ patience: TimeSpan) async {
        let patience = Duration.nanoseconds(patience.nanoseconds)
        var (deadline, waits) = (ContinuousClock.now + patience, 0)
        while (try? await Task.sleep(until: deadline)) != nil {
            waits += 1
            let end = board.timeSent(batch).map { $0 + patience }
            let isOver = end.map { $0 <= .now } ?? (waits >= mostWaits)
            if isOver { return board.expire(batch) }
            deadline = end ?? .now + patience
        }
    }

    /// A batch may take so many times the patience to be sent, and no longer: a slow wire is no silent server.
    private static let mostWaits = 8

    private func publish(_ events: [NATSEvent], _ batch: Int) {
        for event in events where board.isOpen(batch) {
            if let outcome = publish(event, batch) { board.heard(batch: batch, row: event.row, outcome) }
        }
        board.sent(batch)
    }

    /// Sends an event; nil where the server has the word now.
    private func publish(_ event: NATSEvent, _ batch: Int) -> AckWindow.Outcome? {
        let headers = [("Content-Type", "application/cloudevents+json"), (rowHeader, "\(batch).\(event.row)")]
        do throws(NATSError) {
            var message = try NATSMessage(subject: event.subject, body: event.body, headers: headers)
            switch message.publish(on: stream, as: event.id, patience: settings.patience) {
            case NATS_OK: return nil
            case NATS_MAX_PAYLOAD:
                return .refused("The event has \(event.body.count) bytes, which is more than the NATS server takes.")
            case let status: return .failed("An event can't be sent to \(server): \(lastErrorText(status)).")
            }
        } catch {
            return .refused(error.description)
        }
    }

    /// Says something that is kept for who comes later, and waits until it is stored; blocks.
    func keep(_ publication: BusPublication, subject: String) throws(NATSError) {
        let message = try NATSMessage(
            subject: subject,
            body: publication.payload,
            headers: [("Content-Type", publication.contentType)]
        )
        let (status, taker) = message.store(on: stream, patienceMilliseconds: settings.patience.milliseconds)
        if status == NATS_NO_RESPONDERS { throw NATSError(.request, noStream(takes: subject)) }
        guard status == NATS_OK else {
            throw NATSError(.request, "\(subject) can't be kept by JetStream: \(lastErrorText(status)).")
        }
        guard taker == StreamPlan.state else {
            throw NATSError(.request, foreign(taker, insteadOf: StreamPlan.state))
        }
        // An empty last message means "nothing" already; without it a closed alert would stay for ever as an empty one.
        if publication.payload.isEmpty, settings.managesStreams { purge(subject) }
    }

    private func purge(_ subject: String) {
        var options = jsOptions()
        jsOptions_Init(&options)
        subject.withCString { subject in
            options.Stream.Purge.Subject = subject
            _ = stream.ask { js_PurgeStream($0, StreamPlan.state, &options, nil) }
        }
    }

    /// Says something to whoever listens now, and waits until the server has it; blocks.
    func say(_ publication: BusPublication, subject: String) throws(NATSError) {
        let message = try NATSMessage(
            subject: subject,
            body: publication.payload,
            headers: [("Content-Type", publication.contentType)]
        )
        var status = natsConnection_PublishMsg(connection.native, message.native)
        if status == NATS_OK { status = natsConnection_FlushTimeout(connection.native, settings.patience.milliseconds) }
        guard status == NATS_OK else {
            throw NATSError(.request, "\(subject) can't be said to \(server): \(lastErrorText(status)).")
        }
    }

    /// Tells JetStream that a message was handled; goes to a buffer, which a thread of libnats empties.
    func confirm(_ reply: String) { natsConnection_PublishString(connection.native, reply, "+ACK") }
}
