import NeuronMedia
import NeuronOutbox

/// Why the station could not begin what it was asked for, or go on with it.
package struct StationError: Error, Sendable, CustomStringConvertible {
    /// The exit code of sysexits.h that says it best.
    package var exitCode: Int32
    package var description: String

    private init(_ exitCode: Int32, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }

    /// Arguments that cannot be meant as they are: exit 64.
    static func usage(_ text: String) -> StationError { StationError(64, text) }

    /// Data that are not what they should be: exit 65.
    static func badData(_ text: String) -> StationError { StationError(65, text) }

    /// A file that is not there or cannot be read: exit 66.
    static func noInput(_ text: String) -> StationError { StationError(66, text) }

    /// A clip that could not be played: exit 66 where there is none, else 65.
    static func clip(_ error: MediaError) -> StationError { StationError(error.clipExitCode, error.message) }

    /// Something that is needed and cannot be had now: exit 69.
    static func unavailable(_ text: String) -> StationError { StationError(69, text) }

    /// A disk or a file that fails: exit 74.
    static func inputOutput(_ text: String) -> StationError { StationError(74, text) }

    /// An outbox that can't be used.
    init(_ error: OutboxError) {
        switch error.code {
        case .configuration: self = .configuration(error.description)
        case .locked: self = .unavailable(error.description)
        default: self = .inputOutput(error.description)
        }
    }

    /// What ended a daemon that nobody had asked to end; exit 70 where it is a mistake in the program.
    init(ending error: any Error) {
        switch error {
        case let error as StationError: self = error
        case let error as OutboxError: self.init(error)
        default: self.init(70, "A part of the daemon ended by itself, and so the rest was stopped: \(error)")
        }
    }

    /// Settings that only turn out wrong when they are used: exit 78.
    static func configuration(_ text: String) -> StationError { StationError(78, text) }
}
