import CNATS
import NeuronCore

/// What a link needs on the server: looks at streams, makes them where they are missing, and makes its consumers.
struct JetStreamRoom {
    let settings: NATSSettings

    /// Makes the streams that are missing; blocks for some seconds at most.
    ///
    /// - Returns: what is not as it should be, a full sentence each.
    func provideStreams(_ stream: borrowing JetStreamContext) -> [String] {
        guard settings.managesStreams else { return [] }
        var complaints: [String] = []
        for plan in StreamPlan.all(settings) {
            do throws(NATSError) {
                if let complaint = try provide(plan, stream) { complaints.append(complaint) }
            } catch {
                complaints.append(error.description)
                // A server that does not answer is not asked three times more.
                if error.code == .notConnected { break }
            }
        }
        return complaints
    }

    /// Makes the consumers of feedback and commands, or finds them as they were left; blocks for some seconds at most.
    ///
    /// - Returns: what is not as it should be, a full sentence each.
    func provideConsumers(_ stream: borrowing JetStreamContext) -> [String] {
        var complaints: [String] = []
        var timeouts = 0
        for filter in settings.subscriptions where timeouts < Self.patientRequests {
            guard let (complaint, isSilent) = subscribe(to: filter, stream) else { continue }
            complaints.append(complaint)
            if isSilent { timeouts += 1 }
        }
        return complaints
    }

    /// A server answers a request that is not allowed with silence; so many are waited for before the rest is left for later.
    private static let patientRequests = 3

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
        "\(client)-" + String(StableHash.of(filter.utf8), radix: 36)
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
        let status = stream.ask { js_GetStreamInfo(&info, $0, name, nil, &code) }
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
                return stream.ask { js_AddStream(nil, $0, &config, nil, nil) }
            }
        }
        guard status == NATS_OK else { throw .request("be made", plan.name, status) }
    }

    /// Makes a durable consumer, or finds it as it was left; says why not, and whether the server said nothing at all.
    private func subscribe(to filter: String, _ stream: borrowing JetStreamContext) -> (String, Bool)? {
        guard let name = Self.stream(of: filter), let subject = NATSSubject.of(filter: filter) else { return nil }
        var config = jsConsumerConfig()
        jsConsumerConfig_Init(&config)
        config.AckPolicy = js_AckExplicit
        config.DeliverPolicy = js_DeliverAll
        config.AckWait = TimeSpan.seconds(30).nanoseconds
        config.MaxAckPending = 64
        let status = Self.consumer(of: filter, client: settings.client).withCString { durable in
            subject.withCString { subject in
                settings.deliverySubject.withCString { delivery in
                    config.Durable = durable
                    // With a name the request's subject says what is asked for, so that a server can confine a box to its own.
                    config.Name = durable
                    config.FilterSubject = subject
                    config.DeliverSubject = delivery
                    return stream.ask { js_AddConsumer(nil, $0, name, &config, nil, nil) }
                }
            }
        }
        guard status != NATS_OK else { return nil }
        let complaint = "Nothing can be received by \(filter) from the stream \(name): \(lastErrorText(status))."
        return (complaint, status == NATS_TIMEOUT)
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
