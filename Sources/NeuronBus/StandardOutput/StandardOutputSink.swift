import Glibc
package import NeuronCore
import Synchronization

/// Writes alerts to standard output, one line of JSON each: best effort.
///
/// An alert counts as delivered when the kernel took its last byte; whether the reader ever looks at it is not known. A
/// reader that has gone away or does not read makes ``deliver(_:)`` throw. A line that the reader has the first part of is
/// finished before anything else, so it only ever sees whole lines. SIGPIPE must be ignored by the process.
package final class StandardOutputSink: AlertSink {
    package let name: String
    private let descriptor: Int32
    private let patienceMilliseconds: Int32
    /// The rest of a line that was begun.
    private let begun = Mutex<[UInt8]>([])

    /// POLLOUT promises room for this much; a longer write could block for as long as the reader likes.
    private static let chunk = Int(PIPE_BUF)

    /// Makes a sink.
    ///
    /// - Parameters:
    ///   - name: the sink's name in the outbox.
    ///   - descriptor: where to write; stays the caller's and open.
    ///   - patience: how long a reader may not read before a batch is given up.
    package init(name: String = "stdout", descriptor: Int32 = STDOUT_FILENO, patience: TimeSpan = .seconds(5)) {
        self.name = name
        self.descriptor = descriptor
        patienceMilliseconds = Int32(clamping: max(0, patience.milliseconds))
    }

    @discardableResult
    package func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        try await onOwnThread(named: "sink-" + name) { () throws(StandardOutputError) in
            try self.begun.withLock { begun throws(StandardOutputError) in
                try self.write(begun, &begun)
                for alert in alerts { try self.write(alert.body + [lineEnd], &begun) }
            }
        }
        return .all(alerts)
    }

    package func close() async {}

    /// Writes one line; `rest` keeps what is missing of it when the write fails after its first byte.
    private func write(_ line: [UInt8], _ rest: inout [UInt8]) throws(StandardOutputError) {
        let isRest = !rest.isEmpty
        var written = 0
        while written < line.count {
            do throws(StandardOutputError) {
                written += try writeSome(line[written...].prefix(Self.chunk))
            } catch {
                rest = written > 0 || isRest ? Array(line[written...]) : []
                throw error
            }
        }
        rest = []
    }

    private func writeSome(_ bytes: ArraySlice<UInt8>) throws(StandardOutputError) -> Int {
        try waitForRoom()
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 { return count }
        let number = errno
        if number == EINTR || number == EAGAIN { return 0 }
        throw StandardOutputError(.writing, SystemError("write to standard output", number: number).description)
    }

    private func waitForRoom() throws(StandardOutputError) {
        var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = poll(&wish, 1, patienceMilliseconds)
        // An error shows when it is written to; an interrupted wait costs a round.
        guard ready == 0 else { return }
        throw StandardOutputError(
            .stalled,
            "Nobody reads standard output: it took nothing for \(patienceMilliseconds) ms. The alerts stay in the outbox."
        )
    }
}

/// Why alerts could not be written to standard output.
package struct StandardOutputError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What a caller can act on.
    package enum Code: Sendable, Hashable {
        /// The reader does not read.
        case stalled
        /// The reader has gone, or what standard output leads to is full or broken.
        case writing
    }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
