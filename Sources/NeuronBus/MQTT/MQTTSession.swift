import CMosquitto
import Glibc
import NeuronCore

/// One connection to a broker, from the look-up of its name to its end; lives on the thread that runs it.
final class MQTTSession {
    private let settings: MQTTSettings
    private let clock: any NeuronClock
    private let mailbox: MQTTMailbox
    private let handle: MosquittoHandle
    private var window = MQTTWindow()
    private var subscriptions: [Int32: String] = [:]
    private var failure: MQTTFailure
    /// Why it is over; the first reason counts.
    private var ending: MQTTError?
    /// When the broker let us in.
    private(set) var greeting: MonotonicTime?
    /// The socket took all it could, or TLS waits for the other side: writing is tried again a little later.
    private var isWritingInVain = false
    private var hangUps = 0

    /// Makes what is needed for a connection.
    init(_ settings: MQTTSettings, clock: any NeuronClock, mailbox: MQTTMailbox) throws(MQTTError) {
        handle = try MosquittoHandle.make(settings)
        self.settings = settings
        self.clock = clock
        self.mailbox = mailbox
        failure = MQTTFailure(settings: settings)
    }

    /// Connects, and serves the connection until it ends or the link is closed; gives the reason.
    func run() -> MQTTError {
        handle.listen(for: self)
        let status = handle.connect(settings)
        let greetingDeadline = clock.monotonicNow() + settings.greetingPatience
        if !status.isSuccess { ending = failure.connecting(status) }
        while ending == nil, !mailbox.isClosing {
            for order in mailbox.takeOrders() { send(order) }
            turn(until: greeting == nil ? greetingDeadline : nil)
            checkDeadlines(greetingDeadline)
        }
        if ending == nil { takeLeave() }
        let ending = ending ?? .closed(settings.name)
        window.abandon(ending)
        return ending
    }

    // MARK: One turn

    private func turn(until greetingDeadline: MonotonicTime?) {
        var polled = [
            pollfd(fd: handle.socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard polled[0].fd >= 0 else {
            ending = ending ?? failure.losing(MOSQ_ERR_CONN_LOST.rawValue)
            return
        }
        if handle.wantsWriting, !isWritingInVain { polled[0].events |= Int16(POLLOUT) }
        poll(&polled, 2, waitMilliseconds(until: greetingDeadline))
        if polled[1].revents != 0 { mailbox.wakeUp.clear() }
        serve(Int32(polled[0].revents))
    }

    /// At most a second, for what keeps the connection alive.
    private func waitMilliseconds(until greetingDeadline: MonotonicTime?) -> Int32 {
        if isWritingInVain { return 10 }
        guard let deadline = [greetingDeadline, window.deadline].compactMap(\.self).min() else { return 1000 }
        return Int32(clamping: min(1000, max(0, (deadline - clock.monotonicNow()).milliseconds + 1)))
    }

    private func serve(_ events: Int32) {
        let isTryingAgain = isWritingInVain
        isWritingInVain = false
        if events & ~Int32(POLLOUT) != 0 { check(handle.read()) }
        if ending == nil, isTryingAgain || events & Int32(POLLOUT) != 0 {
            check(handle.write())
            isWritingInVain = ending == nil && handle.wantsWriting
        }
        if ending == nil { check(handle.attend()) }
        // The library ends a connection that hung up; should it ever not, this must not spin.
        hangUps = events & Int32(POLLHUP | POLLERR) == 0 ? 0 : hangUps + 1
        if ending == nil, hangUps > 10 { ending = failure.losing(MOSQ_ERR_CONN_LOST.rawValue) }
    }

    private func check(_ status: MosquittoHandle.Status) {
        guard !status.isSuccess, ending == nil else { return }
        ending = greeting == nil ? failure.connecting(status) : failure.losing(status.code)
    }

    private func checkDeadlines(_ greetingDeadline: MonotonicTime) {
        guard ending == nil else { return }
        let now = clock.monotonicNow()
        if greeting == nil, now >= greetingDeadline {
            ending = .noGreeting(settings)
        } else if let deadline = window.deadline, now >= deadline {
            // A message can't be sent again on the same connection, and a late answer must not meet a later message.
            ending = .unanswered(settings, window.missing)
        }
    }

    /// Says farewell and waits a moment for it to leave.
    private func takeLeave() {
        handle.disconnect()
        let deadline = clock.monotonicNow() + .seconds(1)
        while handle.socket >= 0, handle.wantsWriting, clock.monotonicNow() < deadline {
            var polled = pollfd(fd: handle.socket, events: Int16(POLLOUT), revents: 0)
            poll(&polled, 1, 100)
            guard handle.write().isSuccess else { return }
        }
    }

    // MARK: Sending

    private func send(_ order: MQTTOrder) {
        var sent: [Result<Int32, MQTTRefusal>] = []
        for publication in order.publications {
            let (status, id) = handle.publish(publication)
            if let refusal = failure.refusing(status, publication) {
                sent.append(.failure(refusal))
            } else {
                // Whatever else went wrong, the library has queued it: it may arrive.
                sent.append(.success(id))
                if !status.isCode(MOSQ_ERR_NO_CONN) { check(status) }
            }
        }
        window.note(order, sent)
    }

    // MARK: Called back, inside a call of ours

    static func of(_ owner: UnsafeMutableRawPointer?) -> MQTTSession? {
        // Not retained: see MosquittoHandle.listen(for:).
        owner.map { Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
    }

    func greeted(_ reason: UInt8) {
        guard reason == 0 else {
            ending = failure.rejecting(MQTTReason(code: reason))
            return
        }
        for filter in settings.subscriptions {
            let (status, id) = handle.subscribe(filter)
            if status.isSuccess { subscriptions[id] = filter } else { notSubscribed(filter, "it is no filter of MQTT") }
        }
        // Behind the subscriptions: who reads it knows that commands arrive.
        if let topic = settings.willTopic {
            _ = handle.publish(
                MQTTPublication(
                    topic: topic,
                    payload: PresenceWord.online,
                    isRetained: true,
                    contentType: "text/plain; charset=utf-8"
                )
            )
        }
        greeting = clock.monotonicNow()
        mailbox.connected()
    }

    func parted(_ reason: Int32) {
        guard ending == nil else { return }
        ending = greeting == nil ? failure.connecting(.init(reason)) : failure.losing(reason)
    }

    func acknowledged(_ id: Int32, _ reason: MQTTReason) {
        if !window.note(id, reason), reason.code >= 0x80, let topic = settings.willTopic {
            mailbox.note(
                failure: "The broker at \(settings) refused '\(topic)' (\(reason)): allow this box to write it."
            )
        }
    }

    func subscribed(_ id: Int32, _ reason: MQTTReason) {
        guard let filter = subscriptions.removeValue(forKey: id), reason.code >= 0x80 else { return }
        notSubscribed(filter, "\(reason)")
    }

    private func notSubscribed(_ filter: String, _ reason: String) {
        mailbox.note(
            failure: "The broker at \(settings) gives us nothing of '\(filter)' (\(reason)): allow this box to read it."
        )
    }

    func received(_ message: mosquitto_message, _ properties: OpaquePointer?) {
        let count = Int(message.payloadlen)
        guard count <= BusMessage.longestPayload, let text = message.topic,
            let topic = BusTopic(mqtt: String(cString: text))
        else {
            mailbox.countDropped()
            return
        }
        mailbox.received(
            BusMessage(
                link: settings.name,
                topic: topic,
                payload: Array(UnsafeRawBufferPointer(start: message.payload, count: count)),
                responseTopic: MosquittoProperties.text(MQTT_PROP_RESPONSE_TOPIC, in: properties),
                correlation: MosquittoProperties.bytes(MQTT_PROP_CORRELATION_DATA, in: properties)
            )
        )
    }

    func complained(_ text: String) { failure.note(text, verification: handle.verification) }
}
