package import NeuronCore

/// What happens to alert documents: two machines that know nothing of each other, the sensor's and the operators'.
///
/// Pure: no clock, no input or output. The same events in any order and any number of times give the same document, as long
/// as none of them reopens it; a reopening names the revision that it undoes and so has its place.
package enum AlertWorkflow {
    /// Something that an alert's document may change by.
    package enum Event: Sendable, Hashable {
        /// The sensor sees it no more. It is not thereby dealt with.
        case cleared(at: WallTime)
        /// The sensor takes it back: there never was anything.
        case withdrawn(at: WallTime)
        case feedback(Feedback)
        /// Time has passed.
        case deadline
        /// The box has no room for so many that nobody closes.
        case abandoned
    }

    /// What is to be done beside keeping the document.
    package enum Effect: Sendable, Hashable {
        case acknowledged(AlertTier, inTime: Bool)
        case handled(AlertTier, inTime: Bool)
        case closed(AlertDocument.Disposition?)
        case reopened
        /// A tier had it long enough, and the next has it since `due`.
        case escalated(from: AlertTier, to: AlertTier, due: WallTime)
        /// Even the top tier had it long enough; told again with `repeats` rising.
        case overdue(due: WallTime, repeats: Int)
        /// The box gave up waiting for somebody to close it.
        case lapsed
    }

    /// A document after an event.
    package struct Step: Sendable, Hashable {
        package var document: AlertDocument
        package var effects: [Effect]
    }

    /// Takes one event.
    ///
    /// - Parameters:
    ///   - document: as it is.
    ///   - event: what happened.
    ///   - now: civil time that steps neither way; only `deadline` and times that lie in the future depend on it.
    /// - Returns: the document as it is then; of the same revision where nothing changed.
    /// - Throws: a rejection, and nothing has changed.
    package static func reduce(
        _ document: AlertDocument,
        _ event: Event,
        at now: WallTime
    ) throws(Rejection) -> Step {
        var step = Step(document: document, effects: [])
        switch event {
        case .cleared(let time): step.document.clear(at: time)
        case .withdrawn(let time): step.withdraw(at: time)
        case .feedback(let feedback): try step.take(feedback, at: now)
        case .deadline: step.pass(now)
        case .abandoned: step.abandon(now)
        }
        step.document.refresh()
        if step.document != document { step.document.revision = document.revision + 1 }
        return step
    }
}

extension AlertDocument {
    fileprivate mutating func clear(at time: WallTime) {
        guard condition == .active else { return }
        condition = .cleared
        clearedAt = time.wholeMilliseconds
        urgency = "Past"
        if isOpen { msgType = "Update" }
    }
}

extension AlertWorkflow.Step {
    fileprivate mutating func withdraw(at time: WallTime) {
        guard document.msgType != "Cancel" else { return }
        document.clear(at: time)
        document.msgType = "Cancel"
        guard document.isOpen else { return }
        document.workflow = .closed
        effects.append(.closed(nil))
    }

    /// Does all that has fallen due: several steps at once after a time in which nobody looked.
    fileprivate mutating func pass(_ now: WallTime) {
        while let due = document.deadlineAt, now >= due {
            if due >= document.giveUpAt {
                lapse(at: due)
            } else if let next = document.tier.next {
                escalate(to: next, due: due)
            } else {
                remind(due: due, now: now)
            }
            document.refresh()
        }
    }

    private mutating func escalate(to next: AlertTier, due: WallTime) {
        effects.append(.escalated(from: document.tier, to: next, due: due))
        document.tier = next
        document.tierSince = due
        document.escalations += 1
        // The word of somebody below binds nobody above.
        document.acts.acknowledged = nil
    }

    /// However many repeats were missed: one is told for all.
    private mutating func remind(due: WallTime, now: WallTime) {
        if document.overdue {
            let missed = (now - due).nanoseconds / max(1, document.policy.repeatEvery.nanoseconds)
            document.repeats = Int(min(Int64(document.policy.maxRepeats), Int64(document.repeats) + 1 + missed))
        } else {
            document.overdue = true
            document.overdueSince = due
        }
        effects.append(.overdue(due: due, repeats: document.repeats))
    }

    fileprivate mutating func abandon(_ now: WallTime) {
        if document.isOpen { lapse(at: now) }
    }

    private mutating func lapse(at time: WallTime) {
        document.workflow = .closed
        document.acts.evaluated = AlertDocument.Act(
            at: time.wholeMilliseconds,
            source: "",
            id: "lapse",
            by: "neurond",
            tier: document.tier,
            disposition: .unknown
        )
        effects += [.lapsed, .closed(.unknown)]
    }
}
