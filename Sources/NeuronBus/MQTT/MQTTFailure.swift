import CMosquitto
import Glibc
import NeuronCore

/// Puts into words why a connection was not made or was lost, from all that libmosquitto and OpenSSL let know.
struct MQTTFailure: Sendable {
    let settings: MQTTSettings
    /// What the library logged as errors, the last few lines.
    private var complaints: [String] = []
    /// An X509_V_ERR number of OpenSSL; 0 for nothing found.
    private var verification = 0

    init(settings: MQTTSettings) { self.settings = settings }

    mutating func note(_ complaint: String, verification: Int) {
        complaints = complaints.suffix(7) + [complaint]
        if verification > 0 { self.verification = verification }
    }

    // MARK: Before the broker let us in

    func connecting(_ status: MosquittoHandle.Status) -> MQTTError {
        if let error = certificate { return error }
        if status.isCode(MOSQ_ERR_EAI) {
            let reason = status.number < 0 ? String(cString: gai_strerror(status.number)) : "it is unknown"
            return unreachable(
                "its name can't be looked up (\(reason)). Is it spelt right, and does this box reach a name server?"
            )
        }
        if status.isCode(MOSQ_ERR_INVAL) {
            return MQTTError(
                .unsuitable,
                "The address \(settings) is none that MQTT can connect to: host and port must be right."
            )
        }
        if settings.tls != nil, status.isCode(MOSQ_ERR_ERRNO), [EPROTO, ECONNRESET, EPIPE].contains(status.number) {
            return unreachable(Self.silentEnd)
        }
        if status.isCode(MOSQ_ERR_ERRNO), status.number != 0 {
            let advice = status.number == ECONNREFUSED ? ": is it running, and does it listen on this port?" : "."
            return unreachable(String(cString: strerror(status.number)) + advice)
        }
        return unreachable(
            "it closed the connection before it answered\(reason(status)). "
                + (settings.tls == nil
                    ? "If it expects TLS on this port, say mqtts:// in the sink's url."
                    : "Does it speak TLS on this port?")
        )
    }

    func rejecting(_ reason: MQTTReason) -> MQTTError {
        let advice =
            switch reason.code {
            case 0x86, 0x87, 0x8C:
                settings.username == nil && settings.tls?.certificateFile == nil
                    ? "give the sink a user and a password, or a client certificate, that it knows."
                    : "check the sink's user and password, or its client certificate, and what the broker allows them."
            case 0x85: "it does not accept the client id '\(settings.clientID)'."
            case 0x84: "it does not speak MQTT 5."
            default: "ask its operator."
            }
        return MQTTError(.rejected, "The broker at \(settings) does not let this box in (\(reason)): \(advice)")
    }

    // MARK: Afterwards

    /// What ended a connection that the broker had let in; `reason` is a MOSQ_ERR number, or from 0x80 on the broker's code.
    func losing(_ reason: Int32, after lasted: TimeSpan) -> MQTTError {
        if let error = certificate { return error }
        if reason == 0x8E {
            return MQTTError(
                .lost,
                "The broker at \(settings) ended the connection because another client came with the id "
                    + "'\(settings.clientID)': each box and each sink needs an id of its own."
            )
        }
        if reason >= 0x80 {
            let words = MQTTReason(code: UInt8(clamping: reason))
            return MQTTError(.lost, "The broker at \(settings) ended the connection (\(words)).")
        }
        if reason == MOSQ_ERR_KEEPALIVE.rawValue {
            return MQTTError(
                .lost,
                "The broker at \(settings) no longer answers, though nobody closed the connection: it is given up."
            )
        }
        // Mosquitto 2.0.11 does not say so when it throws a client out for another one.
        let suspicion =
            lasted < .seconds(10)
            ? " If that happens again and again, look whether another client has the id '\(settings.clientID)'." : ""
        return MQTTError(
            .lost,
            "The connection to the broker at \(settings) was lost (\(words(reason).lowercased()))." + suspicion
        )
    }

    /// What keeps a single message from being sent, whatever the connection; nil for all else.
    func refusing(_ status: MosquittoHandle.Status, _ publication: MQTTPublication) -> MQTTRefusal? {
        let codes = [
            MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8,
            MOSQ_ERR_QOS_NOT_SUPPORTED, MOSQ_ERR_RETAIN_NOT_SUPPORTED,
        ]
        guard codes.contains(where: { status.isCode($0) }) else { return nil }
        let bytes = publication.payload.count
        if status.isCode(MOSQ_ERR_OVERSIZE_PACKET) || status.isCode(MOSQ_ERR_PAYLOAD_SIZE) {
            return MQTTRefusal(
                reason:
                    "its \(bytes) bytes are more than the broker at \(settings) takes in one packet (its max_packet_size)"
            )
        }
        return MQTTRefusal(reason: "MQTT can't carry it to '\(publication.topic)' (\(words(status.code)))")
    }

    /// What a broker that says why may look like too, when its last words are lost with the connection.
    private static let silentEnd =
        "it closed the connection in the middle of the handshake: does it speak TLS on this port, and does it ask for a "
        + "client certificate?"

    private func unreachable(_ reason: String) -> MQTTError {
        MQTTError(.unreachable, "The broker at \(settings) can't be reached: \(reason)")
    }

    /// The library's words in brackets; nothing where it has none, as for a connection that ended by itself.
    private func reason(_ status: MosquittoHandle.Status) -> String {
        let words = words(status.code)
        return words == "Unknown error" ? "" : " (\(words))"
    }

    /// The library's words, without their full stop.
    private func words(_ code: Int32) -> String {
        let words = String(cString: mosquitto_strerror(code))
        return words.hasSuffix(".") ? String(words.dropLast()) : words
    }

    // MARK: TLS

    /// What a handshake failed for; nil where TLS had no part in it.
    private var certificate: MQTTError? {
        guard let advice = refusalOfTheirs ?? refusalOfOurs ?? complaints.last.map({ "TLS failed (\($0))." }) else {
            return nil
        }
        return MQTTError(.certificate, "No connection is made to the broker at \(settings): \(advice)")
    }

    /// What is wrong with the broker's certificate.
    private var refusalOfTheirs: String? {
        if says("host name verification failed") {
            return "its certificate is for another host. Name it as its certificate does, or give it a certificate for "
                + "'\(settings.host)'."
        }
        switch verification {
        case 0: return nil
        case 9: return "its certificate is not valid yet. Is this box's clock right?"
        case 10: return "its certificate has expired. Renew it; if it is not old, set this box's clock."
        case 2, 18, 19, 20, 21:
            let remedy =
                settings.tls?.caFile.map { "\($0) does not hold the authority that issued it." }
                ?? "give the sink the file of the authority that issued it."
            return "no authority that this box trusts vouches for its certificate "
                + "(\(String(cString: nd_X509_verify_cert_error_string(verification)))): \(remedy)"
        default:
            return "its certificate is not accepted "
                + "(\(String(cString: nd_X509_verify_cert_error_string(verification))))."
        }
    }

    /// What the broker, or OpenSSL, has against our side.
    private var refusalOfOurs: String? {
        if says("wrong version number") || says("packet length too long") {
            return "what listens there does not speak TLS. Is it the port for TLS?"
        }
        if says("unexpected eof") { return Self.silentEnd }
        if says("certificate required") || says("handshake failure"), settings.tls?.certificateFile == nil {
            return "it asks for a client certificate, and the sink has none."
        }
        if says("alert") { return "it does not accept our side of TLS (\(complaints.last ?? ""))." }
        if says("Unable to load") || says("key values mismatch") {
            return "the sink's certificate files can't be used (\(complaints.joined(separator: " ")))."
        }
        return nil
    }

    private func says(_ words: String) -> Bool { complaints.contains { $0.contains(words) } }
}
