import NeuronCore
import NeuronOutbox
import Synchronization

/// What the station knows of its own progress; taking it waits for no camera, no disk and no broker.
final class StationPulse: Sendable {
    private let fleet: CameraFleet
    private let channel: AlertChannel
    private let outbox: Outbox
    private let hasLostSinks: @Sendable () -> Bool
    private let answers = Atomic<Int>(0)
    private let isAsking = Atomic<Bool>(false)
    private let pending = Atomic<Int>(0)
    private let isCounting = Atomic<Bool>(false)
    /// When it is counted again, in nanoseconds of the monotonic clock.
    private let nextCount = Atomic<Int64>(.min)
    private let clock: any NeuronClock

    private static let countEvery = TimeSpan.seconds(5)

    init(
        fleet: CameraFleet,
        channel: AlertChannel,
        outbox: Outbox,
        clock: any NeuronClock,
        hasLostSinks: @escaping @Sendable () -> Bool
    ) {
        self.hasLostSinks = hasLostSinks
        self.clock = clock
        self.fleet = fleet
        self.channel = channel
        self.outbox = outbox
    }

    /// Asks the outbox's writer for a sign of life, unless it owes one; a refusal is one too.
    func askOutbox() {
        guard !isAsking.exchange(true, ordering: .acquiringAndReleasing) else { return }
        Task {
            try? await outbox.probe()
            answers.wrappingAdd(1, ordering: .relaxed)
            isAsking.store(false, ordering: .releasing)
        }
    }

    /// Counts anew what waits for sinks, every few seconds at most.
    ///
    /// Counting reads a good part of a large outbox, so it takes no more than a twentieth of the time.
    func countPending() {
        let start = clock.monotonicNow()
        guard start.nanoseconds >= nextCount.load(ordering: .relaxed) else { return }
        guard !isCounting.exchange(true, ordering: .acquiringAndReleasing) else { return }
        Task {
            if let statistics = try? await outbox.statistics() {
                pending.store(Int(clamping: statistics.sinks.map(\.pending).max() ?? 0), ordering: .relaxed)
            }
            let end = clock.monotonicNow()
            let rest = max(Self.countEvery, (end - start) * 20)
            nextCount.store((end + rest).nanoseconds, ordering: .relaxed)
            isCounting.store(false, ordering: .releasing)
        }
    }

    /// What was counted so far, for ``PipelineWatch``.
    func reading() -> PipelineWatch.Reading {
        var reading = PipelineWatch.Reading()
        reading.cameras = fleet.members.map(\.pulse)
        reading.poolTurns = fleet.pool.turns.load(ordering: .relaxed)
        reading.supervisorTurns = fleet.supervisorTurns.load(ordering: .relaxed)
        reading.outboxAnswers = answers.load(ordering: .relaxed)
        reading.isHeldByDisk = channel.isFull
        return reading
    }

    /// What an operator is shown.
    func status() -> StationStatus {
        let members = fleet.members
        var status = StationStatus()
        status.cameras = members.count
        status.camerasUp = members.count { $0.camera.isUp }
        status.pending = pending.load(ordering: .relaxed)
        status.isHeldByDisk = channel.isFull
        status.hasLostSinks = hasLostSinks()
        return status
    }
}
