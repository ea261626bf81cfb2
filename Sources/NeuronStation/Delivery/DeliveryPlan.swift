import NeuronCore
import NeuronOutbox

/// When a sink is tried again and when its operator is told: pure, one per sink.
struct DeliveryPlan {
    /// For `Outbox.next`: nil as long as all that waits is backlog.
    private(set) var freshAfter: Int64?
    /// Tries in vain since the sink took something, or since something changed at its end.
    private(set) var failures = 0
    /// Whether the sink's latest word was that it takes nothing.
    private(set) var isDown = false
    private var notBefore: MonotonicTime?
    /// How many receipts had come when the operator was told that they fail to come.
    private var receiptsAtAlarm: Int?
    /// Refusals that may be told beside the log; fills up again in time.
    private var wordsLeft = Self.mostWords
    private var wordsCountedAt: MonotonicTime?
    private var leftOverToldAt: MonotonicTime?

    /// A sink that refuses everything must not make an event of each event.
    static let mostWords = 10
    static let wordEvery = TimeSpan.seconds(60)
    static let leftOverEvery = TimeSpan.seconds(600)
    static let shortestWait = TimeSpan.milliseconds(250)
    static let longestWait = TimeSpan.seconds(30)

    /// How long the sink is left alone yet; nil when it may be tried.
    func remainingWait(at now: MonotonicTime) -> TimeSpan? {
        guard let notBefore, notBefore > now else { return nil }
        return notBefore - now
    }

    /// Nothing was to be delivered: that says nothing of how the sink fares.
    mutating func idled(with batch: DeliveryBatch) { freshAfter = batch.freshAfter }

    /// The sink took or refused something.
    mutating func succeeded(with batch: DeliveryBatch) {
        freshAfter = batch.freshAfter
        failures = 0
        isDown = false
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
        isDown = true
        freshAfter = nil
        notBefore = now + wait
        return wait
    }

    /// Something changed at the sink's end: it is worth a try now, and soon again should it not be ready at once.
    mutating func prompted() {
        failures = 0
        notBefore = nil
    }

    /// Whether it may be told that events are left over: each of them is tried again and again.
    mutating func mayTellLeftOver(at now: MonotonicTime) -> Bool {
        if let leftOverToldAt, now - leftOverToldAt < Self.leftOverEvery { return false }
        leftOverToldAt = now
        return true
    }

    /// Whether a refusal may be told: ten at once, then one a minute.
    mutating func mayTellRefusal(at now: MonotonicTime) -> Bool {
        let gained = (now - (wordsCountedAt ?? now)).nanoseconds / Self.wordEvery.nanoseconds
        wordsLeft = min(Self.mostWords, wordsLeft + Int(clamping: max(0, gained)))
        wordsCountedAt = wordsLeft == Self.mostWords ? now : (wordsCountedAt ?? now) + Self.wordEvery * max(0, gained)
        guard wordsLeft > 0 else { return false }
        wordsLeft -= 1
        return true
    }

    /// Events to tell the operator of because no receipt came for them; once until receipts come again.
    mutating func alarm(for batch: DeliveryBatch) -> [String] {
        guard !batch.unheard.isEmpty else { return [] }
        if let receiptsAtAlarm, batch.receipts <= receiptsAtAlarm { return [] }
        receiptsAtAlarm = batch.receipts
        return batch.unheard
    }
}
