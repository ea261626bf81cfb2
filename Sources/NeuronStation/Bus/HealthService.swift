import Logging
import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Tells every few minutes how the box, its sinks and its desks fare.
struct HealthService: Service {
    let outbox: Outbox
    let sinks: [any AlertSink]
    let desk: AlertDesk
    let composer: HealthComposer
    let cameras: @Sendable () -> Int
    let every: TimeSpan
    /// When the box started; reports keep its pace, however often links are made anew.
    let since: MonotonicTime
    let clock: any NeuronClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var unheard: [String: Unheard] = [:]
            var due = nextReport(after: clock.monotonicNow())
            while (try? await sleep(until: due)) != nil {
                await tell(&unheard)
                due = nextReport(after: max(due, clock.monotonicNow()))
            }
        }
    }

    private func sleep(until time: MonotonicTime) async throws {
        try await Task.sleep(for: .nanoseconds(max(0, (time - clock.monotonicNow()).nanoseconds)))
    }

    /// When a report is due, counted from the start.
    func nextReport(after time: MonotonicTime) -> MonotonicTime {
        since + every * (max(0, (time - since).nanoseconds) / every.nanoseconds + 1)
    }

    private func tell(_ unheard: inout [String: Unheard]) async {
        do {
            let now = clock.wallNow()
            let report = try await report()
            try await outbox.append([composer.report(report, at: now)] + troubles(&unheard, at: now))
        } catch {
            logger.error("the report of the box's health could not be recorded: \(error)")
        }
    }

    private func report() async throws -> HealthReport {
        let statistics = try await outbox.statistics()
        let open = try await outbox.openAlerts()
        let lost = open.count { $0.type.hasPrefix("org.neurond.camera.lost.") }
        let figures = await desk.figures
        return HealthReport(
            uptime: clock.monotonicNow() - since,
            cameras: (ok: max(0, cameras() - lost), lost: lost),
            pending: statistics.sinks.map(\.pending).max() ?? 0,
            oldestAge: statistics.sinks.compactMap(\.oldestAge).max(),
            bytes: statistics.bytesInUse,
            dropped: try await outbox.shedReport().events,
            sinks: Dictionary(statistics.sinks.map { ($0.name, state(of: $0)) }) { first, _ in first },
            figures: figures
        )
    }

    private func state(of sink: OutboxStatistics.Sink) -> HealthReport.Sink {
        let link = sinks.first { $0.name == sink.name } as? any BusLink
        let condition = link?.condition
        return HealthReport.Sink(
            connected: condition?.isConnected,
            pending: sink.pending,
            awaitingReceipt: sink.awaitingReceipt > 0 ? sink.awaitingReceipt : nil,
            parked: sink.parked,
            lastFailure: condition?.lastFailure
        )
    }

    /// What a broker took though nobody subscribes to it, as of the last report.
    private struct Unheard {
        var count = 0
        /// Told once, until a report's time has passed without any.
        var isTold = false
    }

    /// Brokers that took events since the last report though nobody subscribes to them, each told once.
    private func troubles(_ unheard: inout [String: Unheard], at now: WallTime) -> [AlertDraft] {
        sinks.compactMap { sink in
            guard let link = sink as? any BusLink else { return nil }
            let count = link.condition.unheardEvents
            let before = unheard[sink.name, default: Unheard()]
            unheard[sink.name] = Unheard(count: count, isTold: count > before.count)
            guard count > before.count, !before.isTold else { return nil }
            return composer.report(
                .noSubscriber,
                of: sink.name,
                eventIDs: [],
                because:
                    "The broker took \(count - before.count) events that nobody subscribes to; they are kept and sent again.",
                at: now
            )
        }
    }
}
