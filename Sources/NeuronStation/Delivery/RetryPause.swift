import Synchronization

/// The pauses between attempts, which all end at once when there is no time left for them.
final class RetryPause: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isOver = false
        var wait: Task<Void, any Error>?
    }

    /// Whether there is no time left.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Waits, one caller at a time; not at all when it is over.
    func wait(for duration: Duration) async {
        let wait = Task { try await Task.sleep(for: duration) }
        let isOver = state.withLock { state in
            state.wait = wait
            return state.isOver
        }
        if isOver { wait.cancel() }
        _ = await wait.result
    }

    /// Ends the pause under way and every later one.
    func end() {
        let wait = state.withLock { state in
            state.isOver = true
            return state.wait
        }
        wait?.cancel()
    }
}
