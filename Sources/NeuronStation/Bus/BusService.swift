import Logging
import NeuronBus
import NeuronCore
import ServiceLifecycle

/// Keeps one link in conversation: what comes goes to the desk, what is to be said goes out, and a broker that the link was made
/// to is told everything that is so now.
///
/// Alerts go another way, by the link's ``SinkDriver``: what is said here may be lost and is then said again.
struct BusService: Service {
    let link: any BusLink
    let desk: AlertDesk
    let speaker: BusSpeaker
    let projections: ProjectionService
    /// Ends a back-off of the link's driver when the link was made.
    let prompts: AsyncStream<Void>.Continuation
    let logger: Logger

    /// Who waits for an answer has its patience, too: what can't be said for so long is left out.
    private static let patience = Duration.seconds(15)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await listen() }
                group.addTask { await speak() }
                await followChanges()
                group.cancelAll()
            }
        }
        prompts.finish()
    }

    private func listen() async {
        for await message in link.messages {
            let said = await desk.take(message)
            // An answer is for who asked, over what it asked by.
            speaker.say(said.filter(\.isAnswer), on: link.name)
            speaker.say(said.filter { !$0.isAnswer })
        }
    }

    private func speak() async {
        guard let publications = speaker.publications(of: link.name) else { return }
        for await publication in publications { await publish(publication) }
    }

    /// - Returns: whether it was said.
    @discardableResult
    private func publish(_ publication: BusPublication) async -> Bool {
        do {
            try await link.publish(publication)
            return true
        } catch {
            logger.debug("\(link.name): not said: \(publication.topic): \(error)")
            return false
        }
    }

    private func followChanges() async {
        var isConnected = false
        var connections = 0
        for await _ in link.changes {
            let condition = link.condition
            let isNew = condition.isConnected && (!isConnected || condition.connections != connections)
            if isConnected, !condition.isConnected {
                logger.warning("\(link.name): disconnected: \(condition.lastFailure ?? "no reason given")")
            }
            (isConnected, connections) = (condition.isConnected, condition.connections)
            guard isNew else { continue }
            logger.notice("\(link.name): connected")
            prompts.yield()
            await sayEverything()
        }
    }

    /// A broker may have forgotten all that is retained.
    private func sayEverything() async {
        for publication in await projections.everything(for: link.name) {
            guard await publish(publication) else { return }
        }
        var next: String? = ""
        while let after = next, !Task.isCancelled {
            do {
                let page = try await desk.board(after: after)
                for publication in page.publications { guard await publish(publication) else { return } }
                next = page.next
            } catch {
                return logger.error("\(link.name): open alerts could not be told: \(error)")
            }
        }
    }
}

extension BusPublication {
    /// Whether it answers somebody.
    fileprivate var isAnswer: Bool { BusTopic(mqtt: topic)?.kind == .response }
}
