import NeuronConsole
import NeuronOutbox
import Synchronization

/// Counts what is handed to sinks.
final class SinkMeter: Sendable {
    private let tallies = Mutex<[String: SinkTally]>([:])

    init() {}

    /// What became of a batch.
    func note(_ outcome: DeliveryOutcome, of sink: String) {
        tallies.withLock { tallies in
            tallies[sink, default: SinkTally()].delivered += outcome.accepted
            tallies[sink, default: SinkTally()].redelivered += outcome.leftOver
            tallies[sink, default: SinkTally()].refused += outcome.parked.count
        }
    }

    /// It failed and is left alone for a while.
    func noteFailure(of sink: String) { tallies.withLock { $0[sink, default: SinkTally()].failures += 1 } }

    /// What was handed to a sink so far.
    subscript(sink: String) -> SinkTally { tallies.withLock { $0[sink] ?? SinkTally() } }
}
