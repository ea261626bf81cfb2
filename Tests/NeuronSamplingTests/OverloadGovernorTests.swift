import NeuronCore
import NeuronSampling
import Testing

@Suite struct OverloadGovernorTests {
    @Test func `who is in time does not fall back, however much there is to do`() {
        let box = SimulatedBox(workers: 2, needs: Array(repeating: 0.19, count: 10))
        #expect(box.run(seconds: 600).isEmpty)
    }

    @Test func `a box that is held up for a moment is not overloaded`() {
        var governor = OverloadGovernor(cameras: 1, workers: 1)
        var changes: [OverloadGovernor.Change] = []
        for tick in 0..<400 {
            let lag = tick % 100 == 50 ? TimeSpan.seconds(5) : .zero
            let reading = OverloadGovernor.Reading(priority: 5, lag: lag, work: .zero, canDegrade: true)
            changes += governor.step([reading], at: SimulatedBox.time(ofTick: tick))
        }
        #expect(changes.isEmpty)
    }

    @Test func `the lowest priority falls back first, and the others are left alone where that is enough`() {
        let box = SimulatedBox(workers: 1, needs: [0.4, 0.4, 0.4], priorities: [5, 1, 9])
        #expect(box.run(seconds: 12) == [.degrade(1)])
        #expect(box.worstLag < .milliseconds(500))
    }

    @Test func `of equal priorities the one that costs most falls back first`() {
        let box = SimulatedBox(workers: 1, needs: [0.2, 0.7, 0.3])
        #expect(box.run(seconds: 12) == [.degrade(1)])
    }

    @Test func `a camera that is too much for one worker falls back itself, since no other can help it`() {
        let box = SimulatedBox(workers: 4, needs: [0.1, 1.5, 0.1, 0.1], priorities: [1, 9, 1, 1])
        #expect(box.run(seconds: 10) == [.degrade(1)])
    }

    @Test func `a camera that is away is left alone, since its fall-back would help nobody`() {
        let box = SimulatedBox(workers: 1, needs: [0.0001, 0.6, 0.6], priorities: [1, 5, 5])
        let changes = box.run(seconds: 10)
        #expect(changes == [.degrade(2)], "\(changes)")
    }

    @Test func `cameras that stay keep their fall-back when others come and go`() {
        var governor = OverloadGovernor(cameras: 3, workers: 1)
        func reading(_ priority: Int, _ lag: TimeSpan) -> OverloadGovernor.Reading {
            OverloadGovernor.Reading(priority: priority, lag: lag, work: .zero, canDegrade: true)
        }
        var tick = 0
        func run(_ governor: inout OverloadGovernor, ticks: Int, _ readings: [OverloadGovernor.Reading])
            -> [OverloadGovernor.Change]
        {
            (0..<ticks).flatMap { _ in
                tick += 1
                return governor.step(readings, at: SimulatedBox.time(ofTick: tick))
            }
        }
        _ = run(&governor, ticks: 4, [reading(9, .seconds(2)), reading(5, .zero), reading(1, .zero)])
        #expect(governor.degraded == [2])
        // The first goes, one comes behind the two that stay.
        governor.reseat([1, 2, nil])
        #expect(governor.degraded == [1])
        #expect(run(&governor, ticks: 60, [reading(5, .zero), reading(1, .zero), reading(5, .zero)]) == [.restore(1)])
        // A camera that is restarted has not fallen back.
        _ = run(&governor, ticks: 4, [reading(5, .seconds(2)), reading(1, .zero), reading(5, .zero)])
        #expect(governor.degraded == [1])
        governor.reseat([0, nil, 2])
        #expect(governor.degraded.isEmpty)
    }

    @Test func `who has nothing to fall back from is not asked to`() {
        let box = SimulatedBox(workers: 1, needs: [2, 0.1])
        box.canDegrade[0] = false
        box.canDegrade[1] = false
        #expect(box.run(seconds: 20).isEmpty)
    }

    @Test(arguments: [1.2, 2, 4, 8]) func `lateness is bounded, however great the overload`(factor: Double) {
        let box = SimulatedBox(workers: 2, needs: Array(repeating: 2 * factor / 64, count: 64))
        let changes = box.run(seconds: 120)
        #expect(!changes.isEmpty)
        #expect(box.greatestLag < .seconds(5), "\(box.greatestLag.seconds) s")
        #expect(box.worstLag < .seconds(2))
    }

    @Test func `all return when the load has passed, the highest priority first`() {
        let box = SimulatedBox(workers: 1, needs: [0.5, 0.5, 0.5, 0.5], priorities: [1, 2, 3, 4])
        let fallen = box.run(seconds: 9)
        #expect(fallen == [.degrade(0), .degrade(1)] || fallen == [.degrade(0), .degrade(1), .degrade(2)])
        box.needs = [0.1, 0.1, 0.1, 0.1]
        let returned = box.run(seconds: 60)
        #expect(returned == fallen.reversed().map(\.opposite))
        #expect(box.run(seconds: 600).isEmpty)
    }

    @Test func `a hundred cameras that have fallen back are all back within two minutes`() {
        let box = SimulatedBox(workers: 2, needs: Array(repeating: 0.2, count: 100))
        let fallen = box.run(seconds: 30)
        #expect(fallen.count > 50)
        box.needs = Array(repeating: 0.001, count: 100)
        #expect(box.run(seconds: 120).count == fallen.count)
    }

    @Test func `a box that is too small for its cameras settles and does not go back and forth`() {
        let box = SimulatedBox(workers: 1, needs: Array(repeating: 0.3, count: 4))
        let first = box.run(seconds: 3600)
        #expect(first.count < 48, "\(first.count) changes in the first hour")
        let second = box.run(seconds: 3600)
        #expect(second.count <= 24, "\(second.count) changes in the second hour")
        #expect(box.greatestLag < .seconds(5))
    }

    @Test func `who returns too early is the first to fall back again, whoever costs most by then`() {
        let box = SimulatedBox(workers: 1, needs: [0.5, 0.6], priorities: [5, 9])
        #expect(box.run(seconds: 10) == [.degrade(0)])
        let changes = box.run(seconds: 10)
        #expect(changes == [.restore(0)] || changes == [.restore(0), .degrade(0)])
        #expect(!box.run(seconds: 120).contains(.degrade(1)))
    }
}

extension OverloadGovernor.Change {
    fileprivate var opposite: Self {
        switch self {
        case .degrade(let index): .restore(index)
        case .restore(let index): .degrade(index)
        }
    }
}

/// Cameras whose packets flow into queues, and workers that take an equal part of their time for each that has some.
private final class SimulatedBox {
    /// What each camera needs of a worker; what falls back needs a tenth of it.
    var needs: [Double]
    var canDegrade: [Bool]
    /// The greatest lag of all time.
    private(set) var greatestLag = TimeSpan.zero
    private let workers: Int
    private let priorities: [Int]
    private var governor: OverloadGovernor
    /// Work that waits, in seconds of a worker.
    private var backlog: [Double]
    private var work: [Double]
    private var isDegraded: [Bool]
    private var tick = 0

    private static let pace = 0.25

    init(workers: Int, needs: [Double], priorities: [Int]? = nil) {
        self.workers = workers
        self.needs = needs
        self.priorities = priorities ?? needs.map { _ in 5 }
        governor = OverloadGovernor(cameras: needs.count, workers: workers)
        canDegrade = needs.map { _ in true }
        backlog = needs.map { _ in 0 }
        work = backlog
        isDegraded = needs.map { _ in false }
    }

    static func time(ofTick tick: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000) + .milliseconds(Int64(tick) * 250)
    }

    /// The greatest lag now.
    var worstLag: TimeSpan { needs.indices.map(lag).max() ?? .zero }

    private func need(_ index: Int) -> Double { needs[index] * (isDegraded[index] ? 0.1 : 1) }

    private func lag(_ index: Int) -> TimeSpan { TimeSpan(seconds: backlog[index] / need(index)) ?? .zero }

    /// Lets time pass.
    ///
    /// - Returns: what the governor asked for meanwhile.
    func run(seconds: Int) -> [OverloadGovernor.Change] {
        var changes: [OverloadGovernor.Change] = []
        for _ in 0..<seconds * 4 {
            flow()
            let readings = needs.indices.map { index in
                OverloadGovernor.Reading(
                    priority: priorities[index],
                    lag: lag(index),
                    work: TimeSpan(seconds: work[index]) ?? .zero,
                    canDegrade: canDegrade[index]
                )
            }
            greatestLag = max(greatestLag, worstLag)
            tick += 1
            let asked = governor.step(readings, at: Self.time(ofTick: tick))
            for change in asked { apply(change) }
            changes += asked
        }
        return changes
    }

    private func flow() {
        for index in needs.indices { backlog[index] += need(index) * Self.pace }
        // No camera has more than one worker at a time.
        var room = needs.map { _ in Self.pace }
        var left = Double(workers) * Self.pace
        for _ in 0..<needs.count {
            let waiting = needs.indices.filter { backlog[$0] > 1e-9 && room[$0] > 1e-9 }
            guard !waiting.isEmpty, left > 1e-9 else { return }
            let share = left / Double(waiting.count)
            for index in waiting {
                let done = min(backlog[index], room[index], share)
                backlog[index] -= done
                room[index] -= done
                work[index] += done
                left -= done
            }
        }
    }

    private func apply(_ change: OverloadGovernor.Change) {
        switch change {
        case .degrade(let index):
            isDegraded[index] = true
            // What waits is passed over but for its keyframes.
            backlog[index] *= 0.1
        case .restore(let index): isDegraded[index] = false
        }
    }
}
