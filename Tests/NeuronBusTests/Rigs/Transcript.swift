import Foundation
import Glibc

/// Lines that come in by and by, and whoever waits for one.
///
/// The lock is Foundation's: ThreadSanitizer takes a contended Mutex of Swift for a race (scripts/sanitize says why), and
/// this one is contended. Unchecked, for the compiler can't see that all state is behind it.
final class Transcript: @unchecked Sendable {
    private struct State {
        var lines: [String] = []
        var rest = Data()
        var waiters: [(test: @Sendable ([String]) -> Bool, caller: CheckedContinuation<Void, Never>)] = []
    }

    private var state = State()
    private let lock = NSLock()

    /// All whole lines so far.
    var lines: [String] { lock.withLock { state.lines } }

    /// Returns when the lines so far satisfy a condition; the time limit of the test bounds the wait.
    func waits(until test: @escaping @Sendable ([String]) -> Bool) async {
        await withCheckedContinuation { caller in
            let isSatisfied = lock.withLock {
                if test(state.lines) { return true }
                state.waiters.append((test, caller))
                return false
            }
            if isSatisfied { caller.resume() }
        }
    }

    /// Returns when a line holds a text.
    func waits(for text: String) async { await waits { $0.contains { $0.contains(text) } } }

    /// Takes what comes until all writers have gone; blocks until then.
    func takeAll(of descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            take(Data(buffer[..<count]))
        }
    }

    private func take(_ bytes: Data) {
        let satisfied = lock.withLock {
            state.rest += bytes
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
                state.rest = Data(state.rest[(end + 1)...])
            }
            let lines = state.lines
            let satisfied = state.waiters.filter { $0.test(lines) }
            state.waiters.removeAll { $0.test(lines) }
            return satisfied
        }
        for waiter in satisfied { waiter.caller.resume() }
    }
}
