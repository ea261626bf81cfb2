import Dispatch
import NeuronCore
import Synchronization

/// The one way from the cameras' threads to the outbox: bounded, ordered, and nothing is ever dropped.
///
/// A thread that finds it full waits: alerts are few, and a full channel means that the disk does not take them.
final class AlertChannel: Sendable {
    private let waiting = Mutex<[AlertDraft]>([])
    private let hasGivenUp = Atomic<Bool>(false)
    private let slots: DispatchSemaphore
    /// Events that are waiting or being recorded.
    private let inUse = Atomic<Int>(0)
    private let news: AsyncStream<Void>
    private let announcer: AsyncStream<Void>.Continuation
    private let capacity: Int

    init(capacity: Int = 1024) {
        self.capacity = capacity
        // Counted up and not made with this value: one that goes with less than it was made with ends the process.
        slots = DispatchSemaphore(value: 0)
        for _ in 0..<capacity { slots.signal() }
        (news, announcer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Hands over an event; blocks while the channel is full.
    ///
    /// Never called from Swift's cooperative pool.
    func send(_ draft: AlertDraft) {
        slots.wait()
        guard !hasGivenUp.load(ordering: .acquiring) else {
            // The next one that waits goes on too.
            slots.signal()
            return
        }
        inUse.wrappingAdd(1, ordering: .relaxed)
        waiting.withLock { $0.append(draft) }
        announcer.yield()
    }

    /// No more events come: the receiver ends when it has taken what is left.
    func finish() { announcer.finish() }

    /// Nobody receives any more: whoever waits for room goes on, and what is still sent is dropped.
    ///
    /// For the end of a stop that took too long; without it a full disk would hold the cameras' threads for ever.
    func giveUp() {
        hasGivenUp.store(true, ordering: .releasing)
        slots.signal()
    }

    /// Calls back with everything that has come, again and again, until the channel is finished and empty.
    func receive(_ body: ([AlertDraft]) async -> Void) async {
        for await _ in news { await drain(body) }
        await drain(body)
    }

    /// Whether so much waits for the disk that whoever tells more waits too.
    var isFull: Bool { inUse.load(ordering: .relaxed) >= capacity }

    private func drain(_ body: ([AlertDraft]) async -> Void) async {
        let batch = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !batch.isEmpty else { return }
        await body(batch)
        inUse.wrappingSubtract(batch.count, ordering: .relaxed)
        for _ in batch { slots.signal() }
    }
}
