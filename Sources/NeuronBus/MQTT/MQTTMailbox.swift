import Glibc
import NeuronCore
import Synchronization

/// Between those who say and hear something and the thread that holds the connection.
final class MQTTMailbox: Sendable {
    let wakeUp: WakeUp
    let messages: AsyncStream<BusMessage>
    let changes: AsyncStream<Void>
    /// Ends with the thread.
    let end: AsyncStream<Void>
    private let settings: MQTTSettings
    private let messageEntry: AsyncStream<BusMessage>.Continuation
    private let changeEntry: AsyncStream<Void>.Continuation
    private let endEntry: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    private struct State {
        var condition = LinkCondition()
        var orders: [MQTTOrder] = []
        var isClosing = false
    }

    /// What comes while this many wait is dropped: at most 17 MB of them.
    static let longestQueue = 256
    /// More orders at once than this are no use of a bus beside the alerts.
    static let mostOrders = 256

    init(_ settings: MQTTSettings) throws(SystemError) {
        wakeUp = try WakeUp()
        self.settings = settings
        (messages, messageEntry) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.longestQueue))
        (changes, changeEntry) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (end, endEntry) = AsyncStream.makeStream()
        changeEntry.yield()
    }

    var condition: LinkCondition { state.withLock(\.condition) }
    var isClosing: Bool { state.withLock(\.isClosing) }

    // MARK: From outside

    /// Hands an order to the thread, which answers it.
    ///
    /// - Throws: when there is nobody to take it; it is not answered then.
    func post(_ order: MQTTOrder) throws(MQTTError) {
        try state.withLock { state throws(MQTTError) in
            guard !state.isClosing else { throw .closed(settings.name) }
            guard state.condition.isConnected else { throw .notConnected(settings, since: state.condition.lastFailure) }
            guard state.orders.count < Self.mostOrders else { throw .busy(settings) }
            state.orders.append(order)
        }
        wakeUp.ring()
    }

    /// Has the thread take leave and end.
    func close() {
        state.withLock { $0.isClosing = true }
        wakeUp.ring()
    }

    /// Notes events that the broker took and threw away.
    func countUnheard(_ count: Int) { state.withLock { $0.condition.unheardEvents += count } }

    // MARK: From the thread

    func takeOrders() -> [MQTTOrder] {
        state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
    }

    func connected() {
        state.withLock { state in
            state.condition.isConnected = true
            state.condition.connections += 1
        }
        changeEntry.yield()
    }

    /// From here on orders are refused; those that came too late for the connection are answered.
    func disconnected(_ error: MQTTError) {
        let (wasConnected, orders) = state.withLock { state in
            let before = (state.condition.isConnected, state.orders)
            state.condition.isConnected = false
            state.condition.lastFailure = error.description
            state.orders = []
            return before
        }
        for order in orders { order.answer(order.publications.map { _ in .unanswered }, error) }
        if wasConnected { changeEntry.yield() }
    }

    func note(failure: String) { state.withLock { $0.condition.lastFailure = failure } }

    func received(_ message: BusMessage) {
        guard message.isBounded else { return countDropped() }
        if case .dropped = messageEntry.yield(message) { countDropped() }
    }

    func countDropped() { state.withLock { $0.condition.droppedMessages += 1 } }

    /// Waits until the time is over or the link is closed.
    func rest(upTo time: TimeSpan) {
        var polled = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, Int32(clamping: time.milliseconds))
        wakeUp.clear()
    }

    /// The thread has ended.
    func ended() {
        messageEntry.finish()
        changeEntry.finish()
        endEntry.finish()
    }
}
