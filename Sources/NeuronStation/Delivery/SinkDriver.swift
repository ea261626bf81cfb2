import Logging
import NeuronCore
import NeuronOutbox
import ServiceLifecycle

/// Carries events from the outbox to one sink, in the order of commit, and strikes them off when they are safe there.
///
/// Each sink has a driver of its own: one that is slow or dead delays no other.
struct SinkDriver: Service {
    let sink: any AlertSink
    let outbox: Outbox
    let logger: Logger
    /// What a stop may spend on delivering the rest; the outbox keeps what is left over.
    var farewell = Duration.seconds(3)

    private static let batchSize = 256
    private static let shortestWait = Duration.milliseconds(250)
    private static let longestWait = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown { await deliverForever() }
        await deliverRest()
        await sink.close()
    }

    private func deliverForever() async {
        var wait = Self.shortestWait
        for await _ in outbox.deliverySignals() {
            while !Task.isCancelled {
                do {
                    try await deliverPending()
                    wait = Self.shortestWait
                    break
                } catch {
                    logger.warning("\(sink.name): \(error) Trying again in \(wait).")
                    guard (try? await Task.sleep(for: wait)) != nil else { return }
                    wait = min(wait * 2, Self.longestWait)
                }
            }
        }
    }

    /// Ends with the batch under way when its task is cancelled: a stop must not wait for a month's backlog.
    private func deliverPending() async throws {
        while !Task.isCancelled {
            let batch = try await outbox.pending(for: sink.name, limit: Self.batchSize)
            guard !batch.isEmpty else { return }
            try await sink.deliver(batch)
            try await outbox.settle(batch.map(\.row), for: sink.name)
        }
    }

    private func deliverRest() async {
        await withTaskGroup { group in
            group.addTask {
                do {
                    try await deliverPending()
                } catch {
                    logger.notice("\(sink.name): what is left waits in the outbox: \(error)")
                }
            }
            group.addTask { try? await Task.sleep(for: farewell) }
            await group.next()
            group.cancelAll()
        }
    }
}
