import CNATS
import NeuronCore

/// A message that is ours: made here, or handed to us by libnats.
struct NATSMessage: ~Copyable {
    private(set) var native: OpaquePointer?

    /// Takes over a message that a callback owns.
    init(adopting native: OpaquePointer?) { self.native = native }

    /// Makes a message; the body is copied.
    init(subject: String, body: [UInt8], headers: [(String, String)]) throws(NATSError) {
        var made: OpaquePointer?
        let status = body.withUnsafeBytes { bytes in
            let characters = bytes.bindMemory(to: CChar.self)
            return natsMsg_Create(&made, subject, nil, characters.baseAddress, Int32(clamping: characters.count))
        }
        guard status == NATS_OK else {
            throw NATSError(.request, "A message to \(subject) can't be made: \(lastErrorText(status)).")
        }
        native = made
        for (name, value) in headers { natsMsgHeader_Set(made, name, value) }
    }

    deinit { natsMsg_Destroy(native) }

    var subject: String { natsMsg_GetSubject(native).map { String(cString: $0) } ?? "" }

    /// Where JetStream wants to hear what became of the message.
    var reply: String? { natsMsg_GetReply(native).map { String(cString: $0) } }

    var count: Int { Int(natsMsg_GetDataLength(native)) }

    var body: [UInt8] {
        guard let bytes = natsMsg_GetData(native) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    func header(_ name: String) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(native, name, &value) == NATS_OK else { return nil }
        return value.map { String(cString: $0) }
    }

    /// Hands the message to JetStream, which owns it if it takes it; the session's callback hears what became of it.
    ///
    /// Which stream is wanted does not go along: the header of it (`Nats-Expected-Stream`) would be stored, and a stream that
    /// sources this one under another name would refuse the event for ever.
    mutating func publish(
        on stream: borrowing JetStreamContext,
        as id: String,
        patience: TimeSpan
    ) -> natsStatus {
        id.withCString { id in
            var options = jsPubOptions()
            jsPubOptions_Init(&options)
            options.MsgId = id
            // Without it a message that a dying socket took would wait for ever. Longer than some writes take: libnats frees the
            // message then, though it may still be writing it. Not for ever: it notes each event for so long, answered or not.
            options.MaxWait = patience.milliseconds + 20_000
            return js_PublishMsgAsync(stream.native, &native, &options)
        }
    }

    /// Hands the message to JetStream and waits until it is stored.
    ///
    /// - Returns: how that went, and which stream has it.
    func store(on stream: borrowing JetStreamContext, patienceMilliseconds: Int64) -> (natsStatus, String) {
        var options = jsPubOptions()
        jsPubOptions_Init(&options)
        options.MaxWait = patienceMilliseconds
        var ack: UnsafeMutablePointer<jsPubAck>?
        let status = stream.ask { js_PublishMsg(&ack, $0, native, &options, nil) }
        defer { jsPubAck_Destroy(ack) }
        return (status, ack?.pointee.Stream.map { String(cString: $0) } ?? "")
    }
}
