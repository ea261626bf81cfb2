package import Logging

/// Where the daemon's words go.
package enum StationLog {
    /// A logger to stderr.
    ///
    /// - Parameter level: one of swift-log's names; anything else is `info`.
    /// - Returns: the logger that everything is given.
    package static func logger(level: String) -> Logger {
        var logger = Logger(label: "neurond") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: level) ?? .info
        return logger
    }
}
