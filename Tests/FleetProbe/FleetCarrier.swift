import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import Synchronization

/// What carries events from an outbox to a broker by the daemon's rules, without its courtesy towards the log.
///
/// After a failure it rests for 0.25 s, doubled up to 30 s, all that waits is backlog, and a new connection ends the rest.
final class FleetCarrier: Sendable {
    private let outbox: Outbox
    private let link: any BusLink
    private let record: FleetRecord
    private let terms: DeliveryTerms
    private let isPrompted = Atomic(false)

    init(from outbox: Outbox, to link: any BusLink, _ record: FleetRecord, terms: DeliveryTerms) {
        (self.outbox, self.link, self.record, self.terms) = (outbox, link, record, terms)
    }

    /// Goes on until its task is cancelled.
    func run() async {
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in self.outbox.deliverySignals() { bell.yield() } }
            group.addTask {
                for await _ in self.link.changes {
                    self.isPrompted.store(true, ordering: .releasing)
                    bell.yield()
                }
            }
            group.addTask { await self.takeReceipts() }
            await answer(rings, bell)
            group.cancelAll()
        }
    }

    private func answer(_ rings: AsyncStream<Void>, _ bell: AsyncStream<Void>.Continuation) async {
        var rest = FleetRest()
        var alarm: Task<Void, Never>?
        defer { alarm?.cancel() }
        for await _ in rings {
            if isPrompted.exchange(false, ordering: .acquiring) { rest.prompted() }
            if rest.isOver { await deliver(&rest) }
            alarm?.cancel()
            guard let until = rest.nextLook else { continue }
            alarm = Task {
                if (try? await Task.sleep(until: until, clock: .continuous)) != nil { bell.yield() }
            }
        }
    }

    /// Feedback of the kind `received` settles events; nothing else is read here.
    private func takeReceipts() async {
        for await message in link.messages {
            guard let feedback = try? InboundEnvelope(hostile: message.payload).feedback(), feedback.verb == .received
            else { continue }
            let settled = try? await outbox.confirm(eventIDs: feedback.eventIDs, for: link.name)
            record.confirmed(settled ?? 0)
        }
    }

    /// Until nothing is due or the broker takes nothing.
    private func deliver(_ rest: inout FleetRest) async {
        while !Task.isCancelled {
            do {
                let batch = try await outbox.next(for: link.name, pace: link.pace, freshAfter: rest.freshAfter)
                rest.freshAfter = batch.freshAfter
                rest.nextDue = batch.nextDue
                if batch.alerts.isEmpty { return }
                let report = try await link.deliver(batch.alerts)
                record.acknowledged(report.delivered + report.awaitingReceipt, at: .now)
                let outcome = try await outbox.record(report, of: batch, for: link.name, pace: link.pace, terms: terms)
                guard outcome.isProgress else { return rest.failed() }
                rest.failures = 0
            } catch {
                return rest.failed()
            }
        }
    }
}

/// How long a broker is left alone.
struct FleetRest {
    var freshAfter: Int64?
    var failures = 0
    var until = ContinuousClock.now

    /// How long until the earliest of what is held is due.
    var nextDue: TimeSpan?

    var isOver: Bool { until <= .now }
    /// When it is worth another look without news.
    var nextLook: ContinuousClock.Instant? {
        isOver ? nextDue.map { .now + .nanoseconds($0.nanoseconds) } : until
    }

    mutating func prompted() {
        failures = 0
        until = .now
    }

    mutating func failed() {
        freshAfter = nil
        let full = min(30, 0.25 * Double(1 << min(failures, 10)))
        until = .now + .seconds(full * Double.random(in: 0.75...1))
        failures += 1
    }
}
