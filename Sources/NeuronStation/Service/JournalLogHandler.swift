import Glibc
import Logging
import NeuronCore
import Synchronization

/// systemd's journal, as a place for entries with fields.
final class Journal: Sendable {
    private let socket: DatagramSocket
    /// Entries that the journal did not take since the last one that it took.
    private let missed = Atomic<Int>(0)

    /// Where the journal listens.
    static let path = "/run/systemd/journal/socket"

    /// Opens the journal.
    ///
    /// - Throws: where the system refuses a socket.
    init(path: String = Journal.path) throws(SystemError) {
        // Short: a journal that hangs must not hold up cameras.
        socket = try DatagramSocket(to: path, patience: .milliseconds(100))
    }

    /// The journal, where systemd has connected our stderr to it and nobody has redirected that since.
    ///
    /// - Parameter environment: the process's; `JOURNAL_STREAM` names device and inode of what stderr should be.
    /// - Returns: nil where stderr goes elsewhere.
    static func ours(environment: [String: String]) -> Journal? {
        var status = stat()
        guard let stream = environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0 else { return nil }
        return stream == "\(status.st_dev):\(status.st_ino)" ? try? Journal() : nil
    }

    /// Keeps an entry.
    ///
    /// - Returns: false where there is no journal, and somebody else has to tell it. What a journal that hangs has no room for is
    ///   left out and counted in the next entry that it takes.
    func keep(_ entry: JournalEntry) -> Bool {
        var entry = entry
        let count = missed.exchange(0, ordering: .relaxed)
        if count > 0 { entry.add("NEUROND_LEFT_OUT", "\(count)") }
        do throws(SystemError) {
            try send(entry.bytes)
            return true
        } catch {
            missed.wrappingAdd(count + 1, ordering: .relaxed)
            return error.number == EAGAIN
        }
    }

    private func send(_ bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) {
            try socket.send(bytes)
        } catch  where error.number == EMSGSIZE || error.number == ENOBUFS {
            try socket.sendAsFile(bytes)
        }
    }
}

/// Writes to the journal with fields: `NEUROND_CAMERA`, `NEUROND_ALERT` and whatever else a line tells.
///
/// The message has them too, so that `journalctl` shows what the fields say; time and priority are the journal's own.
struct JournalLogHandler: LogHandler {
    let journal: Journal
    /// Takes what the journal can't.
    let substitute: LineLogHandler
    var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]

    var logLevel: Logger.Level {
        get { ownLevel ?? StationLog.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        var entry = JournalEntry()
        let details = all.map { " \($0.key)=\(LineLogHandler.quoted("\($0.value)"))" }
        entry.add("MESSAGE", "\(event.message)\(details.joined())")
        entry.add("PRIORITY", "\(event.level.journalPriority)")
        entry.add("SYSLOG_IDENTIFIER", "neurond")
        for (key, value) in all { entry.add(JournalEntry.fieldName(key), "\(value)") }
        guard !journal.keep(entry) else { return }
        var substitute = substitute
        substitute.metadata = metadata
        substitute.log(event: event)
    }
}

extension Logger.Level {
    /// syslog's number.
    var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
