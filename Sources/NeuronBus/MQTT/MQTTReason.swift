/// A reason code of MQTT 5, as a broker gives it with an acknowledgement.
struct MQTTReason: Hashable, Sendable, CustomStringConvertible {
    var code: UInt8

    /// What is to be done with an event that was answered so.
    enum Verdict: Sendable, Hashable {
        case taken
        /// Taken and thrown away: nobody subscribes.
        case unheard
        /// It would be refused every time.
        case refused
        /// It may be taken another time.
        case retried
    }

    static let noSubscribers = MQTTReason(code: 0x10)

    var verdict: Verdict {
        switch code {
        case 0x10: .unheard
        case 0..<0x80: .taken
        case 0x87, 0x90, 0x95, 0x99: .refused
        default: .retried
        }
    }

    /// `0x87, not authorised`.
    var description: String {
        let digits = String(code, radix: 16, uppercase: true)
        return "0x" + (digits.count < 2 ? "0" + digits : digits) + ", " + words
    }

    /// MQTT 5.0, section 2.4, as far as brokers send them to clients that publish.
    private var words: String {
        switch code {
        case 0x00: "success"
        case 0x10: "no matching subscribers"
        case 0x80: "unspecified error"
        case 0x81: "malformed packet"
        case 0x82: "protocol error"
        case 0x83: "implementation specific error"
        case 0x84: "unsupported protocol version"
        case 0x85: "client identifier not valid"
        case 0x86: "bad user name or password"
        case 0x87: "not authorised"
        case 0x88: "server unavailable"
        case 0x89: "server busy"
        case 0x8A: "banned"
        case 0x8B: "server shutting down"
        case 0x8C: "bad authentication method"
        case 0x8D: "keep alive timeout"
        case 0x8E: "session taken over"
        case 0x8F: "topic filter invalid"
        case 0x90: "topic name invalid"
        case 0x93: "receive maximum exceeded"
        case 0x95: "packet too large"
        case 0x96: "message rate too high"
        case 0x97: "quota exceeded"
        case 0x98: "administrative action"
        case 0x99: "payload format invalid"
        case 0x9A: "retain not supported"
        case 0x9C: "use another server"
        case 0x9D: "server moved"
        case 0x9F: "connection rate exceeded"
        default: "unknown reason"
        }
    }
}
