@preconcurrency import Glibc
package import Logging
import NeuronCore

/// Where the daemon's words go: stderr, one line each.
package enum StationLog {
    /// A logger to stderr.
    ///
    /// - Parameter level: one of swift-log's names; anything else is `info`.
    /// - Returns: the logger that everything is given.
    package static func logger(level: String) -> Logger {
        var logger = Logger(label: "neurond") { _ in LineLogHandler() }
        logger.logLevel = Logger.Level(rawValue: level) ?? .info
        return logger
    }
}

/// Writes `2026-11-20T08:00:00.412Z warning camera lost camera=gate reason=timedOut`: time, level, what, and which.
///
/// swift-log's own handler puts the metadata before the message and the process's time zone before both; a line that is
/// read at three in the morning begins with what happened.
private struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let clock = SystemClock()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }
        let line = "\(clock.wallNow()) \(event.level) \(singleLine("\(event.message)"))\(fields.joined())\n"
        // One write per line, so that lines of several threads do not mix.
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func quoted(_ value: String) -> String {
        let text = singleLine(value)
        return text.contains(" ") || text.isEmpty ? "\"\(text)\"" : text
    }

    /// What a camera or a library says must not be able to begin a line of its own.
    private func singleLine(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}
