import Synchronization

/// Wakes one driver: by news from the outbox, by its own alarm clock, or by a prompt from the sink's end.
final class DriverBell: Sendable {
    let rings: AsyncStream<Void>
    private let rope: AsyncStream<Void>.Continuation
    private let isPrompted = Atomic<Bool>(false)

    init() { (rings, rope) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func ring() { rope.yield() }

    /// Rings and ends a back-off.
    func prompt() {
        isPrompted.store(true, ordering: .releasing)
        rope.yield()
    }

    /// Whether there was a prompt since the last call.
    func takePrompt() -> Bool { isPrompted.exchange(false, ordering: .acquiringAndReleasing) }

    func finish() { rope.finish() }
}
