import NeuronConsole
import NeuronOutbox
import Synchronization

/// Counts what is handed to sinks, and knows which of them fail.
final class SinkMeter: Sendable {
    private let records = Mutex<[String: Record]>([:])

    private struct Record {
        var tally = SinkTally()
        /// Why it took nothing when it was tried last; nil where it took something.
        var failure: String?
    }

    init() {}

    /// What became of a batch.
    func note(_ outcome: DeliveryOutcome, of sink: String) {
        change(sink) { record in
            record.tally.delivered += outcome.accepted - outcome.resent
            record.tally.redelivered += outcome.leftOver + outcome.resent
            record.tally.refused += outcome.parked.count
            if outcome.isProgress { record.failure = nil }
        }
    }

    /// So many events have to be handed over again, as nobody knows what became of them.
    func noteReturned(_ count: Int, of sink: String) { change(sink) { $0.tally.redelivered += count } }

    /// It failed and is left alone for a while.
    func noteFailure(of sink: String, because reason: String) {
        change(sink) { record in
            record.tally.failures += 1
            record.failure = reason
        }
    }

    private func change(_ sink: String, _ body: (inout Record) -> Void) {
        records.withLock { body(&$0[sink, default: Record()]) }
    }

    /// What was handed to a sink so far.
    subscript(sink: String) -> SinkTally { records.withLock { $0[sink]?.tally ?? SinkTally() } }

    /// Why a sink takes nothing; nil where it does, or was never tried.
    func failure(of sink: String) -> String? { records.withLock { $0[sink]?.failure } }
}
