/// How well alerts are answered: counted over the documents that the outbox keeps, open ones and those of its history.
package struct DeskFigures: Sendable, Hashable {
    package var tiers: [AlertTier: TierFigures] = [:]
    /// By camera and rule, `cam0042/motion/gate`.
    package var rules: [String: RuleFigures] = [:]
    /// Open alerts of which nobody has said anything yet, in this round.
    package var unanswered = 0
    /// Messages since the start: taken, answered with the stored answer, and refused by the reason's code.
    package var taken = 0
    package var repeated = 0
    package var refused: [Rejection.Code: Int] = [:]

    package init() {}

    /// Alerts that stand with a tier, or stood there when they were dealt with.
    package struct TierFigures: Codable, Sendable, Hashable {
        package var open = 0
        package var overdue = 0
        package var acknowledgedInTime = 0
        package var acknowledgedLate = 0
        package var handledInTime = 0
        package var handledLate = 0
    }

    /// What a rule's alerts turned out to be.
    package struct RuleFigures: Sendable, Hashable {
        /// Evaluated as confirmed, false alarm or nuisance.
        package var judged = 0
        /// Of them false alarms and nuisances.
        package var falseAlarms = 0

        package var falseAlarmRatio: Double? { judged == 0 ? nil : Double(falseAlarms) / Double(judged) }
    }

    /// Open alerts, wherever they stand.
    package var open: Int { tiers.values.reduce(0) { $0 + $1.open } }

    /// Counts a document as it is now instead of as it was before.
    package mutating func replace(_ before: AlertDocument?, with after: AlertDocument) {
        if let before { count(before, -1) }
        count(after, 1)
    }

    /// Counts a document no more: it is no longer kept.
    package mutating func forget(_ document: AlertDocument) { count(document, -1) }

    private mutating func count(_ document: AlertDocument, _ sign: Int) {
        tiers[document.tier, default: TierFigures()].count(document, sign)
        if document.workflow == .open { unanswered += sign }
        guard let isFalse = document.disposition?.isFalse else { return }
        var rule = rules[document.dedupKey] ?? RuleFigures()
        rule.judged += sign
        if isFalse { rule.falseAlarms += sign }
        // A zone's name is free text: what nothing is kept of needs no line.
        rules[document.dedupKey] = rule == RuleFigures() ? nil : rule
    }
}

extension DeskFigures.TierFigures {
    fileprivate mutating func count(_ document: AlertDocument, _ sign: Int) {
        if document.isOpen { open += sign }
        if document.isOpen, document.overdue { overdue += sign }
        if let at = document.ackedAt {
            if at <= document.ackDeadlineAt { acknowledgedInTime += sign } else { acknowledgedLate += sign }
        }
        if let at = document.handledAt {
            if at <= document.handleDeadlineAt { handledInTime += sign } else { handledLate += sign }
        }
    }
}

extension AlertDocument.Disposition {
    /// Whether the rule was wrong; nil where that says nothing about the rule.
    fileprivate var isFalse: Bool? {
        switch self {
        case .confirmed: false
        case .falseAlarm, .nuisance: true
        case .test, .duplicate, .unknown: nil
        }
    }
}
