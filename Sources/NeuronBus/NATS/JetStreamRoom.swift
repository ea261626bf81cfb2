import CNATS
import NeuronCore

/// What a link needs on the server: looks at streams, makes them where they are missing, and makes its consumers.
struct JetStreamRoom {
    let settings: NATSSettings

    /// Brings all of it about as far as it can be; blocks for some seconds at most for each of them.
    ///
    /// - Returns: what is not as it should be, a full sentence each.
    func furnish(_ stream: borrowing JetStreamContext) -> [String] {
        var complaints: [String] = []
        if settings.managesStreams {
            for plan in StreamPlan.all(settings) {
                do throws(NATSError) {
                    if let complaint = try provide(plan, stream) { complaints.append(complaint) }
                } catch {
                    complaints.append(error.description)
                    // A server that does not answer is not asked three times more.
                    if error.code == .notConnected { return complaints }
                }
            }
        }
        for filter in settings.subscriptions {
            if let complaint = subscribe(to: filter, stream) { complaints.append(complaint) }
        }
        return complaints
    }

    /// The stream that holds what a filter asks for; nil where no stream does.
    static func stream(of filter: String) -> String? {
        let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 9, NATSSubject.of(filter: filter) != nil else { return nil }
        switch levels[7] {
        case "fb": return StreamPlan.feedback
        case "cmd": return StreamPlan.commands
        default: return nil
        }
    }

    /// A consumer's name: the box, and what it is for, which a name could not hold.
    static func consumer(of filter: String, client: String) -> String {
        // FNV-1a, 64 bits.
        let hash = filter.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return "\(client)-" + String(hash, radix: 36)
    }

    private func provide(_ plan: StreamPlan, _ stream: borrowing JetStreamContext) throws(NATSError) -> String? {
        guard let actual = try look(at: plan.name, stream) else {
            try add(plan, stream)
            return nil
        }
        let differences = plan.differences(from: actual)
        guard !differences.isEmpty else { return nil }
        return "The stream \(plan.name) of JetStream was made by somebody else and stays as it is, but "
            + "\(differences.joined(separator: ", and "))."
    }

    private func look(at name: String, _ stream: borrowing JetStreamContext) throws(NATSError) -> StreamPlan? {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let status = js_GetStreamInfo(&info, stream.native, name, nil, &code)
        defer { jsStreamInfo_Destroy(info) }
        if let config = info?.pointee.Config { return StreamPlan(config.pointee) }
        if status == NATS_NOT_FOUND || code == JSStreamNotFoundErr { return nil }
        throw .request("be looked at", name, status)
    }

    private func add(_ plan: StreamPlan, _ stream: borrowing JetStreamContext) throws(NATSError) {
        var config = jsStreamConfig()
        jsStreamConfig_Init(&config)
        config.MaxBytes = plan.maxBytes
        config.MaxAge = plan.maxAge.nanoseconds
        config.MaxMsgSize = StreamPlan.longestMessage
        config.MaxMsgsPerSubject = plan.maxMessagesPerSubject
        config.Discard = plan.refusesWhenFull ? js_DiscardNew : js_DiscardOld
        config.Storage = js_FileStorage
        config.Retention = js_LimitsPolicy
        config.Duplicates = plan.duplicateWindow.nanoseconds
        config.AllowDirect = true
        config.DenyDelete = plan.isForGood
        config.DenyPurge = plan.isForGood
        let status = plan.name.withCString { name in
            withCStrings(plan.subjects) { subjects, count in
                config.Name = name
                config.Subjects = subjects
                config.SubjectsLen = count
                return js_AddStream(nil, stream.native, &config, nil, nil)
            }
        }
        guard status == NATS_OK else { throw .request("be made", plan.name, status) }
    }

    /// Makes a durable consumer, or finds it as it was left.
    private func subscribe(to filter: String, _ stream: borrowing JetStreamContext) -> String? {
        guard let name = Self.stream(of: filter), let subject = NATSSubject.of(filter: filter) else { return nil }
        var config = jsConsumerConfig()
        jsConsumerConfig_Init(&config)
        config.AckPolicy = js_AckExplicit
        config.DeliverPolicy = js_DeliverAll
        config.AckWait = TimeSpan.seconds(30).nanoseconds
        config.MaxAckPending = 64
        let native = stream.native
        let status = Self.consumer(of: filter, client: settings.client).withCString { durable in
            subject.withCString { subject in
                settings.deliverySubject.withCString { delivery in
                    config.Durable = durable
                    config.FilterSubject = subject
                    config.DeliverSubject = delivery
                    return js_AddConsumer(nil, native, name, &config, nil, nil)
                }
            }
        }
        guard status != NATS_OK else { return nil }
        return "Nothing can be received by \(filter) from the stream \(name): \(lastErrorText(status))."
    }
}

extension StreamPlan {
    /// A stream as it is.
    init(_ config: jsStreamConfig) {
        name = config.Name.map { String(cString: $0) } ?? ""
        let listed = UnsafeBufferPointer(start: config.Subjects, count: Int(config.SubjectsLen))
        subjects = listed.compactMap { $0.map { String(cString: $0) } }
        maxBytes = config.MaxBytes
        maxAge = TimeSpan(nanoseconds: config.MaxAge)
        duplicateWindow = TimeSpan(nanoseconds: config.Duplicates)
        maxMessagesPerSubject = config.MaxMsgsPerSubject
        refusesWhenFull = config.Discard == js_DiscardNew
        isForGood = config.DenyDelete
        isOnDisk = config.Storage == js_FileStorage
    }
}

extension NATSError {
    fileprivate static func request(_ what: String, _ stream: String, _ status: natsStatus) -> NATSError {
        let code: Code = status == NATS_TIMEOUT || status == NATS_CONNECTION_CLOSED ? .notConnected : .request
        let reason =
            switch status {
            case NATS_NO_RESPONDERS: "the server has no JetStream, or not for this user"
            case NATS_TIMEOUT: "the server does not answer, as where this user may not ask"
            default: lastErrorText(status)
            }
        return NATSError(code, "The stream \(stream) of JetStream can't \(what): \(reason).")
    }
}

/// Lends an array of C strings.
private func withCStrings<Result>(
    _ texts: [String],
    _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?, Int32) -> Result
) -> Result {
    let bytes = texts.map { Array($0.utf8CString) }
    let joined = bytes.flatMap { $0 }
    return joined.withUnsafeBufferPointer { joined in
        var start = 0
        var pointers: [UnsafePointer<CChar>?] = bytes.map { text in
            defer { start += text.count }
            return joined.baseAddress.map { $0 + start }
        }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress, Int32($0.count)) }
    }
}
