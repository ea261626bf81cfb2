import NeuronCore

/// Why alerts could not be written to a JSON Lines file.
package struct JSONLinesError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What a caller can act on.
    package enum Code: Sendable, Hashable {
        /// The path names something that alerts must not be written to.
        case unsuitablePath
        /// Another process or another sink writes to the same file.
        case locked
        /// There is no room; delivering works again by itself when there is.
        case full
        /// Anything else that the file system reports.
        case storage
        case closed
    }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func system(_ error: SystemError) -> JSONLinesError {
        JSONLinesError(error.isOutOfSpace ? .full : .storage, error.description)
    }

    static func unsuitable(_ path: String, _ reason: String) -> JSONLinesError {
        JSONLinesError(
            .unsuitablePath,
            "Alerts can't be written to \(path): \(reason). Give the sink the path of an ordinary file, new or its own."
        )
    }

    static func locked(_ path: String) -> JSONLinesError {
        JSONLinesError(
            .locked,
            "Another process or another sink writes to \(path): give each sink a file of its own."
        )
    }
}
