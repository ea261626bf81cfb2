package import Logging
package import NeuronBus
package import NeuronCore
package import NeuronIncidents
package import NeuronOutbox

/// Where alerts are answered: it ties committed events, feedback, deadlines and commands to the documents in the outbox.
///
/// Whatever it does is one transaction: the document, the events that follow and the answer are there together or not at all, and
/// a message that comes twice finds its answer. What is to be said on the bus comes back as values.
package actor AlertDesk {
    let outbox: Outbox
    private(set) var site: DeskSite
    private(set) var policy: EscalationPolicy
    let clock: any NeuronClock
    let logger: Logger
    let composer: ResultComposer
    /// Takes the ids of events that have arrived and the link that said so.
    let confirm: @Sendable (_ eventIDs: [String], _ link: String) async -> Void
    /// Links on which a bare ON or OFF at `cmd/armed` is believed, as Home Assistant sends it.
    private(set) var trustedSwitches: Set<String>

    /// What has changed lately.
    package nonisolated let news = DeskNews()

    var watch = DeskWatch()
    var armed = ArmedState()
    /// The cameras that are disarmed, for those who can't wait for the desk.
    nonisolated let disarmed = DisarmedSources()
    package var figures = DeskFigures()

    /// Open documents that are kept at most; the oldest hundredth is given up when there are more.
    private let mostOpen: Int
    /// Where a camera's picture is to be had; nil where this box has none to give.
    let pictures: (any LivePictureSource)?
    /// When each camera's picture was last asked for.
    var snapshots: [String: MonotonicTime] = [:]
    private static let page = 256

    /// Makes a desk; ``open()`` comes next.
    package init(
        outbox: Outbox,
        site: DeskSite,
        policy: EscalationPolicy,
        clock: any NeuronClock,
        logger: Logger,
        trustedSwitches: Set<String> = [],
        mostOpen: Int = 10_000,
        pictures: (any LivePictureSource)? = nil,
        confirm: @escaping @Sendable (_ eventIDs: [String], _ link: String) async -> Void
    ) {
        self.outbox = outbox
        self.site = site
        self.policy = policy
        self.clock = clock
        self.logger = logger
        self.trustedSwitches = trustedSwitches
        self.mostOpen = mostOpen
        self.pictures = pictures
        self.confirm = confirm
        composer = ResultComposer(box: site.box)
    }

    var now: (wall: WallTime, monotonic: MonotonicTime) { (clock.wallNow(), clock.monotonicNow()) }

    // MARK: - Start

    /// Takes up what an earlier run left; call it once, after interrupted alerts were closed and before anything else.
    package func open() async throws {
        if let kept = try await outbox.document(alert: ArmedState.documentID) {
            armed = ArmedState(decoding: kept.state)
            disarmed.become(armed.disarmed)
        }
        let living = try await outbox.openAlerts()
        let livingIDs = Set(living.map(\.alertID))
        // Counted whole before anything is committed, since a commit may forget some; what was forgotten before counts nowhere.
        _ = await outbox.takeForgotten()
        try await eachDocument { stored, document in figures.replace(nil, with: document) }
        try await eachDocument(onlyOpen: true) { try await takeUp($0, $1, livingIDs) }
        try await adopt(living)
    }

    private func eachDocument(
        onlyOpen: Bool = false,
        _ body: (StoredDocument, AlertDocument) async throws -> Void
    ) async throws {
        var last = ""
        while case let page = try await outbox.documents(after: last, onlyOpen: onlyOpen, limit: Self.page),
            let end = page.last
        {
            for stored in page where stored.alertID != ArmedState.documentID {
                guard let document = try? AlertDocument(decoding: stored.state) else {
                    logger.error("an alert's document can't be read", metadata: ["alert": "\(stored.alertID)"])
                    continue
                }
                try await body(stored, document)
            }
            last = end.alertID
        }
    }

    private func takeUp(_ stored: StoredDocument, _ document: AlertDocument, _ living: Set<String>) async throws {
        guard document.isOpen else { return }
        note(document, seen: stored.updated)
        // Its end was committed by somebody else, at a start after a crash for example.
        guard document.condition == .active, !living.contains(document.alertId) else { return }
        let time = watch.now(of: document.alertId, at: now)
        finish([
            try await outbox.transact { ledger in
                try ledger.apply(.cleared(at: time), to: document, at: time)
            }
        ])
    }

    /// Makes documents of alerts that have none: those of an older neurond.
    private func adopt(_ living: [OpenAlert]) async throws {
        let (policy, time) = (policy, clock.wallNow())
        for alert in living {
            guard let event = try? AlertEvent(decoding: alert.body) else { continue }
            let change = try await outbox.transact { ledger in
                try ledger.alertDocument(event.correlationid) == nil
                    ? try ledger.open(event, policy: policy, at: time) : nil
            }
            if let change { finish([change]) }
        }
    }

    /// Answers for other cameras from now on; what is open of those that are gone stays open until somebody closes it, and what
    /// is open keeps the policy that it began with.
    func change(to site: DeskSite, policy: EscalationPolicy, trustedSwitches: Set<String>) {
        (self.site, self.policy, self.trustedSwitches) = (site, policy, trustedSwitches)
    }

    // MARK: - What cameras tell

    /// Commits what the cameras have told, without what disarmed ones say, and keeps the alerts' documents in the same
    /// transaction.
    ///
    /// - Returns: what is to be said on the bus beside the events themselves.
    /// - Throws: when nothing was committed; the same drafts may be handed over again.
    package func record(_ drafts: [AlertDraft]) async throws -> [BusPublication] {
        let told = armed.admitted(drafts)
        let changes = told.isEmpty ? [] : try await commit(told)
        armed.settle(drafts)
        return finish(changes) + (await giveUpOldest())
    }

    private func commit(_ drafts: [AlertDraft]) async throws -> [DeskChange] {
        let (policy, now, watch) = (policy, now, watch)
        return try await outbox.transact { ledger in
            let receipts = try ledger.append(drafts)
            return try zip(drafts, receipts).compactMap { draft, receipt in
                guard receipt.outcome == .committed else { return nil }
                switch draft.phase {
                case .opens:
                    // What the sinks get has another number; who, where and why are the same.
                    let line = draft.encode(AlertStamp(epoch: 0, number: 0, recordedTime: now.wall))
                    guard let event = try? AlertEvent(decoding: line) else { return nil }
                    return try ledger.open(event, policy: policy, at: now.wall)
                case .closes:
                    guard let document = try ledger.alertDocument(draft.alertID) else { return nil }
                    let time = watch.now(of: draft.alertID, at: now)
                    return try ledger.apply(.cleared(at: draft.time), to: document, at: time)
                case .continues, .single: return nil
                }
            }
        }
    }

    /// Whom nobody ever answers must not fill up the outbox.
    private func giveUpOldest() async -> [BusPublication] {
        guard watch.count > mostOpen else { return [] }
        let oldest = watch.oldest(beyond: mostOpen - mostOpen / 100)
        do {
            let changes = try await apply(.abandoned, to: oldest)
            logger.warning("alerts were given up, for too many are open", metadata: ["count": "\(changes.count)"])
            return finish(changes)
        } catch {
            logger.error("alerts that are too many could not be given up yet: \(error)")
            return []
        }
    }

    /// Lets one event change several documents, in one commit.
    private func apply(_ event: AlertWorkflow.Event, to alertIDs: [String]) async throws -> [DeskChange] {
        let (now, watch) = (now, watch)
        let changes = try await outbox.transact { ledger in
            try alertIDs.compactMap { id -> DeskChange? in
                guard let document = try ledger.alertDocument(id) else { return nil }
                return try ledger.apply(event, to: document, at: watch.now(of: id, at: now))
            }
        }
        // Who has no document any more must not be asked again and again.
        let known = Set(changes.map(\.after.alertId))
        for id in alertIDs where !known.contains(id) { self.watch.forget(id) }
        return changes
    }

    // MARK: - Deadlines

    /// Records what has fallen due; cheap where nothing has, so once a second is right.
    ///
    /// - Returns: what is to be said on the bus.
    package func tick() async -> [BusPublication] {
        await countForgotten()
        var publications: [BusPublication] = []
        while true {
            let due = watch.due(at: clock.monotonicNow(), limit: 64)
            guard !due.isEmpty else { return publications }
            do {
                publications += finish(try await apply(.deadline, to: due))
            } catch {
                logger.error("deadlines could not be recorded yet: \(error)")
                return publications
            }
        }
    }

    /// Counts documents no more that the outbox has forgotten meanwhile.
    private func countForgotten() async {
        for state in await outbox.takeForgotten() {
            if let document = try? AlertDocument(decoding: state) { figures.forget(document) }
        }
    }

    // MARK: - The bus

    /// All that is retained on the bus, a page at a time; for a link that has just connected.
    ///
    /// - Parameters:
    ///   - alertID: the page begins after this alert.
    ///   - limit: at most so many alerts.
    /// - Returns: what is to be said, and where the next page begins; nil at the end.
    /// - Throws: when the outbox can't be read.
    package func board(
        after alertID: String = "",
        limit: Int = 64
    ) async throws -> (publications: [BusPublication], next: String?) {
        let page = try await outbox.documents(after: alertID, limit: limit)
        let documents = page.compactMap { try? AlertDocument(decoding: $0.state) }
        // A closed one may have been closed while nobody could be told.
        let said = documents.compactMap { DeskChange(before: nil, after: $0).publications.last }
        return (said + (alertID.isEmpty ? armedStates : []), page.last?.alertID)
    }

    /// `state/armed` of every camera and of the box.
    var armedStates: [BusPublication] {
        let cameras = site.cameras.map { ($0.key, armed.isArmed($0.value)) }
        let all = cameras + [(site.subject, cameras.allSatisfy(\.1))]
        return all.sorted { $0.0 < $1.0 }.compactMap { subject, isArmed in
            BusTopic(subject: subject, .state, "armed").map {
                BusPublication(
                    topic: $0.mqtt,
                    payload: Array((isArmed ? "ON" : "OFF").utf8),
                    isRetained: true,
                    contentType: "text/plain; charset=utf-8"
                )
            }
        }
    }

    /// Counts and watches what was committed.
    @discardableResult
    func finish(_ changes: [DeskChange]) -> [BusPublication] {
        changes.flatMap { change in
            note(change.after, seen: .epoch)
            guard change.before != change.after else { return [BusPublication]() }
            figures.replace(change.before, with: change.after)
            news.post(change.after)
            return change.publications
        }
    }

    private func note(_ document: AlertDocument, seen: WallTime) {
        guard document.isOpen else { return watch.forget(document.alertId) }
        watch.note(
            document.alertId,
            deadline: document.deadlineAt,
            revision: document.revision,
            seen: seen,
            at: now
        )
    }
}

extension DeskLedger {
    /// Makes the document of an alert that begins; nil for what has none.
    fileprivate func open(_ event: AlertEvent, policy: EscalationPolicy, at time: WallTime) throws -> DeskChange? {
        guard let document = AlertDocument(opening: event, policy: policy) else { return nil }
        try save(document, at: time)
        return DeskChange(before: nil, after: document)
    }
}
