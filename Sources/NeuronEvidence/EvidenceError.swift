package import NeuronCore

/// Why a piece of evidence was not kept.
package struct EvidenceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the alert says of it.
    package var reason: AlertEvidence.Reason
    /// A full sentence for the log.
    package var message: String

    /// Makes an error of a reason and a sentence.
    package init(_ reason: AlertEvidence.Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// Makes an error of what the system said.
    package init(_ error: SystemError) {
        self.init(error.isOutOfSpace ? .diskFull : .diskError, error.description)
    }

    package var description: String { message }
}
