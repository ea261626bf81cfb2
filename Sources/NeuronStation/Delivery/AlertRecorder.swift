import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Carries events from the cameras' threads into the outbox; an event that the disk refuses is tried again until it takes it.
struct AlertRecorder: Service {
    let channel: AlertChannel
    let logger: Logger
    /// Commits events, all or none of them.
    let commit: @Sendable ([AlertDraft]) async throws -> Void

    /// Ends when the channel is finished and empty, which the cameras do after their last word.
    func run() async throws {
        await channel.receive { batch in await record(batch) }
        channel.giveUp()
        // The last word comes a moment before the cameras' own end, and the group takes a service that ends before it is
        // asked to for one that failed.
        try? await gracefulShutdown()
    }

    private func record(_ batch: [AlertDraft]) async {
        var wait = Duration.milliseconds(100)
        while true {
            do {
                try await commit(batch)
                return batch.forEach(tell)
            } catch let error as OutboxError where error.code == .invalidAlert {
                return await recordOneByOne(batch)
            } catch {
                logger.error("alerts could not be recorded, trying again in \(wait): \(error)")
                // A cancelled wait ends at once: then this is the last attempt but one.
                guard (try? await Task.sleep(for: wait)) != nil else { return await lastAttempt(batch) }
                wait = min(wait * 2, .seconds(10))
            }
        }
    }

    /// Beginnings and ends are news to an operator; what the box reports of itself every few minutes is not.
    private func tell(_ draft: AlertDraft) {
        let isNews = draft.phase != .continues && !draft.type.hasPrefix("org.neurond.health.")
        let camera = draft.source.split(separator: ":").last.map(String.init) ?? draft.source
        logger.log(
            level: isNews ? .info : .debug,
            "recorded",
            metadata: ["alert": "\(draft.alertID)", "camera": "\(camera)", "type": "\(draft.type)"]
        )
    }

    /// One of them can never be stored; it holds up none of the others.
    private func recordOneByOne(_ batch: [AlertDraft]) async {
        for draft in batch where batch.count > 1 { await record([draft]) }
        guard batch.count == 1 else { return }
        logger.critical(
            "an alert cannot be stored and is lost",
            metadata: ["alert": "\(batch[0].alertID)", "type": "\(batch[0].type)"]
        )
    }

    private func lastAttempt(_ batch: [AlertDraft]) async {
        do {
            try await commit(batch)
        } catch {
            logger.critical("\(batch.count) alerts are lost with this stop: \(error)")
        }
    }
}
