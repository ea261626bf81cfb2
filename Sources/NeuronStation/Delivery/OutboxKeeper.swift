import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Keeps house in the outbox: forgets old history in time, tells what had to be taken away when it was full, and ends the
/// daemon when its file is gone.
struct OutboxKeeper: Service {
    let outbox: Outbox
    let composer: HealthComposer
    let clock: any NeuronClock
    let logger: Logger

    private static let interval = Duration.seconds(10)
    private static let roundsPerHour = 360

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var (round, pace, nextReport) = (0, 1, 1)
            var expired = (try? await outbox.expiredEvents()) ?? [:]
            while (try? await Task.sleep(for: Self.interval)) != nil {
                try checkPlace()
                round += 1
                if round.isMultiple(of: Self.roundsPerHour) { await maintain(&expired) }
                guard round >= nextReport else { continue }
                // A report takes room too, and in a full outbox something else goes for it: the longer it is full, the
                // seldomer it is said, down to once an hour.
                pace = await tellLosses() ? min(pace * 2, Self.roundsPerHour) : 1
                nextReport = round + pace
            }
        }
        _ = await tellLosses()
    }

    /// A file that is gone keeps no promise; a new start makes a new one.
    private func checkPlace() throws {
        guard outbox.isReplaced else { return }
        throw StationError.inputOutput(
            "The outbox was removed or replaced while in use: what it held is lost, and nothing more would be kept. Start "
                + "neurond again, and leave its state folder alone while it runs."
        )
    }

    /// An idle box forgets in time too; with alerts the outbox does it by itself.
    private func maintain(_ expired: inout [String: Int64]) async {
        do {
            try await outbox.maintain()
            let before = expired
            expired = try await outbox.expiredEvents()
            for (sink, count) in expired where count > before[sink] ?? 0 {
                let lost = count - (before[sink] ?? 0)
                logger.critical("sink '\(sink)' did not take \(lost) events within their lifetime: they are parked")
            }
        } catch {
            logger.error("old alerts could not be forgotten: \(error)")
        }
    }

    /// Whether there was something to tell.
    private func tellLosses() async -> Bool {
        do {
            let report = try await outbox.shedReport()
            guard report.events > 0 else { return false }
            logger.critical("the outbox was full: \(report.events) alerts were taken away undelivered")
            try await outbox.append([composer.report(report.losses, at: clock.wallNow())], reporting: report)
        } catch {
            logger.error("losses could not be reported yet: \(error)")
        }
        return true
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
