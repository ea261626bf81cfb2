import NeuronIncidents
import Synchronization

/// What operators and deadlines have changed lately, for those who follow it.
///
/// A bounded ring: who is too slow misses the oldest, is told so, and asks the desk itself.
package final class DeskNews: Sendable {
    private let state = Mutex(State())

    private struct State {
        var documents: [AlertDocument] = []
        /// Changes that came before the first of them.
        var forgotten = 0
    }

    /// Changes that are kept.
    static let most = 256

    init() {}

    /// A document has changed.
    func post(_ document: AlertDocument) {
        state.withLock { state in
            if state.documents.count == Self.most {
                state.documents.removeFirst()
                state.forgotten += 1
            }
            state.documents.append(document)
        }
    }

    /// How many changes there have been so far.
    var count: Int { state.withLock { $0.forgotten + $0.documents.count } }

    /// What came after a count of changes.
    struct Page: Sendable {
        var documents: [AlertDocument]
        /// What to ask with next.
        var count: Int
        /// Whether changes before these documents are forgotten.
        var hasGap: Bool
    }

    /// The changes that came after so many.
    func changes(after count: Int) -> Page {
        state.withLock { state in
            Page(
                documents: Array(state.documents.dropFirst(max(0, count - state.forgotten))),
                count: state.forgotten + state.documents.count,
                hasGap: count < state.forgotten
            )
        }
    }
}
