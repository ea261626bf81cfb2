@preconcurrency import Glibc
package import Logging
import NeuronCore
import Synchronization

/// Where the daemon's words go: systemd's journal where stderr is connected to it, else stderr, one line each.
package enum StationLog {
    private static let rank = Atomic<Int>(Logger.Level.info.rank)

    /// The least important kind that is written; a change holds for every logger that was not given a level of its own.
    package static var level: Logger.Level {
        get { Logger.Level.allCases[rank.load(ordering: .relaxed)] }
        set { rank.store(newValue.rank, ordering: .relaxed) }
    }

    /// A logger to the journal or to stderr.
    ///
    /// - Parameter level: one of swift-log's names; anything else is `info`.
    /// - Returns: the logger that everything is given.
    package static func logger(level: String) -> Logger {
        self.level = Logger.Level(rawValue: level) ?? .info
        let journal = Journal.ours(environment: ProcessEnvironment.current)
        return Logger(label: "neurond") { _ in
            guard let journal else { return LineLogHandler() }
            return JournalLogHandler(journal: journal, substitute: LineLogHandler())
        }
    }
}

extension Logger.Level {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 2 }
}

/// Writes `2026-11-20T08:00:00.412Z warning camera lost camera=gate reason=timedOut`: time, level, what, and which.
///
/// swift-log's own handler puts the metadata before the message and the process's time zone before both; a line that is
/// read at three in the morning begins with what happened.
struct LineLogHandler: LogHandler {
    var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]
    private let clock = SystemClock()

    var logLevel: Logger.Level {
        get { ownLevel ?? StationLog.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }
        let line = "\(clock.wallNow()) \(event.level) \(Self.singleLine("\(event.message)"))\(fields.joined())\n"
        // One write per line, so that lines of several threads do not mix.
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// A value as it stands behind its key.
    static func quoted(_ value: String) -> String {
        let text = singleLine(value)
        return text.contains(" ") || text.isEmpty ? "\"\(text)\"" : text
    }

    /// What a camera or a library says must not be able to begin a line of its own.
    private static func singleLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
