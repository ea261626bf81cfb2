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
    ///
    /// A stop that takes too long cancels it. It goes on then as long as the disk takes what still comes, and gives up at the first
    /// thing that it does not take.
    func run() async throws {
        let pause = RetryPause()
        // A task of its own: in a cancelled one the channel's stream ends while cameras are still about their last words.
        let recording = Task { await channel.receive { batch in await record(batch, pause) } }
        await withTaskCancellationHandler {
            await recording.value
        } onCancel: {
            pause.end()
        }
        channel.giveUp()
        // The last word comes a moment before the cameras' own end, and the group takes a service that ends before it is
        // asked to for one that failed.
        try? await gracefulShutdown()
    }

    private func record(_ batch: [AlertDraft], _ pause: RetryPause) async {
        var wait = Duration.milliseconds(100)
        while !channel.hasGivenUp {
            // Asked before the attempt: one that was under way at the end of all patience is not the last.
            let isLast = pause.isOver
            do {
                try await commit(batch)
                return batch.forEach(tell)
            } catch let error as OutboxError where error.code == .invalidAlert {
                return await recordOneByOne(batch, pause)
            } catch  where isLast {
                logger.critical("\(batch.count) alerts are lost with this stop: \(error)")
                return channel.giveUp(losing: batch.count)
            } catch {
                logger.error("alerts could not be recorded, trying again in \(wait): \(error)")
                await pause.wait(for: wait)
                wait = min(wait * 2, .seconds(10))
            }
        }
        channel.giveUp(losing: batch.count)
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
    private func recordOneByOne(_ batch: [AlertDraft], _ pause: RetryPause) async {
        for draft in batch where batch.count > 1 { await record([draft], pause) }
        guard batch.count == 1 else { return }
        logger.critical(
            "an alert cannot be stored and is lost",
            metadata: ["alert": "\(batch[0].alertID)", "type": "\(batch[0].type)"]
        )
    }
}
