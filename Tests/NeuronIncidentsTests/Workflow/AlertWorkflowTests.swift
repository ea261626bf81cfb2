import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct AlertWorkflowTests {
    private func rejection(_ document: AlertDocument, _ feedback: Feedback) -> Rejection.Code? {
        do throws(Rejection) {
            _ = try AlertWorkflow.reduce(document, .feedback(feedback), at: feedback.time)
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: - Deadlines

    @Test func `an alert carries the deadlines of its policy, computed from its start`() throws {
        let event = try Sample.opening()
        let policy = try #require(event.data.alert.policy)
        #expect(policy.id == "standard" && policy.version == 1 && policy.tier == .grid)
        #expect(policy.escalateAt.community == Sample.time(120))
        #expect(policy.escalateAt.street == Sample.time(420) && policy.escalateAt.district == Sample.time(1320))
        #expect(try Sample.opening().id == event.id)
        #expect(try Sample.opening(policy: EscalationPolicy(isEnabled: false)).data.alert.policy == nil)
    }

    @Test func `an alert that nobody answers climbs at its deadlines, and not a millisecond early`() throws {
        var document = try Sample.document()
        #expect(try document.pass(to: 119.999) == [] && document.revision == 1)
        #expect(try document.pass(to: 120) == [.escalated(from: .grid, to: .community, due: Sample.time(120))])
        #expect(document.tier == .community && document.escalations == 1 && document.revision == 2)
        #expect(try document.pass(to: 120) == [])
        #expect(try document.pass(to: 420) == [.escalated(from: .community, to: .street, due: Sample.time(420))])
        #expect(try document.pass(to: 1320) == [.escalated(from: .street, to: .district, due: Sample.time(1320))])
        #expect(document.workflow == .open && !document.overdue)
    }

    @Test func `after a long absence every deadline that passed is told, in order`() throws {
        var document = try Sample.document()
        let effects = try document.pass(to: 1400)
        #expect(effects.count == 3 && document.tier == .district && document.escalations == 3)
        #expect(document.tierSince == Sample.time(1320))
    }

    @Test func `an overdue alert is told again at the top, a bounded number of times`() throws {
        var document = try Sample.document()
        _ = try document.pass(to: 1320)
        #expect(try document.pass(to: 1440) == [.overdue(due: Sample.time(1440), repeats: 0)])
        #expect(document.overdue)
        var told = 0
        for minute in 1...1000 { told += try document.pass(to: 1440 + Double(minute) * 60).count }
        #expect(told == 9 && document.repeats == 9 && document.workflow == .open)
        var asleep = try Sample.document()
        _ = try asleep.pass(to: 1440)
        #expect(try asleep.pass(to: 1440 + 5 * 600 + 1).count == 1 && asleep.repeats == 5)
    }

    @Test func `whoever acknowledged in time is left alone until the alert should be handled`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.acknowledged, at: 60, tier: .grid))
        #expect(document.ackedBy == "op17" && document.deadlineAt == Sample.time(900))
        #expect(try document.pass(to: 899) == [])
        #expect(try document.pass(to: 900) == [.escalated(from: .grid, to: .community, due: Sample.time(900))])
        // The next desk begins anew, with the time that it always has.
        #expect(document.ackedBy == nil && document.workflow == .acknowledged)
        #expect(document.deadlineAt == Sample.time(1200) && document.ackDeadlineAt == Sample.time(1020))
    }

    @Test func `a handled alert climbs no more, and one that nobody closes is given up in the end`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.handled, at: 60, tier: .grid))
        #expect(try document.pass(to: 29 * 86_400) == [] && document.tier == .grid)
        #expect(try document.pass(to: 30 * 86_400) == [.lapsed, .closed(.unknown)])
        #expect(document.workflow == .closed && document.disposition == .unknown && document.evaluatedBy == "neurond")
        #expect(document.deadlineAt == nil)
    }

    @Test func `without escalation nothing climbs`() throws {
        var document = try Sample.document(policy: EscalationPolicy(isEnabled: false))
        #expect(try document.pass(to: 86_400) == [] && document.tier == .grid)
    }

    // MARK: - The two machines

    @Test func `what the sensor no longer sees is not thereby dealt with`() throws {
        var document = try Sample.document()
        document = try AlertWorkflow.reduce(document, .cleared(at: Sample.time(8)), at: Sample.time(8)).document
        #expect(document.condition == .cleared && document.clearedAt == Sample.time(8) && document.urgency == "Past")
        #expect(document.workflow == .open && document.revision == 2)
        #expect(try document.pass(to: 120).count == 1)
    }

    @Test func `what the sensor takes back is closed, and nobody can do anything about it any more`() throws {
        let step = try AlertWorkflow.reduce(
            try Sample.document(),
            .withdrawn(at: Sample.time(9)),
            at: Sample.time(9)
        )
        #expect(step.effects == [.closed(nil)] && step.document.msgType == "Cancel" && !step.document.isOpen)
        #expect(rejection(step.document, Sample.feedback(.acknowledged, at: 10)) == .illegalTransition)
    }

    @Test func `the steps lead from open to closed and say who took them`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.acknowledged, at: 10, by: "a"))
        try document.take(Sample.feedback(.dispatched, at: 20, by: "b"))
        #expect(document.workflow == .dispatched && document.dispatchedTo == "b")
        try document.take(Sample.feedback(.handled, at: 30, by: "c"))
        try document.take(Sample.feedback(.evaluated, at: 40, by: "d", disposition: .falseAlarm))
        #expect(document.workflow == .closed && document.disposition == .falseAlarm && document.revision == 5)
        #expect([document.ackedBy, document.handledBy, document.evaluatedBy] == ["a", "c", "d"])
        #expect(document.deadlineAt == nil)
    }

    @Test func `in time is what was done before the tier's own deadline`() throws {
        let document = try Sample.document()
        func effects(_ feedback: Feedback) throws -> [AlertWorkflow.Effect] {
            try AlertWorkflow.reduce(document, .feedback(feedback), at: feedback.time).effects
        }
        #expect(try effects(Sample.feedback(.acknowledged, at: 120)) == [.acknowledged(.grid, inTime: true)])
        #expect(try effects(Sample.feedback(.acknowledged, at: 121)) == [.acknowledged(.grid, inTime: false)])
        #expect(try effects(Sample.feedback(.handled, at: 900)) == [.handled(.grid, inTime: true)])
        #expect(try effects(Sample.feedback(.handled, at: 901)) == [.handled(.grid, inTime: false)])
    }

    @Test func `a time in the future counts as now`() throws {
        let step = try AlertWorkflow.reduce(
            try Sample.document(),
            .feedback(Sample.feedback(.acknowledged, at: 86_400)),
            at: Sample.time(60)
        )
        #expect(step.document.ackedAt == Sample.time(60))
    }

    // MARK: - Refusals

    @Test func `feedback to another revision than the present one changes nothing`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.acknowledged, at: 10))
        #expect(rejection(document, Sample.feedback(.handled, at: 20, ifRevision: 1)) == .staleRevision)
        #expect(rejection(document, Sample.feedback(.handled, at: 20, ifRevision: 2)) == nil)
    }

    @Test func `a desk below the one that has the alert no longer decides`() throws {
        var document = try Sample.document()
        _ = try document.pass(to: 420)
        #expect(rejection(document, Sample.feedback(.acknowledged, at: 421, tier: .community)) == .wrongTier)
        #expect(rejection(document, Sample.feedback(.acknowledged, at: 421, tier: .street)) == nil)
        #expect(rejection(document, Sample.feedback(.acknowledged, at: 421, tier: .district)) == nil)
    }

    @Test func `a desk of another street is refused`() throws {
        let document = try Sample.document()
        var feedback = Sample.feedback(.acknowledged, at: 10)
        feedback.actor = Actor(id: "op17", tier: .street, unit: "s006")
        #expect(rejection(document, feedback) == .wrongUnit)
        feedback.actor?.unit = "s005"
        #expect(rejection(document, feedback) == nil)
    }

    @Test func `a closed alert takes no further steps but a reopening that names its revision`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.evaluated, at: 40))
        for verb in [Feedback.Verb.acknowledged, .dispatched, .handled, .evaluated] {
            #expect(rejection(document, Sample.feedback(verb, at: 50)) == .illegalTransition)
        }
        #expect(rejection(document, Sample.feedback(.reopened, at: 50)) == .wrongSchema)
        #expect(rejection(document, Sample.feedback(.reopened, at: 50, ifRevision: 1)) == .staleRevision)
        try document.take(Sample.feedback(.reopened, at: 50, ifRevision: document.revision))
        #expect(document.workflow == .open && document.disposition == nil && document.round == 2)
        // What was said before the reopening does not count for it, and the desk has its whole time again.
        #expect(rejection(document, Sample.feedback(.handled, at: 45)) == .illegalTransition)
        #expect(document.tier == .district && document.deadlineAt == Sample.time(50 + 120))
        try document.take(Sample.feedback(.handled, at: 60))
        #expect(document.workflow == .handled)
    }

    @Test func `an open alert cannot be reopened`() throws {
        let document = try Sample.document()
        #expect(rejection(document, Sample.feedback(.reopened, at: 5, ifRevision: 1)) == .illegalTransition)
    }

    // MARK: - Order and repetition

    @Test(arguments: UInt64(1)...20)
    func `any order and any repetition of one set of feedback gives the same document`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let verbs = [Feedback.Verb.acknowledged, .dispatched, .handled, .evaluated, .received]
        let dispositions = AlertDocument.Disposition.allCases
        let set = (0..<Int.random(in: 1...9, using: &random)).map { index in
            Sample.feedback(
                verbs.randomElement(using: &random) ?? .handled,
                // Few seconds, so that some are said at the same time.
                at: Double(Int.random(in: 1...6, using: &random)),
                id: "f\(index)",
                by: "op\(index)",
                disposition: dispositions.randomElement(using: &random)
            )
        }
        let now = Sample.time(10)
        var outcomes: Set<AlertDocument> = []
        for _ in 0..<200 {
            var document = try Sample.document()
            let repeated = set + (0..<3).compactMap { _ in set.randomElement(using: &random) }
            for feedback in repeated.shuffled(using: &random) {
                let before = document
                do throws(Rejection) {
                    document = try AlertWorkflow.reduce(document, .feedback(feedback), at: now).document
                } catch {
                    #expect(error.code == .illegalTransition && document == before)
                }
            }
            // How many changes it took depends on the order; nothing else does.
            document.revision = 0
            outcomes.insert(document)
        }
        #expect(outcomes.count == 1, "seed \(seed)")
    }

    @Test(arguments: UInt64(1)...20)
    func `whatever a clock does, no deadline is told twice or early`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var document = try Sample.document()
        var told: [AlertWorkflow.Effect] = []
        for _ in 0..<500 {
            // A clock that is set back an hour or forward a day at times.
            let seconds = Double.random(in: 0...(90_000), using: &random)
            for effect in try document.pass(to: seconds) {
                switch effect {
                case .escalated(_, _, let due), .overdue(let due, _): #expect(Sample.time(seconds) >= due)
                default: Issue.record("\(effect)")
                }
                #expect(!told.contains(effect))
                told.append(effect)
            }
        }
        #expect(document.tier == .district && document.escalations == 3 && document.repeats <= 9)
    }

    @Test func `a document comes back from its bytes as it was`() throws {
        var document = try Sample.document()
        try document.take(Sample.feedback(.acknowledged, at: 10))
        _ = try document.pass(to: 1500)
        #expect(try AlertDocument(decoding: document.encoded) == document)
        #expect(try AlertDocument(decoding: document.encoded).encoded == document.encoded)
    }

    @Test func `every escalation is an event of the published schema, each with an id of its own`() throws {
        var document = try Sample.document()
        var drafts: [AlertDraft] = []
        for seconds in [130.0, 1300, 1500, 3000] {
            let step = try AlertWorkflow.reduce(document, .deadline, at: Sample.time(seconds))
            document = step.document
            drafts += step.effects.compactMap { EscalationComposer.compose($0, of: document) }
        }
        #expect(drafts.count == 5 && Set(drafts.map(\.id)).count == 5)
        #expect(drafts.allSatisfy { $0.phase == .single && $0.importance == .started })
        #expect(drafts.allSatisfy { $0.source == "urn:neurond:box-0007:cam0042" && $0.alertID == document.alertId })
        let lines = drafts.enumerated().map { index, draft in
            draft.encode(AlertStamp(epoch: 1, number: Int64(index + 1), recordedTime: draft.time))
        }
        #expect(try mistakes(in: lines, closed: false) == "")
    }
}
