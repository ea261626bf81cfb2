import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Keeps house in the outbox: forgets old history in time, and tells what had to be taken away when it was full.
struct OutboxKeeper: Service {
    let outbox: Outbox
    let composer: HealthComposer
    let clock: any NeuronClock
    let logger: Logger

    private static let interval = Duration.seconds(10)
    private static let roundsBetweenMaintenance = 360

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var rounds = 0
            while (try? await Task.sleep(for: Self.interval)) != nil {
                await tellLosses()
                rounds += 1
                if rounds.isMultiple(of: Self.roundsBetweenMaintenance) { await maintain() }
            }
        }
        await tellLosses()
    }

    /// An idle box forgets in time too; with alerts the outbox does it by itself.
    private func maintain() async {
        do {
            try await outbox.maintain()
        } catch {
            logger.error("old alerts could not be forgotten: \(error)")
        }
    }

    private func tellLosses() async {
        do {
            let report = try await outbox.shedReport()
            guard report.events > 0 else { return }
            logger.critical("the outbox was full: \(report.events) alerts were taken away undelivered")
            try await outbox.append([composer.report(report.losses, at: clock.wallNow())], reporting: report)
        } catch {
            logger.error("losses could not be reported yet: \(error)")
        }
    }
}

extension ShedReport {
    fileprivate var losses: [HealthComposer.Loss] {
        ranges.map { range in
            HealthComposer.Loss(
                source: range.source,
                importance: range.importance,
                firstSequence: range.firstSequence,
                lastSequence: range.lastSequence,
                events: range.events
            )
        }
    }
}
