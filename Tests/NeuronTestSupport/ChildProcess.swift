package import Glibc
package import NeuronCore
import Synchronization

/// A program that runs beside a test, and is killed with its owner.
///
/// Not on Foundation's `Process`, whose `waitUntilExit` may wait for ever where several threads start programs: one that starts
/// just then inherits the socket by which the other's end would be known.
package final class ChildProcess: Sendable {
    package let id: pid_t
    private let guardian: Guardian?
    /// Its exit code, or the signal that ended it; nil as long as its id is its own.
    private let outcome = Mutex<Int32?>(nil)

    /// Kills a program when the tests themselves die: a shell that waits for the end of a pipe, which closes with them.
    private struct Guardian {
        var id: pid_t
        var lifeline: Int32
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: its path, then its arguments.
    ///   - surroundings: what else it gets; it inherits the variables of this process and no descriptor.
    ///   - isGuarded: whether it is killed also when the tests die, for one that would go on without them.
    /// - Throws: `SystemError` if it cannot be started.
    package init(
        _ words: [String],
        _ surroundings: Surroundings = Surroundings(),
        isGuarded: Bool = false
    ) throws(SystemError) {
        let child = try Self.start(words, surroundings)
        id = child
        do {
            guardian = isGuarded ? try Self.guardian(of: child) : nil
        } catch {
            Glibc.kill(child, SIGKILL)
            while waitpid(child, nil, 0) < 0, errno == EINTR {}
            throw error
        }
    }

    deinit { kill() }

    private static func guardian(of id: pid_t) throws(SystemError) -> Guardian {
        let pipe = try ClosedPipe()
        defer { close(pipe.reading) }
        let shell = ["/bin/sh", "-c", "read line; kill -9 \(id)"]
        do {
            return Guardian(id: try start(shell, Surroundings(input: pipe.reading)), lifeline: pipe.writing)
        } catch {
            close(pipe.writing)
            throw error
        }
    }

    /// Whether it has not ended yet.
    package var isRunning: Bool {
        outcome.withLock { outcome in
            guard outcome == nil else { return false }
            var information = siginfo_t()
            while waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) < 0, errno == EINTR {}
            return information.si_signo == 0
        }
    }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) {
        outcome.withLock { outcome in
            if outcome == nil { _ = Glibc.kill(id, number) }
        }
    }

    /// Has it stand still, and returns when all of its threads do: until then it may still answer.
    package func halt() {
        signal(SIGSTOP)
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WSTOPPED | WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// Ends it as a power cut would, and waits for its end.
    package func kill() {
        signal(SIGKILL)
        wait()
    }

    /// Waits until it has ended, and gives its exit code, or the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
        if let outcome = outcome.withLock({ $0 }) { return outcome }
        // Only looks, without the lock, so that it can be signalled meanwhile.
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return outcome.withLock { outcome in
            if let outcome { return outcome }
            let status = reap()
            outcome = status
            return status
        }
    }

    /// Takes both from the system's table; the guardian goes first, for the id may be another program's afterwards.
    private func reap() -> Int32 {
        var status: Int32 = 0
        if let guardian {
            Glibc.kill(guardian.id, SIGKILL)
            while waitpid(guardian.id, &status, 0) < 0, errno == EINTR {}
            close(guardian.lifeline)
        }
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : signal
    }
}
