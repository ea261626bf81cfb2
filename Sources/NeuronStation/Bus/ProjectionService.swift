import Logging
import NeuronBus
import NeuronCore
import NeuronOutbox
import ServiceLifecycle
import Synchronization

/// Follows what is committed and tells each link what is so now, in the words that its configuration asks for.
///
/// In the order of commit, whatever overtakes what on the way to the sinks; it begins where the outbox ends at the start.
final class ProjectionService: Service {
    private let boards: Mutex<[String: ProjectionBoard]>
    /// Topics that were retained before a change of the configuration and are said by nobody any more, by link.
    private let withdrawn: [String: [String]]
    /// Up to which all is told.
    private let row = Mutex<Int64>(0)
    private let outbox: Outbox
    private let speaker: BusSpeaker
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - boards: by the names of the links.
    ///   - withdrawn: topics that each link takes back.
    ///   - outbox: where events are committed.
    ///   - speaker: what carries what is said.
    ///   - logger: for what can't be read.
    init(
        _ boards: [String: ProjectionBoard],
        withdrawn: [String: [String]] = [:],
        outbox: Outbox,
        speaker: BusSpeaker,
        logger: Logger
    ) {
        self.boards = Mutex(boards)
        self.withdrawn = withdrawn
        self.outbox = outbox
        self.speaker = speaker
        self.logger = logger
    }

    /// Looks where the outbox ends, and at what is open; called before anything is told.
    func begin() async throws {
        let last = try await outbox.lastRow()
        for open in try await outbox.openAlerts() {
            for event in try await outbox.events(ofAlert: open.alertID) where event.row <= last {
                boards.withLock { boards in for link in boards.keys { _ = boards[link]?.take(event) } }
            }
        }
        row.withLock { $0 = last }
    }

    /// What is retained on each link's broker that other boards would not say.
    func withdrawn(by others: [String: ProjectionBoard]) -> [String: [String]] {
        let retained = boards.withLock { boards in boards.mapValues(\.retainedTopics) }
        return retained.reduce(into: [:]) { result, entry in
            guard let other = others[entry.key] else { return }
            let gone = entry.value.union(withdrawn[entry.key] ?? []).subtracting(other.retainedTopics)
            if !gone.isEmpty { result[entry.key] = gone.sorted() }
        }
    }

    /// All that is so now, for a link that was made just now.
    func everything(for link: String) async -> [BusPublication] {
        let taken = (withdrawn[link] ?? []).map { BusPublication(topic: $0, payload: [], isRetained: true) }
        return taken + boards.withLock { $0[link]?.everything() ?? [] }
    }

    func run() async throws {
        guard !boards.withLock({ $0.isEmpty }) else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown { await self.follow() }
        // The cameras' last words are committed by now, and nobody may have looked since.
        await catchUp()
    }

    private func follow() async {
        for await _ in outbox.deliverySignals() { await catchUp() }
    }

    private func catchUp() async {
        do {
            var row = row.withLock { $0 }
            while true {
                let page = try await outbox.committed(after: row)
                for alert in page.alerts { tell(alert) }
                guard let next = page.next else { return }
                row = next
                self.row.withLock { $0 = next }
            }
        } catch {
            if !Task.isCancelled { logger.error("states could not be told yet: \(error)") }
        }
    }

    private func tell(_ alert: StoredAlert) {
        let said = boards.withLock { boards in
            boards.keys.sorted().map { link in (link, boards[link]?.take(alert) ?? []) }
        }
        for (link, publications) in said { speaker.say(publications, on: link) }
    }
}
