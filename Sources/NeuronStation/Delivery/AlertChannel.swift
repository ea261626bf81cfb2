import Dispatch
import NeuronCore
import Synchronization

/// The one way from the cameras' threads to the outbox: bounded, ordered, and nothing is dropped uncounted.
///
/// A thread that finds it full waits: alerts are few, and a full channel means that the disk does not take them.
final class AlertChannel: Sendable {
    private let waiting = Mutex<[AlertDraft]>([])
    private let isGivenUp = Atomic<Bool>(false)
    private let dropped = Atomic<Int>(0)
    private let slots: DispatchSemaphore
    /// Rises when somebody begins to wait for the disk, and when that is over.
    private let waits = Atomic<Int>(0)
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
        if slots.wait(timeout: .now()) == .timedOut {
            waits.wrappingAdd(1, ordering: .relaxed)
            slots.wait()
            waits.wrappingAdd(1, ordering: .relaxed)
        }
        guard !hasGivenUp else {
            dropped.wrappingAdd(1, ordering: .relaxed)
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

    /// Nobody records any more: whoever waits for room goes on, and what is still sent is dropped and counted.
    ///
    /// For the end of a stop that took too long; without it a full disk would hold the cameras' threads for ever.
    ///
    /// - Parameter count: events that were received and could not be recorded.
    func giveUp(losing count: Int = 0) {
        dropped.wrappingAdd(count, ordering: .relaxed)
        isGivenUp.store(true, ordering: .releasing)
        slots.signal()
    }

    /// Whether nothing more can be recorded.
    var hasGivenUp: Bool { isGivenUp.load(ordering: .acquiring) }

    /// Events that were sent and are not recorded; true to its name once the receiver has ended, for nobody takes what waits then.
    var lost: Int { dropped.load(ordering: .relaxed) + waiting.withLock(\.count) }

    /// Calls back with everything that has come, again and again, until the channel is finished and empty.
    func receive(_ body: ([AlertDraft]) async -> Void) async {
        for await _ in news { await drain(body) }
        await drain(body)
    }

    /// Whether so much waits for the disk that whoever tells more waits too.
    var isFull: Bool { inUse.load(ordering: .relaxed) >= capacity }

    /// Rises when somebody begins to wait for the disk, and when that is over.
    var waitTurns: Int { waits.load(ordering: .relaxed) }

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
