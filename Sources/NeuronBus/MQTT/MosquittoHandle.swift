import CMosquitto
import Glibc
import NeuronCore

/// One client of libmosquitto, for one connection; made, used and destroyed on one thread.
///
/// The library's own thread is not used: it ends by itself on a failed look-up or handshake, spins while a TLS connection
/// is pending and may hang when it is stopped (2.0.11). Here the owner polls the socket and calls ``read()``, ``write()``
/// and ``attend()``, and every callback comes out of one of these calls.
struct MosquittoHandle: ~Copyable {
    private let raw: OpaquePointer

    /// What a call of the library gave, with the error number of the system where it gave `MOSQ_ERR_ERRNO`.
    struct Status: Hashable, Sendable {
        var code: Int32
        var number: Int32 = 0

        init(_ code: Int32) {
            self.code = code
            number = errno
        }

        var isSuccess: Bool { code == MOSQ_ERR_SUCCESS.rawValue }
        func isCode(_ other: mosq_err_t) -> Bool { code == other.rawValue }
    }

    private static let library: Int32 = mosquitto_lib_init()

    private init(clientID: String) throws(MQTTError) {
        guard Self.library == MOSQ_ERR_SUCCESS.rawValue, let raw = mosquitto_new(clientID, false, nil) else {
            throw MQTTError(
                .unsuitable,
                "No MQTT client could be made with the id '\(clientID)': is the memory used up?"
            )
        }
        self.raw = raw
    }

    /// Makes a client; nothing is connected yet.
    static func make(_ settings: MQTTSettings) throws(MQTTError) -> MosquittoHandle {
        let handle = try MosquittoHandle(clientID: settings.clientID)
        try handle.configure(settings)
        return handle
    }

    private func configure(_ settings: MQTTSettings) throws(MQTTError) {
        mosquitto_int_option(raw, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5)
        mosquitto_int_option(raw, MOSQ_OPT_SEND_MAXIMUM, 20)
        mosquitto_int_option(raw, MOSQ_OPT_RECEIVE_MAXIMUM, 20)
        mosquitto_int_option(raw, MOSQ_OPT_TCP_NODELAY, 1)
        if let topic = settings.willTopic { try setWill(topic) }
        if let user = settings.username { mosquitto_username_pw_set(raw, user, settings.password) }
        if let tls = settings.tls { try setTLS(tls, settings) }
    }

    deinit { mosquitto_destroy(raw) }

    private func setWill(_ topic: String) throws(MQTTError) {
        let word = PresenceWord.offline
        let code = mosquitto_will_set_v5(raw, topic, Int32(word.count), word, 1, true, nil)
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            throw MQTTError(.unsuitable, "MQTT does not allow '\(topic)' as the topic of a last will.")
        }
    }

    /// The library verifies certificate and host name unless it is told not to, which nothing here can.
    private func setTLS(_ tls: MQTTTLS, _ settings: MQTTSettings) throws(MQTTError) {
        let folder = tls.caFile == nil ? "/etc/ssl/certs" : nil
        if folder != nil { mosquitto_int_option(raw, MOSQ_OPT_TLS_USE_OS_CERTS, 1) }
        // Without a version named, 1.2 is the least and 1.3 is used where both sides know it; naming one excludes the other.
        let code = mosquitto_tls_set(raw, tls.caFile, folder, tls.certificateFile, tls.keyFile, nil)
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            throw MQTTError(
                .unsuitable,
                "TLS to \(settings) can't be set up: authorities, certificate and key must be PEM files that the "
                    + "service's user may read, and a certificate needs its key."
            )
        }
    }

    /// Connects by TCP and sends the greeting; blocks for as long as the system lets a connection wait.
    func connect(_ settings: MQTTSettings) -> Status {
        let properties = MosquittoProperties(of: settings)
        let keepalive = Int32(clamping: max(5000, settings.keepalive.milliseconds) / 1000)
        return Status(
            mosquitto_connect_bind_v5(
                raw,
                settings.host,
                Int32(clamping: settings.port),
                keepalive,
                nil,
                properties.list
            )
        )
    }

    /// The socket to poll; negative when there is none.
    var socket: Int32 { mosquitto_socket(raw) }

    var wantsWriting: Bool { mosquitto_want_write(raw) }

    func read() -> Status { Status(mosquitto_loop_read(raw, 1)) }
    func write() -> Status { Status(mosquitto_loop_write(raw, 1)) }
    /// Sends what keeps the connection alive, and notices when the other side no longer does; once a second is enough.
    func attend() -> Status { Status(mosquitto_loop_misc(raw)) }

    /// Sends at QoS 1, or puts it behind what is being sent; the acknowledgement names the id.
    func publish(_ publication: MQTTPublication) -> (status: Status, id: Int32) {
        let properties = MosquittoProperties(of: publication)
        var id: Int32 = 0
        let code = mosquitto_publish_v5(
            raw,
            &id,
            publication.topic,
            Int32(clamping: publication.payload.count),
            publication.payload,
            1,
            publication.isRetained,
            properties.list
        )
        return (Status(code), id)
    }

    /// Asks for what is published to a filter; the answer names the id.
    func subscribe(_ filter: String) -> (status: Status, id: Int32) {
        var id: Int32 = 0
        return (Status(mosquitto_subscribe_v5(raw, &id, filter, 1, 0, nil)), id)
    }

    /// Takes leave in such a way that the broker publishes the last will.
    func disconnect() { mosquitto_disconnect_v5(raw, Int32(MQTT_RC_DISCONNECT_WITH_WILL_MSG.rawValue), nil) }

    /// What OpenSSL found wrong with the broker's certificate, asked while the connection is being made.
    var verification: Int { nd_SSL_get_verify_result(mosquitto_ssl_get(raw)) }

    /// Has every callback lead to a session, which must not end before the handle does.
    func listen(for session: MQTTSession) {
        // Not retained: the session owns the handle, and no callback comes but out of a call that the session makes.
        mosquitto_user_data_set(raw, Unmanaged.passUnretained(session).toOpaque())
        mosquitto_connect_v5_callback_set(raw) { _, owner, reason, _, _ in
            MQTTSession.of(owner)?.greeted(UInt8(clamping: reason))
        }
        mosquitto_disconnect_v5_callback_set(raw) { _, owner, reason, _ in MQTTSession.of(owner)?.parted(reason) }
        mosquitto_publish_v5_callback_set(raw) { _, owner, id, reason, _ in
            MQTTSession.of(owner)?.acknowledged(id, MQTTReason(code: UInt8(clamping: reason)))
        }
        mosquitto_subscribe_v5_callback_set(raw) { _, owner, id, count, grants, _ in
            guard count > 0, let grants else { return }
            MQTTSession.of(owner)?.subscribed(id, MQTTReason(code: UInt8(clamping: grants[0])))
        }
        mosquitto_message_v5_callback_set(raw) { _, owner, message, properties in
            guard let message else { return }
            MQTTSession.of(owner)?.received(message.pointee, properties)
        }
        mosquitto_log_callback_set(raw) { _, owner, level, text in
            guard level == MOSQ_LOG_ERR, let text else { return }
            MQTTSession.of(owner)?.complained(String(cString: text))
        }
    }
}

/// What is said at the topic of the last will.
enum PresenceWord {
    static let online = Array("online".utf8)
    static let offline = Array("offline".utf8)
}
