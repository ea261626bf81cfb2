import Synchronization

/// How a link fares, and who is told of it.
final class LinkRecord: Sendable {
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>.Continuation

    private struct State {
        var condition = LinkCondition()
        var isLinked = false
        /// Batches of which the server confirmed nothing, one after another.
        var unheardBatches = 0
        var isDoubtful = false
    }

    /// Makes a record, and gives the first signal.
    init(_ signals: AsyncStream<Void>.Continuation) {
        self.signals = signals
        signals.yield()
    }

    var condition: LinkCondition { state.withLock { $0.condition } }

    /// Whether the server is there but confirms nothing.
    var isDoubtful: Bool { state.withLock { $0.isDoubtful } }

    func update(_ change: (inout LinkCondition) -> Void) { changeAndSignal { change(&$0.condition) } }

    /// A connection was made and furnished.
    func linked(_ complaints: [String]) {
        changeAndSignal { state in
            state.condition.connections += 1
            state.isLinked = true
            state.unheardBatches = 0
            state.isDoubtful = false
            if !complaints.isEmpty { state.condition.lastFailure = complaints.joined(separator: " ") }
        }
    }

    func unlinked(_ reason: String) {
        changeAndSignal { state in
            state.isLinked = false
            state.condition.lastFailure = reason
        }
    }

    /// The server confirmed something.
    func heard() {
        changeAndSignal { state in
            state.unheardBatches = 0
            state.isDoubtful = false
        }
    }

    /// The server confirmed nothing of a batch; after `limit` of them it counts as down.
    func unheard(_ reason: String, limit: Int) {
        changeAndSignal { state in
            state.unheardBatches += 1
            state.isDoubtful = state.unheardBatches >= limit
            state.condition.lastFailure = reason
        }
    }

    func finish() { signals.finish() }

    private func changeAndSignal(_ change: (inout State) -> Void) {
        let isNews = state.withLock { state in
            let before = state.condition.isConnected
            change(&state)
            state.condition.isConnected = state.isLinked && !state.isDoubtful
            return state.condition.isConnected != before
        }
        if isNews { signals.yield() }
    }
}
