package import NeuronCore

/// Which alerts are wanted.
package struct AlertQuestion: Sendable, Hashable {
    package var state = State.all
    package var camera: String?
    package var kind: String?
    /// By when they started, both included.
    package var from: WallTime?
    package var to: WallTime?
    package var limit = 50
    /// Only alerts that lie behind this one in the list, which begins with the latest.
    package var before: String?

    /// By what operators did.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case open
        case closed
        case all
    }

    /// Asks for all.
    package init() {}
}

/// A page of alerts, the latest first.
package struct AlertPage: Sendable {
    package var alerts: [AlertRecord]
    /// Where the next page begins, also behind a page with few alerts or none; nil at the end.
    package var next: String?

    /// Makes a page.
    package init(alerts: [AlertRecord], next: String?) {
        self.alerts = alerts
        self.next = next
    }
}

/// What an operator says of an alert.
package struct AlertAction: Sendable, Hashable {
    package var verb: Verb
    package var by: String
    /// The desk that speaks; nil for the one that has the alert.
    package var tier: String?
    package var note: String?
    /// What it was; needed to close it.
    package var disposition: String?
    /// What made it.
    package var cause: String?
    /// Who was sent.
    package var to: String?
    /// Only where the alert is still as it was shown.
    package var ifRevision: Int?

    /// The words of `neurond alerts`.
    package enum Verb: String, Sendable, Hashable, CaseIterable {
        case ack
        case dispatch
        case handle
        case close
        case reopen
    }

    /// Makes an action; the rest is optional.
    package init(_ verb: Verb, by: String) {
        self.verb = verb
        self.by = by
    }
}
