/// How well alerts are answered: counted over the documents that the outbox keeps, open ones and those of its history.
package struct DeskFigures: Sendable, Hashable {
    package var tiers: [AlertTier: TierFigures] = [:]
    /// By camera and rule, `cam0042/motion/gate`.
    package var rules: [String: RuleFigures] = [:]
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

    /// Counts a document as it is now instead of as it was before.
    package mutating func replace(_ before: AlertDocument?, with after: AlertDocument) {
        if let before { count(before, -1) }
        count(after, 1)
    }

    private mutating func count(_ document: AlertDocument, _ sign: Int) {
        tiers[document.tier, default: TierFigures()].count(document, sign)
        switch document.disposition {
        case .confirmed: rules[document.dedupKey, default: RuleFigures()].judged += sign
        case .falseAlarm, .nuisance:
            rules[document.dedupKey, default: RuleFigures()].judged += sign
            rules[document.dedupKey, default: RuleFigures()].falseAlarms += sign
        case .test, .duplicate, .unknown, nil: break
        }
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
