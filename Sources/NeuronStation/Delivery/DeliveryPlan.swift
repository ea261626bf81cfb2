import NeuronCore
import NeuronOutbox

/// When a sink is tried again and when its operator is told: pure, one per sink.
struct DeliveryPlan {
    /// For `Outbox.next`: nil as long as all that waits is backlog.
    private(set) var freshAfter: Int64?
    private(set) var failures = 0
    private var notBefore: MonotonicTime?
    /// How many receipts had come when the operator was told that they fail to come.
    private var receiptsAtAlarm: Int?

    static let shortestWait = TimeSpan.milliseconds(250)
    static let longestWait = TimeSpan.seconds(30)

    /// How long the sink is left alone yet; nil when it may be tried.
    func remainingWait(at now: MonotonicTime) -> TimeSpan? {
        guard let notBefore, notBefore > now else { return nil }
        return notBefore - now
    }

    /// The sink took or refused something, or nothing was to be done.
    mutating func succeeded(with batch: DeliveryBatch) {
        freshAfter = batch.freshAfter
        failures = 0
        notBefore = nil
    }

    /// The sink took nothing.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - jitter: 0 to 1, so that many boxes don't come back to a broker at one moment.
    /// - Returns: how long it is left alone, from three quarters of the full wait up to all of it.
    mutating func failed(at now: MonotonicTime, jitter: Double) -> TimeSpan {
        let full = min(Self.longestWait, Self.shortestWait * (1 << Int64(min(failures, 10))))
        let part = min(max(jitter, 0), 1) * Double(full.nanoseconds / 4)
        let wait = full - TimeSpan(nanoseconds: Int64(part))
        failures += 1
        freshAfter = nil
        notBefore = now + wait
        return wait
    }

    /// Something changed at the sink's end: it is worth a try now.
    mutating func prompted() { notBefore = nil }

    /// Events to tell the operator of because no receipt came for them; once until receipts come again.
    mutating func alarm(for batch: DeliveryBatch) -> [String] {
        guard !batch.unheard.isEmpty else { return [] }
        if let receiptsAtAlarm, batch.receipts <= receiptsAtAlarm { return [] }
        receiptsAtAlarm = batch.receipts
        return batch.unheard
    }
}
