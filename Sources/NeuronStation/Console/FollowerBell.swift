/// Wakes a follower: by news from the outbox, and now and then all the same, as cameras and desks ring no bell.
///
/// One reader. A wait that is given up ends its stream for good, so news and clock are joined here and not raced by the reader.
final class FollowerBell: Sendable {
    private let rings: AsyncStream<Void>
    private let ringers: [Task<Void, Never>]

    /// Makes a bell.
    ///
    /// - Parameters:
    ///   - news: the outbox's signals; the bell ends with them.
    ///   - interval: the longest time without a ring.
    init(_ news: AsyncStream<Void>, every interval: Duration) {
        let (stream, rope) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        rings = stream
        ringers = [
            Task {
                for await _ in news { rope.yield() }
                rope.finish()
            },
            Task { while (try? await Task.sleep(for: interval)) != nil { rope.yield() } },
        ]
    }

    deinit { for ringer in ringers { ringer.cancel() } }

    /// Waits for a ring; false when there will be none any more.
    func wait() async -> Bool {
        for await _ in rings { return true }
        return false
    }
}
