import Synchronization

/// Work that may never come back, such as a write to a network disk that is gone, and that its caller can be called away from.
///
/// What was left goes on by itself, and whatever comes of it is nobody's.
final class LeavableWork<Value: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isLeft = false
        var caller: CheckedContinuation<Value, any Error>?
    }

    /// Does something and waits for its end, one caller at a time; cancelling the caller cancels what it does.
    ///
    /// - Throws: what the work throws; `LeftBehind` once ``leave()`` was called.
    func run(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard !state.withLock(\.isLeft) else { throw LeftBehind() }
        let task = Task { try await work() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { caller in
                let isLeft = state.withLock { state in
                    if !state.isLeft { state.caller = caller }
                    return state.isLeft
                }
                guard !isLeft else { return caller.resume(throwing: LeftBehind()) }
                Task {
                    let result = await task.result
                    self.takeCaller()?.resume(with: result)
                }
            }
        } onCancel: {
            task.cancel()
        }
    }

    /// Lets whoever waits go on, now and later.
    func leave() { takeCaller(leaving: true)?.resume(throwing: LeftBehind()) }

    private func takeCaller(leaving isLeft: Bool = false) -> CheckedContinuation<Value, any Error>? {
        state.withLock { state in
            state.isLeft = state.isLeft || isLeft
            return state.caller.take()
        }
    }
}

/// Something that did not end in time.
struct LeftBehind: Error, CustomStringConvertible {
    let description = "it did not answer in time and was left behind."
}
