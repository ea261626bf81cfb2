import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Tells what a full outbox had to take away, once for each range: nothing is lost in silence.
struct LossReporter: Service {
    let outbox: Outbox
    let composer: HealthComposer
    let clock: any NeuronClock
    let logger: Logger

    private static let interval = Duration.seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await tellLosses() }
        }
        await tellLosses()
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
