package import NeuronCore

/// The events of an outbox one after the other, and if wanted those that are still to come.
///
/// A feed that follows looks for commits five times a second, survives restarts of the daemon and goes on with the new
/// outbox when the old one was moved aside. It ends when its task is cancelled.
package struct OutboxFeed: AsyncSequence, Sendable {
    package typealias Element = StoredAlert

    private let reader: OutboxReader
    private let filter: OutboxFilter
    private let isFollowing: Bool
    private let pause: Duration

    /// Makes a feed.
    ///
    /// - Parameters:
    ///   - reader: where the events are.
    ///   - filter: what passes.
    ///   - isFollowing: whether to wait for more at the end.
    ///   - pause: time between two looks at the end.
    package init(
        _ reader: OutboxReader,
        filter: OutboxFilter = OutboxFilter(),
        isFollowing: Bool,
        pause: Duration = .milliseconds(200)
    ) {
        self.reader = reader
        self.filter = filter
        self.isFollowing = isFollowing
        self.pause = pause
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, filter: filter, isFollowing: isFollowing, pause: pause)
    }

    /// Where one reader stands.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var reader: OutboxReader
        fileprivate let filter: OutboxFilter
        fileprivate let isFollowing: Bool
        fileprivate let pause: Duration
        private var row: Int64 = 0
        private var page: ArraySlice<StoredAlert> = []

        fileprivate init(reader: OutboxReader, filter: OutboxFilter, isFollowing: Bool, pause: Duration) {
            self.reader = reader
            self.filter = filter
            self.isFollowing = isFollowing
            self.pause = pause
        }

        /// The next event; nil at the end, and when the task of a feed that follows is cancelled.
        package mutating func next() async throws -> StoredAlert? {
            while page.isEmpty {
                // A listing that is cut short must not look complete.
                if Task.isCancelled, isFollowing { return nil }
                try Task.checkCancellation()
                do {
                    // The version is taken before the look, so that a commit in between is seen by the next one.
                    let version = isFollowing ? try await reader.dataVersion() : 0
                    let (alerts, next) = try await reader.page(after: row, filter)
                    page = alerts[...]
                    row = next ?? row
                    if next == nil {
                        guard isFollowing, await waitForChange(of: version) else { return nil }
                    }
                } catch let error as OutboxError {
                    // A damaged file that the daemon has moved aside has an heir.
                    guard isFollowing, reader.isReplaced() else { throw error }
                    guard await waitForChange(of: nil) else { return nil }
                }
            }
            return page.popFirst()
        }

        /// False when the task was cancelled.
        private mutating func waitForChange(of version: Int64?) async -> Bool {
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)
                if reader.isReplaced() {
                    guard let heir = reader.reopened() else { continue }
                    reader = heir
                    row = 0
                    return true
                }
                if let now = try? await reader.dataVersion(), now != version { return true }
            }
            return false
        }
    }
}
