import NeuronCore
import Synchronization

/// Alerts that are not told, for they began while their camera was disarmed: pure.
///
/// The desk and the camera each have one, of the same rule: what is not told is not shown either.
struct MutedAlerts: Sendable, Hashable {
    private var ids: Set<String> = []

    private static let kinds = ["org.neurond.motion.", "org.neurond.plate."]

    /// Whether an event is not to be told; events come in their order.
    mutating func mutes(_ draft: AlertDraft, isDisarmed: Bool) -> Bool {
        let isSilent = isDisarmed && Self.kinds.contains { draft.type.hasPrefix($0) }
        switch draft.phase {
        case .opens:
            if isSilent { ids.insert(draft.alertID) } else { ids.remove(draft.alertID) }
            return isSilent
        case .single: return isSilent
        case .continues, .closes: return ids.contains(draft.alertID)
        }
    }

    /// Forgets alerts that are over.
    mutating func settle(_ drafts: some Sequence<AlertDraft>) {
        for draft in drafts where draft.phase == .closes { ids.remove(draft.alertID) }
    }
}

/// Sources of the cameras that are disarmed, for threads that can't wait for the desk.
final class DisarmedSources: Sendable {
    private let sources = Mutex<Set<String>>([])

    /// Whether a source is disarmed now.
    func contains(_ source: String) -> Bool { sources.withLock { $0.contains(source) } }

    /// Takes over what the desk says.
    func become(_ sources: Set<String>) { self.sources.withLock { $0 = sources } }
}
