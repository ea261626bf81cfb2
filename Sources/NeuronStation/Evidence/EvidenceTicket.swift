package import NeuronCore
import Synchronization

/// What became of a file that was asked for: files, or the reason why there is none.
package struct EvidenceOutcome: Sendable, Hashable {
    package var media: [AlertMedia] = []
    /// Of a clip, the times of its first and its last picture.
    package var start: MediaTime?
    package var end: MediaTime?
    /// Why there is nothing, or not all.
    package var missing: AlertEvidence.Reason?
}

/// The promise of a file, between the thread that asks for it and the one that writes it.
package final class EvidenceTicket: Sendable {
    private let state = Mutex(State.open)

    private enum State {
        case open
        case done(EvidenceOutcome)
        /// Nobody waits any more.
        case cancelled
    }

    package init() {}

    /// What became of it; nil while that is not known.
    package var outcome: EvidenceOutcome? {
        state.withLock { if case .done(let outcome) = $0 { outcome } else { nil } }
    }

    /// Says what became of it; false where nobody waits any more, and it should not be there.
    package func resolve(_ outcome: EvidenceOutcome) -> Bool {
        state.withLock { state in
            if case .cancelled = state { return false }
            state = .done(outcome)
            return true
        }
    }

    /// Waits no longer; what has become of it by now is returned.
    package func cancel() -> EvidenceOutcome? {
        state.withLock { state in
            if case .done(let outcome) = state { return outcome }
            state = .cancelled
            return nil
        }
    }

    var isCancelled: Bool { state.withLock { if case .cancelled = $0 { true } else { false } } }
}
