import CNATS
import NeuronCore
import Synchronization

/// The requests under way on one connection, over which it is not closed.
///
/// Where an answer arrives while another thread closes its connection, libnats 3.4.1 goes on with a subscription that is freed by
/// then, and the process crashes (nats-io/nats.c#637). Any thread may use a gate.
final class RequestGate: Sendable {
    private let state = Mutex(State())
    private let drained = MonotonicSemaphore()

    private struct State {
        var underWay = 0
        var isClosed = false
        /// Whether the answer of one that was given up may still come.
        var hasUnanswered = false
    }

    /// How many requests are under way, and whether more may begin.
    var condition: (underWay: Int, isClosed: Bool) { state.withLock { ($0.underWay, $0.isClosed) } }

    /// Makes a request that blocks until its answer; `NATS_CONNECTION_CLOSED` instead once the gate is closed.
    func pass(_ request: () -> natsStatus) -> natsStatus {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.underWay += 1 }
            return !state.isClosed
        }
        guard isOpen else { return NATS_CONNECTION_CLOSED }
        let status = request()
        end(isAnswered: status != NATS_TIMEOUT)
        return status
    }

    /// Lets no further request begin, and waits for those under way; blocks for so long at most.
    ///
    /// - Returns: whether an answer may still come: of one that is under way or was given up.
    @discardableResult
    func close(within longest: TimeSpan) -> Bool {
        let isBusy = state.withLock { state in
            state.isClosed = true
            return state.underWay > 0
        }
        // Whoever else waits is let through behind this one.
        if isBusy, drained.wait(for: longest) { drained.signal() }
        return state.withLock { $0.underWay > 0 || $0.hasUnanswered }
    }

    private func end(isAnswered: Bool) {
        let isDrained = state.withLock { state in
            state.underWay -= 1
            if !isAnswered { state.hasUnanswered = true }
            return state.isClosed && state.underWay == 0
        }
        if isDrained { drained.signal() }
    }
}
