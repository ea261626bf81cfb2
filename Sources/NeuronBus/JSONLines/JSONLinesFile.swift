import Glibc
package import NeuronCore
import Synchronization

/// Appends alerts to a file, one line of JSON each, and keeps a number of older files.
///
/// When ``deliver(_:)`` returns, the lines are flushed to the medium. After a crash a line may be there twice, with the same
/// id and the same bytes; a torn last line is cut off when the file is opened. When the file is renamed or removed by
/// somebody else, as logrotate does, the next batch goes to a new one. Full files are `alerts.jsonl.1` (the youngest),
/// `alerts.jsonl.2` and so on.
package final class JSONLinesFile: AlertSink {
    package let name: String
    private let path: String
    private let rotateBytes: Int64
    private let rotation: FileRotation
    private let state = Mutex(State())

    private let isClosed = Atomic<Bool>(false)

    private struct State: ~Copyable {
        var file: LinesFile?
    }

    /// Makes a sink; nothing is opened before the first batch or ``prepare()``.
    ///
    /// - Parameters:
    ///   - name: the sink's name in the outbox.
    ///   - path: the file; missing folders are made with mode 0750.
    ///   - rotateBytes: a file is set aside before a line would make it longer; a line that is longer by itself gets a
    ///     file of its own.
    ///   - keepFiles: how many full files are kept beside the current one, at least 1; older ones are removed.
    package init(name: String, path: String, rotateBytes: Int64 = 64 << 20, keepFiles: Int = 8) {
        self.name = name
        self.path = path
        self.rotateBytes = max(1, rotateBytes)
        rotation = FileRotation(path: path, keepFiles: max(1, keepFiles))
    }

    /// Opens the file, so that a wrong path shows at the start and not with the first alert.
    package func prepare() async throws {
        defer { letGoIfClosed() }
        try await onOwnThread(named: threadName) { () throws(JSONLinesError) in
            try self.state.withLock { state throws(JSONLinesError) in try self.openIfNeeded(&state) }
        }
    }

    @discardableResult
    package func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        // It may have been closed in the meantime, by somebody who could not wait.
        defer { letGoIfClosed() }
        try await onOwnThread(named: threadName) { () throws(JSONLinesError) in
            try self.state.withLock { state throws(JSONLinesError) in
                do throws(JSONLinesError) {
                    try self.append(alerts, &state)
                } catch {
                    // What the file ends with is unknown now; opening it again finds out and repairs it.
                    state.file = nil
                    throw error
                }
            }
        }
        return .all(alerts)
    }

    /// Writes nothing more; a batch that is under way ends by itself, for a disk may hold it as long as it likes.
    package func close() async {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        letGoIfClosed()
    }

    private func letGoIfClosed() {
        guard isClosed.load(ordering: .sequentiallyConsistent) else { return }
        _ = state.withLockIfAvailable { $0.file = nil }
    }

    private var threadName: String { "sink-" + name }

    private func append(_ alerts: [StoredAlert], _ state: inout State) throws(JSONLinesError) {
        try openIfNeeded(&state)
        var lines: [UInt8] = []
        for alert in alerts {
            let size = (state.file?.size ?? 0) + Int64(lines.count)
            if size > 0, size + Int64(alert.body.count) + 1 > rotateBytes {
                try write(lines, &state)
                lines = []
                try rotate(&state)
            }
            lines += alert.body
            lines.append(lineEnd)
        }
        try write(lines, &state)
    }

    private func openIfNeeded(_ state: inout State) throws(JSONLinesError) {
        guard !isClosed.load(ordering: .relaxed) else {
            throw JSONLinesError(.closed, "The sink '\(name)' is closed: nothing more is written to \(path).")
        }
        do throws(SystemError) {
            if let isCurrent = try state.file?.isAt(path), isCurrent { return }
            state.file = nil
            try Directories.make(Directories.parent(of: path), mode: 0o750)
        } catch {
            throw .system(error)
        }
        state.file = try LinesFile(path: path)
    }

    private func write(_ lines: [UInt8], _ state: inout State) throws(JSONLinesError) {
        do throws(SystemError) {
            try state.file?.append(lines)
            try state.file?.synchronise()
        } catch {
            throw .system(error)
        }
    }

    private func rotate(_ state: inout State) throws(JSONLinesError) {
        state.file = nil
        do throws(SystemError) {
            try rotation.run()
        } catch {
            throw .system(error)
        }
        state.file = try LinesFile(path: path)
    }
}
