import NIOCore
import NIOPosix

/// Runs what waits for a disk on NIO's threads for that, and not on Swift's.
enum BlockingCall {
    /// Runs a call.
    static func run<Value: Sendable>(_ call: @escaping @Sendable () -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive { call() }
    }
}
