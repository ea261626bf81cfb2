import CNATS
import Synchronization

/// What libnats's callbacks are given instead of a pointer: a callback that comes after its session has gone finds nothing.
struct SessionKey: Sendable, Hashable {
    private let number: UInt

    private static let counter = Atomic<UInt>(1)
    private static let sessions = Mutex<[SessionKey: any SessionListener]>([:])

    /// Lets callbacks find a listener.
    init(for listener: any SessionListener) {
        number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
        let key = self
        Self.sessions.withLock { $0[key] = listener }
    }

    /// Nobody's.
    static let none = SessionKey()

    private init() { number = 0 }

    fileprivate init?(_ pointer: UnsafeMutableRawPointer?) {
        guard let pointer else { return nil }
        number = UInt(bitPattern: pointer)
    }

    /// From now on callbacks find nothing.
    func forget() { Self.sessions.withLock { _ = $0.removeValue(forKey: self) } }

    /// Never followed: the number only looks like a pointer.
    var pointer: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: number) }

    fileprivate var listener: (any SessionListener)? { Self.sessions.withLock { $0[self] } }
}

/// Who hears from a connection; all calls come from threads of libnats.
protocol SessionListener: AnyObject, Sendable {
    /// A stream has an event, now or already.
    func stored(batch: Int, row: Int64, in stream: String)
    /// An event was not stored, or the server did not say so in time.
    func heard(batch: Int, row: Int64, _ outcome: AckWindow.Outcome)
    /// Something came; what is to be answered to JetStream, if anything is by now.
    func received(_ message: borrowing NATSMessage) -> String?
    /// The server does not let us use a subject, or libnats had to drop something.
    func failed(_ reason: String)
    /// The connection is over.
    func closed(_ reason: String)
}

/// The header that brings back which event an answer is about: libnats does not show us the reply's subject.
let rowHeader = "Nd-Row"

/// `jsPubAckHandler`: owns the message.
func whenAnswered(
    _: OpaquePointer?,
    _ native: OpaquePointer?,
    _ ack: UnsafeMutablePointer<jsPubAck>?,
    _ failure: UnsafeMutablePointer<jsPubAckErr>?,
    _ key: UnsafeMutableRawPointer?
) {
    let message = NATSMessage(adopting: native)
    guard let listener = SessionKey(key)?.listener else { return }
    let numbers = message.header(rowHeader)?.split(separator: ".") ?? []
    guard numbers.count == 2, let batch = Int(numbers[0]), let row = Int64(numbers[1]) else { return }
    if let stream = ack?.pointee.Stream, failure == nil {
        listener.stored(batch: batch, row: row, in: String(cString: stream))
    } else {
        listener.heard(batch: batch, row: row, outcome(of: message.subject, failure?.pointee))
    }
}

private func outcome(of subject: String, _ failure: jsPubAckErr?) -> AckWindow.Outcome {
    guard let failure else { return .failed("JetStream said nothing of use about what goes to \(subject).") }
    let words = failure.ErrText.map { String(cString: $0) } ?? ""
    switch (failure.Err, failure.ErrCode) {
    case (NATS_TIMEOUT, _): return .silent
    case (NATS_NO_RESPONDERS, _): return .failed(noStream(takes: subject))
    case (_, JSStreamMessageExceedsMaximumErr):
        return .refused("JetStream takes no message as long as this one (to \(subject)).")
    default: return .failed("JetStream does not store what goes to \(subject): \(words).")
    }
}

func foreign(_ stream: String, takes subject: String, insteadOf wanted: String) -> String {
    "What goes to \(subject) is taken by the stream \(stream) of JetStream and not by \(wanted): a wrong account or domain?"
}

func noStream(takes subject: String) -> String {
    "No stream of JetStream takes \(subject): it is missing, or in another account or domain."
}

/// `natsMsgHandler`: owns the message.
func whenReceived(
    _ connection: OpaquePointer?,
    _: OpaquePointer?,
    _ native: OpaquePointer?,
    _ key: UnsafeMutableRawPointer?
) {
    let message = NATSMessage(adopting: native)
    guard let reply = message.reply, let answer = SessionKey(key)?.listener?.received(message) else { return }
    natsConnection_PublishString(connection, reply, answer)
}

/// `natsErrHandler`.
func whenFailed(
    _ connection: OpaquePointer?,
    _: OpaquePointer?,
    _ status: natsStatus,
    _ key: UnsafeMutableRawPointer?
) {
    SessionKey(key)?.listener?.failed(lastWords(of: connection) ?? status.text)
}

/// `natsConnectionHandler`.
func whenClosed(_ connection: OpaquePointer?, _ key: UnsafeMutableRawPointer?) {
    SessionKey(key)?.listener?.closed(lastWords(of: connection) ?? "closed")
}

private func lastWords(of connection: OpaquePointer?) -> String? {
    var words: UnsafePointer<CChar>?
    natsConnection_GetLastError(connection, &words)
    let text = words.map { String(cString: $0) } ?? ""
    return text.isEmpty ? nil : text
}
