import Synchronization

/// What one connection's callbacks said: answers to the batch under way, and its end.
final class SessionBoard: SessionListener {
    private let state = Mutex(State())
    private let stream: String
    private let inbox: NATSInbox
    private let complain: @Sendable (String) -> Void

    private struct State {
        var batches = 0
        var window: AckWindow?
        /// When the last event of the batch under way was sent.
        var sent: ContinuousClock.Instant?
        var caller: CheckedContinuation<AckWindow, Never>?
        var end: String?
        var waiter: CheckedContinuation<String, Never>?
    }

    /// Makes a board.
    ///
    /// - Parameters:
    ///   - stream: the one whose word counts.
    ///   - inbox: where messages go.
    ///   - complain: told what the server or libnats finds fault with.
    init(stream: String, inbox: NATSInbox, complain: @escaping @Sendable (String) -> Void) {
        self.stream = stream
        self.inbox = inbox
        self.complain = complain
    }

    /// The reason why the connection is over; nil while it is not.
    var end: String? { state.withLock { $0.end } }

    /// Waits until the connection is over; one caller.
    func waitForEnd() async -> String {
        await withCheckedContinuation { waiter in
            let end = state.withLock { state in
                if state.end == nil { state.waiter = waiter }
                return state.end
            }
            if let end { waiter.resume(returning: end) }
        }
    }

    /// Begins a batch, of which ``result()`` then tells.
    ///
    /// - Returns: the batch's number.
    func begin(_ events: [NATSEvent]) -> Int {
        state.withLock { state in
            state.batches += 1
            state.window = AckWindow(number: state.batches, events)
            state.sent = nil
            if let end = state.end { state.window?.abandon(end) }
            return state.batches
        }
    }

    /// Waits until the fate of each event of the batch under way is known.
    func result() async -> AckWindow {
        await withCheckedContinuation { caller in change { $0.caller = caller } }
    }

    /// Whether answers of a batch are still waited for.
    func isOpen(_ batch: Int) -> Bool { state.withLock { $0.window?.number == batch } }

    /// Takes that all events of a batch were sent, as far as that is possible.
    func sent(_ batch: Int) {
        change { state in
            if state.window?.number == batch { state.sent = .now }
        }
    }

    /// When the last event of a batch was sent; nil while they are being sent.
    func timeSent(_ batch: Int) -> ContinuousClock.Instant? {
        state.withLock { $0.window?.number == batch ? $0.sent : nil }
    }

    /// Gives up what has no answer yet: the server is silent.
    func expire(_ batch: Int) {
        change { state in
            if state.window?.number == batch { state.window?.expire() }
        }
    }

    func stored(batch: Int, row: Int64, in stream: String) {
        let isOurs = stream == self.stream
        let reason = isOurs ? "" : foreign(stream, insteadOf: self.stream)
        heard(batch: batch, row: row, isOurs ? .stored : .failed(reason))
    }

    func heard(batch: Int, row: Int64, _ outcome: AckWindow.Outcome) {
        change { state in
            if state.window?.number == batch { state.window?.settle(row, outcome) }
        }
    }

    func received(_ message: borrowing NATSMessage) -> String? { inbox.offer(message) }

    func failed(_ reason: String) {
        if let subject = Self.forbiddenSubject(in: reason) {
            let reason = "The NATS server does not let this user publish to \(subject)."
            change { $0.window?.forbid(subject, reason: reason) }
        }
        complain("The NATS server or libnats says: \(reason).")
    }

    func closed(_ reason: String) {
        let waiter = state.withLock { state in
            state.end = state.end ?? reason
            return state.waiter.take()
        }
        change { $0.window?.abandon(reason) }
        waiter?.resume(returning: reason)
    }

    /// Changes the batch under way, and lets its caller go on when it is complete.
    private func change(_ body: (inout State) -> Void) {
        let finished = state.withLock { state -> (CheckedContinuation<AckWindow, Never>, AckWindow)? in
            body(&state)
            guard let window = state.window, window.isComplete, let caller = state.caller.take() else { return nil }
            state.window = nil
            return (caller, window)
        }
        if let (caller, window) = finished { caller.resume(returning: window) }
    }

    /// The subject in `Permissions Violation for Publish to "nd.v1..."`.
    static func forbiddenSubject(in text: String) -> String? {
        guard text.lowercased().contains("permissions violation for publish") else { return nil }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : nil
    }
}
