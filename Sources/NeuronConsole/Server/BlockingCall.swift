import NIOCore
import NIOPosix
import NeuronCore

/// Runs what waits for a disk, or takes long, on threads for that and not on Swift's.
enum BlockingCall {
    /// Runs a short call on one of NIO's threads.
    static func run<Value: Sendable>(_ call: @escaping @Sendable () -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive { call() }
    }

    /// Runs a long call on a thread of its own: there are few of NIO's, and pictures and clips are read on them.
    static func runAlone<Value: Sendable>(
        _ name: String,
        _ call: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { done in
            _ = DedicatedThread(name: name) { done.resume(returning: call()) }
        }
    }
}
