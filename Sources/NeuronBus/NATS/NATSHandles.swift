import CNATS

/// How a connection is to be made; one libnats handle.
struct NATSOptions: ~Copyable {
    let native: OpaquePointer

    private init() throws(NATSError) {
        var made: OpaquePointer?
        let status = natsOptions_Create(&made)
        guard let made else { throw NATSError(.settings, "libnats could not start: \(status.text).") }
        native = made
    }

    /// Prepares a connection to one server that is given up when it breaks: who wants it back makes a new one, so that
    /// nothing waits in a buffer of libnats and every failure has its reason.
    static func make(
        _ settings: NATSSettings,
        server: ServerAddress,
        key: SessionKey
    ) throws(NATSError) -> NATSOptions {
        let options = try NATSOptions()
        try options.set(settings, server, key)
        if settings.tls != nil || server.asksForTLS { try options.secure(settings.tls, server) }
        return options
    }

    deinit { natsOptions_Destroy(native) }

    private func set(_ settings: NATSSettings, _ server: ServerAddress, _ key: SessionKey) throws(NATSError) {
        try check("the address \(server)", natsOptions_SetURL(native, server.url))
        try check("the name \(settings.client)", natsOptions_SetName(native, "neurond " + settings.client))
        try check("reconnection", natsOptions_SetAllowReconnect(native, false))
        try check("reconnection", natsOptions_SetReconnectBufSize(native, 0))
        try check("discovery", natsOptions_SetIgnoreDiscoveredServers(native, true))
        try check("the time to connect", natsOptions_SetTimeout(native, 5000))
        try check("the interval of pings", natsOptions_SetPingInterval(native, 10_000))
        try check("the number of pings", natsOptions_SetMaxPingsOut(native, 2))
        try check("the time to write", natsOptions_SetWriteDeadline(native, 5000))
        if settings.inboxPrefix != "_INBOX" {
            try check("the inbox of the user", natsOptions_SetCustomInboxPrefix(native, settings.inboxPrefix))
        }
        if let user = settings.username {
            try check("the user", natsOptions_SetUserInfo(native, user, settings.password ?? ""))
        }
        if let file = settings.credentialsFile {
            let status = natsOptions_SetUserCredentialsFromFiles(native, file, nil)
            try check("the credentials file \(file)", status)
        }
        try check("a callback", natsOptions_SetClosedCB(native, whenClosed, key.pointer))
        try check("a callback", natsOptions_SetErrorHandler(native, whenFailed, key.pointer))
    }

    private func secure(_ tls: NATSSettings.TLS?, _ server: ServerAddress) throws(NATSError) {
        try check("TLS", natsOptions_SetSecure(native, true))
        if let file = tls?.caFile {
            try check("the authorities in \(file)", natsOptions_LoadCATrustedCertificates(native, file))
        }
        if let file = tls?.certificateFile {
            let key = tls?.keyFile ?? file
            let status = natsOptions_LoadCertificatesChain(native, file, key)
            try check("the certificate in \(file) and its key in \(key)", status)
        }
        try check("the server's name", natsOptions_SetExpectedHostname(native, tls?.expectedHost ?? server.host))
    }

    private func check(_ what: String, _ status: natsStatus) throws(NATSError) {
        guard status != NATS_OK else { return }
        throw NATSError(.settings, "NATS can't be set up: \(what) can't be used: \(lastErrorText(status)).")
    }
}

/// A connection to one server, from its beginning to its end; one libnats handle.
struct NATSConnection: ~Copyable {
    let native: OpaquePointer

    /// Connects; blocks for some seconds at most.
    init(_ options: borrowing NATSOptions, server: ServerAddress) throws(NATSError) {
        var made: OpaquePointer?
        let status = natsConnection_Connect(&made, options.native)
        guard status == NATS_OK, let made else {
            natsConnection_Destroy(made)
            throw .connecting(server, status, lastErrorText(status))
        }
        native = made
    }

    deinit { natsConnection_Destroy(native) }
}

/// The JetStream side of a connection; one libnats handle.
struct JetStreamContext: ~Copyable {
    let native: OpaquePointer
    /// To be closed before the connection is.
    let requests = RequestGate()

    /// Makes a context; nothing is asked of the server.
    init(_ connection: borrowing NATSConnection, domain: String?, key: SessionKey) throws(NATSError) {
        var options = jsOptions()
        jsOptions_Init(&options)
        options.PublishAsync.AckHandler = whenAnswered
        options.PublishAsync.AckHandlerClosure = key.pointer
        var made: OpaquePointer?
        let native = connection.native
        let status = withOptionalCString(domain) { domain in
            options.Domain = domain
            return natsConnection_JetStream(&made, native, &options)
        }
        guard let made else { throw NATSError(.request, "JetStream can't be used: \(lastErrorText(status)).") }
        self.native = made
    }

    /// Asks the server and waits for its answer; blocks.
    func ask(_ request: (OpaquePointer) -> natsStatus) -> natsStatus { requests.pass { request(native) } }

    deinit { jsCtx_Destroy(native) }
}

/// What arrives on one subject; one libnats handle, which must go after its connection was closed.
struct NATSSubscription: ~Copyable {
    let native: OpaquePointer

    /// Subscribes; what comes is handed to the session's inbox on a thread of libnats.
    init(_ connection: borrowing NATSConnection, subject: String, key: SessionKey) throws(NATSError) {
        var made: OpaquePointer?
        let status = natsConnection_Subscribe(&made, connection.native, subject, whenReceived, key.pointer)
        guard let made else { throw NATSError(.request, "\(subject) can't be subscribed: \(lastErrorText(status)).") }
        // More than the consumers may have under way; what it can't hold is not confirmed and comes again.
        natsSubscription_SetPendingLimits(made, 1024, 16 << 20)
        native = made
    }

    deinit { natsSubscription_Destroy(native) }
}

extension natsStatus {
    /// libnats's own words.
    var text: String { natsStatus_GetText(self).map { String(cString: $0) } ?? "status \(rawValue)" }
}

/// Why the last call of this thread failed, without the place in libnats's source.
func lastErrorText(_ status: natsStatus) -> String {
    guard let words = nats_GetLastError(nil) else { return status.text }
    let text = String(cString: words)
    guard text.hasPrefix("("), let end = text.firstIndex(of: ")") else { return text.isEmpty ? status.text : text }
    return String(text[text.index(after: end)...].drop { $0 == ":" || $0 == " " })
}

/// Lends a C string, or NULL.
func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

extension NATSError {
    static func connecting(_ server: ServerAddress, _ status: natsStatus, _ words: String) -> NATSError {
        let reason =
            switch status {
            case NATS_NO_SERVER: "nobody listens there, or the host is not known"
            case NATS_TIMEOUT: "it does not answer"
            case NATS_CONNECTION_AUTH_FAILED: "it does not accept the user and password, credentials or certificate"
            case NATS_SECURE_CONNECTION_WANTED: "it has no TLS, which the settings ask for"
            default: words
            }
        return NATSError(.connecting, "The NATS server \(server) can't be reached: \(reason).")
    }
}
