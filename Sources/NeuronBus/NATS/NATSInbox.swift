import Synchronization

/// What came over NATS and was not read yet: bounded, and confirmed to JetStream when its reader asks for the next.
///
/// A message that was being handled when the daemon died is so delivered again.
final class NATSInbox: Sendable {
    private let link: String
    private let dropped: @Sendable () -> Void
    private let state = Mutex(State())

    /// More than a burst of operators says, and at most 4 MiB.
    static let longest = 256
    static let most = 4 << 20
    /// The header that carries what MQTT 5 calls the response topic, as a subject.
    static let responseHeader = "Nd-Response-Topic"

    private struct Entry {
        var message: BusMessage
        var reply: String?
    }

    private struct State {
        var entries: [Entry] = []
        var bytes = 0
        var reader: CheckedContinuation<Entry?, Never>?
        var isClosed = false
    }

    /// Makes an empty inbox; `dropped` is told of each message that is not taken.
    init(link: String, dropped: @escaping @Sendable () -> Void) {
        self.link = link
        self.dropped = dropped
    }

    /// The messages; one reader.
    ///
    /// - Parameter confirm: tells JetStream, on the subject that it gave, that a message was handled.
    /// - Returns: a stream that ends with ``close()``.
    func messages(confirm: @escaping @Sendable (String) -> Void) -> AsyncStream<BusMessage> {
        let handed = Handed()
        return AsyncStream {
            if let reply = handed.reply.withLock({ $0.take() }) { confirm(reply) }
            guard let entry = await self.next() else { return nil }
            handed.reply.withLock { $0 = entry.reply }
            return entry.message
        }
    }

    /// Takes a message, or says what JetStream is to do with it: never send it again, or later.
    func offer(_ message: borrowing NATSMessage) -> String? {
        guard message.count <= BusMessage.longestPayload, let topic = BusTopic(nats: message.subject) else {
            dropped()
            return "+TERM"
        }
        let response = message.header(Self.responseHeader).map { NATSSubject.topic(of: $0) }
        let entry = Entry(
            message: BusMessage(link: link, topic: topic, payload: message.body, responseTopic: response),
            reply: message.reply
        )
        guard put(entry) else {
            dropped()
            return #"-NAK {"delay": 5000000000}"#
        }
        return nil
    }

    /// Ends the reader's loop.
    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        reader?.resume(returning: nil)
    }

    private func put(_ entry: Entry) -> Bool {
        let (reader, isTaken) = state.withLock { state in
            if let reader = state.reader.take() { return (reader as CheckedContinuation<Entry?, Never>?, true) }
            let bytes = state.bytes + entry.message.payload.count
            guard state.entries.count < Self.longest, bytes <= Self.most else { return (nil, false) }
            state.entries.append(entry)
            state.bytes = bytes
            return (nil, true)
        }
        reader?.resume(returning: entry)
        return isTaken
    }

    private func next() async -> Entry? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let entry = state.withLock { state -> Entry?? in
                    if !state.entries.isEmpty {
                        let entry = state.entries.removeFirst()
                        state.bytes -= entry.message.payload.count
                        return entry
                    }
                    if state.isClosed || Task.isCancelled { return .some(nil) }
                    state.reader = reader
                    return nil
                }
                if let entry { reader.resume(returning: entry) }
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume(returning: nil)
        }
    }

    /// Where the message that the reader has is confirmed.
    private final class Handed: Sendable {
        let reply = Mutex<String?>(nil)
    }
}
