import FoundationEssentials
import NeuronCore

/// Which cameras tell motion and plates; kept over restarts.
///
/// Tampering and a lost camera are told in any case: whoever disarms a camera wants peace, not blindness.
struct ArmedState: Sendable, Hashable {
    /// Sources of the cameras that are disarmed.
    private(set) var disarmed: Set<String> = []
    /// Alerts whose start was not told, so that their end isn't either.
    private var muted = MutedAlerts()

    func isArmed(_ source: String) -> Bool { !disarmed.contains(source) }

    mutating func arm(_ sources: some Sequence<String>) { disarmed.subtract(sources) }

    mutating func disarm(_ sources: some Sequence<String>) { disarmed.formUnion(sources) }

    /// What of a batch is to be told.
    ///
    /// An alert that was begun before its camera was disarmed goes on to its end, and one that began while it was stays untold.
    mutating func admitted(_ drafts: [AlertDraft]) -> [AlertDraft] {
        drafts.filter { !muted.mutes($0, isDisarmed: disarmed.contains($0.source)) }
    }

    /// Forgets alerts that are over; once their batch is committed, as one that failed comes again.
    mutating func settle(_ drafts: [AlertDraft]) { muted.settle(drafts) }

    // MARK: - As the outbox keeps it

    /// No ULID begins with it, and it sorts behind all of them.
    static let documentID = "~disarmed"

    private struct Kept: Codable {
        var disarmed: [String]
    }

    init() {}

    /// Reads what was kept; what can't be read disarms nothing.
    init(decoding bytes: [UInt8]) {
        guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(bytes)) else { return }
        disarmed = Set(kept.disarmed)
    }

    var encoded: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(Kept(disarmed: disarmed.sorted()))).map { Array($0) } ?? []
    }
}
