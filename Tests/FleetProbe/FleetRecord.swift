import Synchronization

/// When each event of a box was committed and acknowledged.
final class FleetRecord: Sendable {
    private struct State {
        var figures = Figures()
        var commits: [Int64: ContinuousClock.Instant] = [:]
        /// The acknowledgement may be there before the commit's caller goes on.
        var early: [Int64: ContinuousClock.Instant] = [:]
    }

    /// All that was measured at a box.
    struct Figures: Sendable {
        var ids: [String] = []
        var append: [Duration] = []
        var late: [Duration] = []
        var deliveries: [Delivery] = []
        /// Acknowledgements by the broker, those of repetitions too.
        var acknowledgements = 0
        /// Events that a receipt settled.
        var confirmed = 0
        var commitToAck: [Duration] { deliveries.map(\.time) }
        var connections = 0
    }

    /// One event's way.
    struct Delivery: Sendable {
        var committed: ContinuousClock.Instant
        var acknowledged: ContinuousClock.Instant

        var time: Duration { acknowledged - committed }
    }

    private let state = Mutex(State())

    var figures: Figures { state.withLock { $0.figures } }
    var waiting: Int { state.withLock { $0.commits.count } }

    func committed(
        _ events: [(row: Int64, id: String)],
        at time: ContinuousClock.Instant,
        append: Duration,
        late: Duration
    ) {
        state.withLock { state in
            state.figures.append.append(append)
            state.figures.late.append(late)
            for event in events {
                state.figures.ids.append(event.id)
                if state.early.removeValue(forKey: event.row) != nil {
                    state.figures.deliveries.append(Delivery(committed: time, acknowledged: time))
                } else {
                    state.commits[event.row] = time
                }
            }
        }
    }

    func confirmed(_ events: Int) { state.withLock { $0.figures.confirmed += events } }

    func acknowledged(_ rows: [Int64], at time: ContinuousClock.Instant) {
        state.withLock { state in
            state.figures.acknowledgements += rows.count
            for row in rows {
                if let commit = state.commits.removeValue(forKey: row) {
                    state.figures.deliveries.append(Delivery(committed: commit, acknowledged: time))
                } else {
                    state.early[row] = time
                }
            }
        }
    }
}
