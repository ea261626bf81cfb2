import CLinux
import Glibc
import Synchronization

/// A thread of our own, for work that blocks in a C library and so must not run on Swift's cooperative pool.
///
/// The body runs once. Whoever starts a thread joins it: ``join()`` waits for the body's end.
package final class DedicatedThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: how tools show it, `cam-gate` for example; the kernel keeps 15 bytes.
    ///   - body: what it does; it ends with it.
    package init(name: String, body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, runThread, start.toOpaque())
        precondition(status == 0, "the system refused a thread (error \(status)): is a limit on tasks set too low?")
        handle = Mutex(thread)
    }

    /// Waits until the body has ended; a second call returns at once.
    package func join() {
        let thread = handle.withLock { $0.take() }
        if let thread { pthread_join(thread, nil) }
    }

    deinit {
        if let thread = handle.withLock({ $0.take() }) { pthread_detach(thread) }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    nd_thread_name_set(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
    start.body()
    return nil
}
