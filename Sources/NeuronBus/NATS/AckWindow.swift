import NeuronCore

/// The events of one batch that wait for the server's word, and what it said of the others; pure.
struct AckWindow: Sendable {
    /// What became of one event.
    enum Outcome: Sendable, Hashable {
        /// Stored, now or already.
        case stored
        /// The server said nothing in time.
        case silent
        /// The server will never take it.
        case refused(String)
        /// Not this time.
        case failed(String)
    }

    /// Tells this batch's answers from those that come late for an earlier one.
    let number: Int
    private(set) var report = DeliveryReport()
    /// How many events the server said nothing of.
    private(set) var silent = 0
    private var waiting: [Int64: Entry]

    private struct Entry: Sendable {
        var subject: String
        var needsReceipt: Bool
    }

    /// Begins with all events unanswered.
    init(number: Int, _ events: [NATSEvent]) {
        self.number = number
        waiting = Dictionary(
            events.map { ($0.row, Entry(subject: $0.subject, needsReceipt: $0.needsReceipt)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var isComplete: Bool { waiting.isEmpty }

    /// Takes one answer; one for a row that has its answer changes nothing.
    mutating func settle(_ row: Int64, _ outcome: Outcome) {
        guard let entry = waiting.removeValue(forKey: row) else { return }
        switch outcome {
        case .stored where entry.needsReceipt: report.awaitingReceipt.append(row)
        case .stored: report.delivered.append(row)
        case .silent: silent += 1
        case .refused(let reason): report.refused.append(DeliveryReport.Refusal(row: row, reason: reason))
        case .failed(let reason): report.failure = report.failure ?? reason
        }
    }

    /// The server lets nobody like us say anything on a subject.
    mutating func forbid(_ subject: String, reason: String) {
        for row in waiting.filter({ $0.value.subject == subject }).keys { settle(row, .refused(reason)) }
    }

    /// The server has said nothing in time; what waits is delivered again.
    mutating func expire() {
        for row in waiting.keys { settle(row, .silent) }
    }

    /// Nothing more will be heard; what waits is delivered again.
    mutating func abandon(_ reason: String) {
        guard !waiting.isEmpty else { return }
        waiting.removeAll()
        report.failure = report.failure ?? reason
    }
}

/// An event on its way to JetStream.
struct NATSEvent: Sendable, Hashable {
    var row: Int64
    var id: String
    var subject: String
    var body: [UInt8]
    var needsReceipt: Bool
}
