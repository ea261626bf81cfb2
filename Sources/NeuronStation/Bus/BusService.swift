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

    /// One after the other, so that what is read to be said again is never older than what was said before it.
    private let lane = BusLane()
    /// What a stop may spend on what still waits to be said; a broker that hangs must not hold it up.
    var farewell = Duration.seconds(1)

    /// Everyone who has something to say has ended before this is asked to: their last words are waiting here by then.
    func run() async throws {
        let (end, ended) = AsyncStream.makeStream(of: Void.self)
        // Not children, which would have to be waited for: a word to a broker that hangs ends with the link.
        let following = Task { await followChanges() }
        let speaking = Task {
            await speak()
            ended.finish()
        }
        await cancelWhenGracefulShutdown { await listen() }
        following.cancel()
        speaker.finish(link.name)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in end {} }
            group.addTask { try? await Task.sleep(for: farewell) }
            await group.next()
            group.cancelAll()
        }
        speaking.cancel()
        prompts.finish()
    }

    private func listen() async {
        await withTaskGroup(of: Void.self) { pictures in
            var count = 0
            for await message in link.messages {
                guard message.asksForPicture else {
                    await take(message)
                    continue
                }
                if count == Self.mostPictures { await pictures.next() } else { count += 1 }
                pictures.addTask { await take(message) }
            }
        }
    }

    /// Messages that wait for a picture, seconds where a camera has none; they must not hold up what comes behind them.
    private static let mostPictures = 8

    private func take(_ message: BusMessage) async {
        let said = await desk.take(message)
        // An answer is for who asked, over what it asked by.
        speaker.say(said.filter(\.isAnswer), on: link.name)
        speaker.say(said.filter { !$0.isAnswer })
    }

    private func speak() async {
        guard let publications = speaker.publications(of: link.name) else { return }
        for await publication in publications { _ = await lane.pass { await publish(publication) } }
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
    ///
    /// What changes while a page is read and said waits in the speaker's queue and is said after it.
    private func sayEverything() async {
        guard await lane.pass({ await publish(await projections.everything(for: link.name)) }) else { return }
        var next: String? = ""
        while let after = next, !Task.isCancelled {
            do {
                next = try await lane.pass {
                    let page = try await desk.board(after: after, limit: Self.page)
                    return await publish(page.publications) ? page.next : nil
                }
            } catch {
                return logger.error("\(link.name): open alerts could not be told: \(error)")
            }
        }
    }

    /// Answers wait for no more than so many alerts.
    private static let page = 16

    /// - Returns: whether all was said.
    private func publish(_ publications: [BusPublication]) async -> Bool {
        for publication in publications {
            guard !Task.isCancelled, await publish(publication) else { return false }
        }
        return true
    }
}

/// Lets one after the other pass, in the order in which they come.
private actor BusLane {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
        await enter()
        do {
            let value = try await body()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}

extension BusMessage {
    fileprivate var asksForPicture: Bool { topic.kind == .command && topic.name == "snapshot" }
}

extension BusPublication {
    /// Whether it answers somebody.
    fileprivate var isAnswer: Bool {
        // What a replay sends again, and a picture, are for who asked for them, too.
        let levels = topic.split(separator: "/")
        let isAsked = levels.count == 9 && (levels[7] == "replay" || levels[7] == "snapshot")
        return BusTopic(mqtt: topic)?.kind == .response || isAsked
    }
}
