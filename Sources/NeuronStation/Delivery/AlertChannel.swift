import Dispatch
import NeuronCore
import Synchronization

/// The one way from the cameras' threads to the outbox: bounded, ordered, and nothing is ever dropped.
///
/// A thread that finds it full waits: alerts are few, and a full channel means that the disk does not take them.
final class AlertChannel: Sendable {
    private let waiting = Mutex<[AlertDraft]>([])
    private let slots: DispatchSemaphore
    private let news: AsyncStream<Void>
    private let announcer: AsyncStream<Void>.Continuation

    init(capacity: Int = 1024) {
        // Begun at 0: a semaphore that goes away below its first value, with events left in the channel, traps.
        slots = DispatchSemaphore(value: 0)
        for _ in 0..<capacity { slots.signal() }
        (news, announcer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Hands over an event; blocks while the channel is full.
    ///
    /// Never called from Swift's cooperative pool.
    func send(_ draft: AlertDraft) {
        slots.wait()
        waiting.withLock { $0.append(draft) }
        announcer.yield()
    }

    /// No more events come: the receiver ends when it has taken what is left.
    func finish() { announcer.finish() }

    /// Calls back with everything that has come, again and again, until the channel is finished and empty.
    func receive(_ body: ([AlertDraft]) async -> Void) async {
        for await _ in news { await drain(body) }
        await drain(body)
    }

    private func drain(_ body: ([AlertDraft]) async -> Void) async {
        let batch = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !batch.isEmpty else { return }
        await body(batch)
        for _ in batch { slots.signal() }
    }
}
