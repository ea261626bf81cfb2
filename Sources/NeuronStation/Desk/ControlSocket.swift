import Dispatch
import Glibc
package import Logging
package import NeuronCore
import Synchronization

/// The socket by which `neurond alerts` speaks to the daemon: one line of JSON in, one line out.
///
/// Only the daemon's own user may connect (mode 0600). One thread serves one caller after the other; a caller that sends too much,
/// too slowly or nothing is cut off.
package final class ControlSocket: Sendable {
    private let descriptor: Int32
    private let path: String
    private let logger: Logger
    private let answer: @Sendable ([UInt8]) async -> [UInt8]
    private let isStopped = Atomic<Bool>(false)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// The socket's name in the state folder.
    package static let name = "control.sock"
    private let patience: TimeSpan

    /// Makes the socket; one that an earlier run left is replaced.
    ///
    /// - Parameters:
    ///   - path: in the state folder; at most 107 bytes.
    ///   - patience: what a caller may take for its line, and the desk for its answer.
    ///   - logger: for callers that are cut off.
    ///   - answer: gives the answer to a line, both without a line end.
    /// - Throws: what the system said.
    package init(
        path: String,
        patience: TimeSpan = .seconds(10),
        logger: Logger,
        answer: @escaping @Sendable ([UInt8]) async -> [UInt8]
    ) throws(SystemError) {
        var address = try UnixAddress(path: path)
        descriptor = try UnixAddress.makeSocket()
        self.path = path
        self.patience = patience
        self.logger = logger
        self.answer = answer
        unlink(path)
        // Before it has a name: between bind and chmod anybody could connect. Linux gives the name the socket's own mode, and
        // the process's mask, which would be that of all other threads' files too, takes nothing more from it.
        guard fchmod(descriptor, 0o600) == 0,
            address.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0, listen(descriptor, 4) == 0
        else {
            let error = SystemError("listen at \(path)")
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Begins to answer.
    package func start() {
        thread.withLock { thread in
            if thread == nil { thread = DedicatedThread(name: "control") { self.serve() } }
        }
    }

    /// Ends the thread and takes the socket away; blocks until the caller under way is done with.
    package func stop() {
        isStopped.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
        unlink(path)
    }

    private func serve() {
        while !isStopped.load(ordering: .acquiring) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            let caller = accept(descriptor, nil, nil)
            guard caller >= 0 else { continue }
            _ = fcntl(caller, F_SETFD, FD_CLOEXEC)
            _ = fcntl(caller, F_SETFL, O_NONBLOCK)
            // A caller that says nothing must not hold up a stop; one that is being answered gets its answer.
            serve(ControlConnection(descriptor: caller) { self.isStopped.load(ordering: .acquiring) })
        }
    }

    private func serve(_ connection: consuming ControlConnection) {
        let deadline = SystemClock().monotonicNow() + patience
        do throws(SystemError) {
            let line = try connection.readLine(until: deadline)
            guard let reply = wait(for: line) else {
                return logger.warning("the control socket's caller got no answer in time")
            }
            try connection.write(reply + [UInt8(ascii: "\n")], until: deadline)
        } catch {
            logger.info("a caller of the control socket was cut off: \(error)")
        }
    }

    /// The thread waits for the desk, which is Swift concurrency; never the other way round.
    private func wait(for line: [UInt8]) -> [UInt8]? {
        let done = DispatchSemaphore(value: 0)
        let reply = Reply()
        let answer = answer
        Task {
            let bytes = await answer(line)
            reply.bytes.withLock { $0 = bytes }
            done.signal()
        }
        guard done.wait(timeout: .now() + .nanoseconds(Int(patience.nanoseconds))) == .success else { return nil }
        return reply.bytes.withLock { $0 }
    }

    private final class Reply: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }
}

/// The other end: what `neurond alerts` does.
package enum ControlClient {
    /// Asks the daemon and waits for its answer.
    ///
    /// - Parameters:
    ///   - path: of the socket.
    ///   - line: without a line end.
    ///   - patience: for how long.
    /// - Returns: the answer's line; nil where no daemon listens.
    /// - Throws: what the system said.
    package static func ask(
        _ path: String,
        _ line: [UInt8],
        patience: TimeSpan = .seconds(15)
    ) throws(SystemError) -> [UInt8]? {
        var address = try UnixAddress(path: path)
        let connection = ControlConnection(descriptor: try UnixAddress.makeSocket())
        guard try connection.connect(to: &address) else { return nil }
        let deadline = SystemClock().monotonicNow() + patience
        try connection.write(line + [UInt8(ascii: "\n")], until: deadline)
        return try connection.readLine(until: deadline)
    }
}
