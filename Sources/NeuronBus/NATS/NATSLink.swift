package import NeuronCore
import Synchronization

/// Alerts into NATS JetStream, states and answers beside them, feedback and commands back.
///
/// Nothing is queued: while there is no connection ``deliver(_:)`` and ``publish(_:)`` throw at once. A connection that
/// breaks gives its whole batch back at once; the events' ids let the server see what it has already.
package final class NATSLink: BusLink {
    package let name: String
    package let messages: AsyncStream<BusMessage>
    package let changes: AsyncStream<Void>
    package let pace: DeliveryPace

    private let settings: NATSSettings
    private let inbox: NATSInbox
    private let record: LinkRecord
    private let holder: SessionHolder
    private let keeper = Mutex<Task<Void, Never>?>(nil)
    /// Finished once the keeper has ended.
    private let (end, endEntry) = AsyncStream.makeStream(of: Void.self)

    /// After this many batches of which the server confirmed nothing it counts as down.
    static let patientBatches = 3

    /// Makes a link; ``open()`` connects.
    package init(_ settings: NATSSettings) {
        self.settings = settings
        name = settings.name
        pace = DeliveryPace(batchSize: max(1, settings.window), keepsOrder: false)
        let (changes, signals) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let record = LinkRecord(signals)
        let holder = SessionHolder()
        let inbox = NATSInbox(link: settings.name) { record.update { $0.droppedMessages += 1 } }
        self.changes = changes
        self.record = record
        self.holder = holder
        self.inbox = inbox
        messages = inbox.messages { reply in holder.session?.confirm(reply) }
    }

    package var condition: LinkCondition { record.condition }

    package func open() async throws {
        let servers = try NATSKeeper.check(settings)
        let keeper = NATSKeeper(settings, servers: servers, inbox: inbox, record: record, holder: holder)
        self.keeper.withLock { task in
            guard task == nil else { return }
            task = Task { [endEntry] in
                await keeper.keep()
                endEntry.finish()
            }
        }
    }

    @discardableResult
    package func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        let session = try connected()
        var (events, refusals) = outgoing(alerts)
        let isProbe = record.isDoubtful && events.count > 1
        if isProbe { events.removeSubrange(1...) }
        var report = DeliveryReport()
        if !events.isEmpty {
            let window = await session.deliver(events)
            report = window.report
            judge(window, session)
        }
        report.refused += refusals
        let answered = report.delivered.count + report.awaitingReceipt.count + report.refused.count
        if answered < alerts.count { report.failure = report.failure ?? record.condition.lastFailure ?? "Cut short." }
        return report
    }

    package func publish(_ publication: BusPublication) async throws {
        let session = try connected()
        guard let subject = NATSSubject.of(topic: publication.topic) else {
            throw NATSError(.request, "'\(publication.topic)' can't be a subject of NATS.")
        }
        try await onOwnThread(named: "bus-" + name) { () throws(NATSError) in
            if publication.isRetained {
                try session.keep(publication, subject: subject)
            } else {
                try session.say(publication, subject: subject)
            }
        }
    }

    package func close() async {
        let task = keeper.withLock { $0.take() }
        task?.cancel()
        await holder.finish(thread: "bus-" + name)
        if task != nil { await waitForKeeper() }
        inbox.close()
        record.finish()
    }

    /// Waits for the keeper, but not for ever: libnats may be looking up a name or shaking hands, which nothing ends.
    ///
    /// A connection that it makes all the same is closed at once.
    private func waitForKeeper() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [end] in for await _ in end {} }
            group.addTask { try? await Task.sleep(for: .seconds(3)) }
            await group.next()
            group.cancelAll()
        }
    }

    private func connected() throws(NATSError) -> NATSSession {
        if let session = holder.session { return session }
        throw NATSError(.notConnected, record.condition.lastFailure ?? "There is no connection to NATS yet.")
    }

    private func outgoing(_ alerts: [StoredAlert]) -> ([NATSEvent], [DeliveryReport.Refusal]) {
        var events: [NATSEvent] = []
        var refusals: [DeliveryReport.Refusal] = []
        for alert in alerts {
            guard let topic = BusTopic(of: alert) else {
                let reason = "'\(alert.type)' of '\(alert.subject)' has no topic on the bus."
                refusals.append(DeliveryReport.Refusal(row: alert.row, reason: reason))
                continue
            }
            let needsReceipt = settings.acknowledgement == .receipt && !["health", "light"].contains(topic.name)
            events.append(
                NATSEvent(
                    row: alert.row,
                    id: alert.id,
                    subject: topic.nats,
                    body: alert.body,
                    needsReceipt: needsReceipt
                )
            )
        }
        return (events, refusals)
    }

    /// A server whose disk is full stops confirming without a word (nats-server 2.9): after some batches it counts as down.
    private func judge(_ window: AckWindow, _ session: NATSSession) {
        let heard = window.report.delivered.count + window.report.awaitingReceipt.count + window.report.refused.count
        if heard > 0 {
            record.heard()
        } else if window.silent > 0 {
            record.unheard(
                "The NATS server \(session.server) is connected but has not confirmed an event within "
                    + "\(settings.patience.milliseconds / 1000) s; its disk may be full.",
                limit: Self.patientBatches
            )
        } else if let failure = window.report.failure {
            record.update { $0.lastFailure = failure }
        }
    }
}
