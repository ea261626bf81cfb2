package import NeuronCore

/// What a sink is to be given now, and what its driver has to know beside it.
package struct DeliveryBatch: Sendable, Hashable {
    /// As the sink's pace allows them; none when there is nothing to do now.
    package var alerts: [StoredAlert]
    /// Handed to the next call when this batch could be delivered; events after it are new.
    package var freshAfter: Int64
    /// How long until the earliest of what is held is due; nil when nothing is held.
    package var nextDue: TimeSpan?
    /// Those of `alerts`, by their ids, for which three tries brought no receipt.
    package var unheard: [String]
    /// Receipts that have come for the sink since the outbox was opened.
    package var receipts: Int

    /// Makes a batch of all its parts.
    package init(alerts: [StoredAlert], freshAfter: Int64, nextDue: TimeSpan?, unheard: [String], receipts: Int) {
        self.alerts = alerts
        self.freshAfter = freshAfter
        self.nextDue = nextDue
        self.unheard = unheard
        self.receipts = receipts
    }

    /// As many tries without a receipt are worth a word to the operator.
    package static let triesBeforeAlarm = 3
}

/// How long what was not settled waits before a sink is given it again.
package struct DeliveryTerms: Sendable, Hashable {
    /// How long a receipt may take; doubled at each try, up to ``longestWait``.
    package var receiptWithin: TimeSpan
    /// How long an event waits that a sink gave back while it took others; doubled at each try, up to ``longestRetry``.
    package var retryAfter: TimeSpan

    /// Makes terms.
    package init(receiptWithin: TimeSpan = .seconds(60), retryAfter: TimeSpan = .milliseconds(500)) {
        self.receiptWithin = receiptWithin
        self.retryAfter = retryAfter
    }

    /// No receipt is waited for longer than this, and no step of the clock makes an event wait longer.
    package static let longestWait = TimeSpan.seconds(3600)
    package static let longestRetry = TimeSpan.seconds(60)

    /// How long to wait after a try, counted from 1.
    func wait(afterTry count: Int, isSent: Bool) -> TimeSpan {
        let (first, longest) = isSent ? (receiptWithin, Self.longestWait) : (retryAfter, Self.longestRetry)
        let doublings = min(max(count - 1, 0), 20)
        return first > longest ? longest : min(longest, first * (1 << doublings))
    }
}

/// What was written down of a report.
package struct DeliveryOutcome: Sendable, Hashable {
    /// Events that the sink is done with, or that only wait for their receipt.
    package var accepted: Int
    /// Of these, events that it had taken before and whose receipt is still to come.
    package var resent = 0
    /// Events that are parked now.
    package var parked: [DeliveryReport.Refusal]
    /// Events that will be given out again.
    package var leftOver: Int
    /// Of these, events that the sink put off by themselves.
    package var postponed = 0

    /// Whether the sink has answered to any event at all; else it is the sink that is at fault.
    package var isProgress: Bool { accepted > 0 || !parked.isEmpty || postponed > 0 }
}

/// An event that a sink will not be given any more, and why.
package struct ParkedDelivery: Sendable, Hashable {
    package var row: Int64
    package var id: String
    package var alertID: String
    package var type: String
    package var subject: String
    package var parkedAt: WallTime
    package var reason: String

    /// The reason of what nobody took within its lifetime.
    package static let expired = "expired"
}
