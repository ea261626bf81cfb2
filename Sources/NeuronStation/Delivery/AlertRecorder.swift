import Logging
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle

/// Carries events from the cameras' threads into the outbox; an event that the disk refuses is tried again until it takes it.
struct AlertRecorder: Service {
    let channel: AlertChannel
    let outbox: Outbox
    let logger: Logger

    /// Ends when the channel is finished and empty, which the cameras do after their last word.
    func run() async throws {
        await channel.receive { batch in await record(batch) }
        // The last word comes a moment before the cameras' own end, and the group takes a service that ends before it is
        // asked to for one that failed.
        try? await gracefulShutdown()
    }

    private func record(_ batch: [AlertDraft]) async {
        var wait = Duration.milliseconds(100)
        while true {
            do {
                try await outbox.append(batch)
                for draft in batch {
                    logger.debug("recorded", metadata: ["alert": "\(draft.alertID)", "type": "\(draft.type)"])
                }
                return
            } catch {
                logger.error("alerts could not be recorded, trying again in \(wait): \(error)")
                // A cancelled wait ends at once: then this is the last attempt but one.
                guard (try? await Task.sleep(for: wait)) != nil else { return await lastAttempt(batch) }
                wait = min(wait * 2, .seconds(10))
            }
        }
    }

    private func lastAttempt(_ batch: [AlertDraft]) async {
        do {
            try await outbox.append(batch)
        } catch {
            logger.critical("\(batch.count) alerts are lost with this stop: \(error)")
        }
    }
}
