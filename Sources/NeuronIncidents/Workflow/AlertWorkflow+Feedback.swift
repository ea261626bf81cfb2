import NeuronCore

extension AlertWorkflow.Step {
    /// Takes what an operator says, or refuses it.
    mutating func take(_ feedback: Feedback, at now: WallTime) throws(Rejection) {
        guard feedback.verb != .received else { return }
        guard let actor = feedback.actor else {
            throw Rejection(.wrongSchema, "Feedback that is more than 'received' must say in data.actor who speaks.")
        }
        try check(feedback, by: actor)
        let act = feedback.act(of: actor, at: try time(of: feedback, now: now))
        switch feedback.verb {
        case .received: break
        case .acknowledged: try acknowledge(act)
        case .dispatched: try dispatch(act)
        case .handled: try handle(act)
        case .evaluated: try evaluate(act)
        case .reopened: try reopen(act, feedback)
        }
    }

    private func check(_ feedback: Feedback, by actor: Actor) throws(Rejection) {
        if let seen = feedback.ifRevision, seen != document.revision {
            throw Rejection(
                .staleRevision,
                "Alert \(document.alertId) is at revision \(document.revision) and \(document.workflow.rawValue), and the "
                    + "feedback was given to revision \(seen): look again."
            )
        }
        guard document.msgType != "Cancel" else {
            throw illegal("the sensor has taken it back")
        }
        guard actor.tier >= document.tier else {
            throw Rejection(
                .wrongTier,
                "Alert \(document.alertId) has climbed to the \(document.tier.rawValue) desk; the \(actor.tier.rawValue) "
                    + "desk no longer decides about it."
            )
        }
        try actor.check(for: document.subject)
    }

    /// When it was said: not in the future, not before the alert, and not before what it was last reopened for.
    private func time(of feedback: Feedback, now: WallTime) throws(Rejection) -> WallTime {
        let time = max(min(feedback.time, now), document.openedAt).wholeMilliseconds
        guard let reopenedAt = document.reopenedAt, time <= reopenedAt else { return time }
        guard feedback.ifRevision != nil else {
            throw illegal("it was reopened at \(reopenedAt), after this was said at \(feedback.time)")
        }
        // Whoever names the revision has seen the reopening, whatever the clock there says.
        return reopenedAt + .milliseconds(1)
    }

    private func illegal(_ why: String) -> Rejection {
        Rejection(.illegalTransition, "Alert \(document.alertId) cannot take this: \(why).")
    }

    // MARK: - Steps forward

    // Of two steps of one sort the first by its own time counts, and a step counts whatever came before it: that is what makes
    // the order of arrival indifferent.

    private mutating func acknowledge(_ act: AlertDocument.Act) throws(Rejection) {
        try checkNotClosed(before: act)
        if document.acts.acknowledged == nil {
            effects.append(.acknowledged(document.tier, inTime: act.at <= document.ackDeadlineAt))
        }
        document.acts.acknowledged = document.acts.acknowledged.map { min($0, act) } ?? act
        document.workflow = max(document.workflow, .acknowledged)
    }

    private mutating func dispatch(_ act: AlertDocument.Act) throws(Rejection) {
        try checkNotClosed(before: act)
        document.acts.dispatched = document.acts.dispatched.map { min($0, act) } ?? act
        document.workflow = max(document.workflow, .dispatched)
    }

    private mutating func handle(_ act: AlertDocument.Act) throws(Rejection) {
        try checkNotClosed(before: act)
        if document.acts.handled == nil {
            effects.append(.handled(document.tier, inTime: act.at <= document.handleDeadlineAt))
        }
        document.acts.handled = document.acts.handled.map { min($0, act) } ?? act
        document.workflow = max(document.workflow, .handled)
    }

    private func checkNotClosed(before act: AlertDocument.Act) throws(Rejection) {
        guard document.workflow == .closed else { return }
        if let closing = document.acts.evaluated, act < closing { return }
        let when = document.evaluatedAt.map { " since \($0)" } ?? ""
        throw illegal("it is closed\(when); reopen it first")
    }

    /// Closes it, from wherever it stands: a false alarm need not be handled first.
    private mutating func evaluate(_ act: AlertDocument.Act) throws(Rejection) {
        guard act.disposition != nil else {
            throw Rejection(.wrongSchema, "An evaluation must say in data.disposition what the alert was.")
        }
        try checkNotClosed(before: act)
        if document.isOpen { effects.append(.closed(act.disposition)) }
        document.workflow = .closed
        document.acts.evaluated = act
        // What was said later than this was said of a closed alert.
        document.acts.keep { $0 < act }
    }

    // MARK: - The step back

    private mutating func reopen(_ act: AlertDocument.Act, _ feedback: Feedback) throws(Rejection) {
        guard feedback.ifRevision != nil else {
            throw Rejection(
                .wrongSchema,
                "A reopening must say in data.ifRevision which revision of the alert it undoes."
            )
        }
        guard document.workflow >= .handled else {
            throw illegal("it is \(document.workflow.rawValue), and only what is handled or closed can be reopened")
        }
        document.round += 1
        document.workflow = .open
        document.acts = AlertDocument.Acts()
        document.reopenedAt = act.at
        document.tier = max(document.tier, act.tier)
        document.tierSince = act.at
        (document.overdue, document.overdueSince, document.repeats) = (false, nil, 0)
        effects.append(.reopened)
    }
}

extension AlertDocument.Acts {
    fileprivate mutating func keep(where isKept: (AlertDocument.Act) -> Bool) {
        acknowledged = acknowledged.flatMap { isKept($0) ? $0 : nil }
        dispatched = dispatched.flatMap { isKept($0) ? $0 : nil }
        handled = handled.flatMap { isKept($0) ? $0 : nil }
    }
}
