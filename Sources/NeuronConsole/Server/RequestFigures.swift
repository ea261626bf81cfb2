import Synchronization

/// Requests answered so far, by the hundreds of their status.
final class RequestFigures: Sendable {
    private let counts = Mutex<[Int: UInt64]>([:])

    /// Counts an answer.
    func count(_ status: Int) { counts.withLock { $0[status / 100, default: 0] += 1 } }

    /// Answers by 2, 3, 4 and 5.
    var all: [Int: UInt64] { counts.withLock { $0 } }
}
