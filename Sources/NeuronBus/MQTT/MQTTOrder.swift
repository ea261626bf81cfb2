import NeuronCore

/// One message as it goes out.
struct MQTTPublication: Sendable {
    var topic: String
    var payload: [UInt8]
    var isRetained = false
    var contentType: String
    var correlation: [UInt8] = []
    /// After this the broker throws it away where it was not fetched; nil for never.
    var expirySeconds: UInt32?
    /// MQTT 5 user properties, so that a reader can sort without parsing.
    var properties: [(name: String, value: String)] = []
}

/// What became of a message.
enum MQTTOutcome: Sendable, Hashable {
    /// The broker answered with this reason code.
    case answered(UInt8)
    /// It never left this box, for what it is; a clause.
    case refused(String)
    /// Nothing is known; it may have arrived.
    case unanswered
}

/// Messages that go out together, and whoever waits for what becomes of them.
struct MQTTOrder: Sendable {
    var publications: [MQTTPublication]
    var deadline: MonotonicTime
    /// Called exactly once, on any thread: the outcomes in the order of the publications, and why some are unanswered.
    var answer: @Sendable ([MQTTOutcome], MQTTError?) -> Void
}
