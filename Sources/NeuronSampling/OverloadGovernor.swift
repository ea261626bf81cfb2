package import NeuronCore

/// Decides which cameras are looked at by keyframes only while the box does not keep up.
///
/// A pure state machine over what is measured of all cameras, some times a second. Pictures that wait too long are the only
/// sign of overload it believes: a busy processor that is in time is none. One camera falls back first, then twice as many at
/// each further step while lateness does not fall; they return in the same way when all has been in time for a while. Who
/// returns too early is the first to fall back again, and the next attempt waits twice as long: a box that is too small
/// for its cameras settles, and does not go back and forth.
package struct OverloadGovernor: Sendable {
    /// When it acts.
    package struct Settings: Sendable, Hashable {
        /// Pictures that wait longer are late.
        package var lateAfter = TimeSpan.seconds(1)
        /// So long they must have been late: a process that was held up for a moment is not overloaded.
        package var patience = TimeSpan.milliseconds(500)
        /// Time for a fall-back to show its effect.
        package var settling = TimeSpan.seconds(1)
        /// From here on more cameras fall back although lateness falls.
        package var alarmingAfter = TimeSpan.seconds(3)
        /// All is well where no picture waits longer.
        package var calmBelow = TimeSpan.milliseconds(500)
        /// For how long all must be well before cameras return.
        package var calm = TimeSpan.seconds(10)
        /// The same after many attempts that came to nothing.
        package var longestCalm = TimeSpan.seconds(300)
        /// Whoever has returned for so long stays.
        package var probation = TimeSpan.seconds(30)

        package init() {}
    }

    /// What is measured of one camera.
    package struct Reading: Sendable, Hashable {
        /// Cameras with a lower one fall back first.
        package var priority: Int
        /// How long its oldest packet has waited.
        package var lag: TimeSpan
        /// What workers have spent on it so far.
        package var work: TimeSpan
        /// Whether there is something to fall back from.
        package var canDegrade: Bool

        /// Makes a reading.
        package init(priority: Int, lag: TimeSpan, work: TimeSpan, canDegrade: Bool) {
            self.priority = priority
            self.lag = lag
            self.work = work
            self.canDegrade = canDegrade
        }
    }

    /// What a camera is to do, by its place among the readings.
    package enum Change: Sendable, Hashable {
        case degrade(Int)
        case restore(Int)
    }

    /// Cameras that have fallen back, in that order.
    package private(set) var degraded: [Int] = []
    private let settings: Settings
    private var load: WorkerLoad
    private var lateSince: MonotonicTime?
    private var calmSince: MonotonicTime?
    private var lastFallBack: (time: MonotonicTime, lag: TimeSpan)?
    private var lastReturn: (time: MonotonicTime, cameras: [Int])?
    /// How many fall back next, while lateness lasts, or return next, while all is well.
    private var stride = 1
    private var isLate = false
    private var calm: TimeSpan

    /// Makes a governor.
    ///
    /// - Parameters:
    ///   - cameras: how many there are; readings have as many items.
    ///   - workers: how many decode at the same time.
    ///   - settings: when it acts.
    package init(cameras: Int, workers: Int, settings: Settings = Settings()) {
        self.settings = settings
        load = WorkerLoad(cameras: cameras, workers: workers)
        calm = settings.calm
    }

    /// Goes on with other cameras.
    ///
    /// - Parameter origins: for each camera from now on its place among the readings so far; nil for one that is new.
    package mutating func reseat(_ origins: [Int?]) {
        load.reseat(origins)
        var places: [Int: Int] = [:]
        for case (let place, let origin?) in origins.enumerated() { places[origin] = place }
        degraded = degraded.compactMap { places[$0] }
        lastReturn = lastReturn.map { ($0.time, $0.cameras.compactMap { places[$0] }) }
    }

    /// Takes what is measured now.
    ///
    /// - Parameters:
    ///   - readings: one per camera, in the same order each time.
    ///   - now: when; a few times a second.
    /// - Returns: what is to change, in this order.
    package mutating func step(_ readings: [Reading], at now: MonotonicTime) -> [Change] {
        load.note(readings, at: now)
        endProbation(at: now)
        let worst = readings.map(\.lag).max() ?? .zero
        guard worst >= settings.lateAfter else {
            lateSince = nil
            lastFallBack = nil
            return follow(worst, readings, at: now)
        }
        calmSince = nil
        let since = lateSince ?? now
        lateSince = since
        guard now - since >= settings.patience, isDue(worst, at: now) else { return [] }
        lastFallBack = (now, worst)
        return fallBack(readings, at: now)
    }

    /// Whether those that have fallen back so far are not enough.
    private mutating func isDue(_ worst: TimeSpan, at now: MonotonicTime) -> Bool {
        guard let lastFallBack else { return true }
        let settling = settings.settling
        guard now - lastFallBack.time >= settling else {
            // Where lateness still grows, what was done shows its effect already.
            let isHalfOver = now - lastFallBack.time >= TimeSpan(nanoseconds: settling.nanoseconds / 2)
            return isHalfOver && worst >= lastFallBack.lag + TimeSpan.milliseconds(100)
        }
        let hasFallen = worst < lastFallBack.lag - TimeSpan.milliseconds(50)
        guard hasFallen, worst < settings.alarmingAfter else { return true }
        self.lastFallBack = (now, worst)
        return false
    }

    private mutating func fallBack(_ readings: [Reading], at now: MonotonicTime) -> [Change] {
        turn(late: true)
        let chosen = relapsed() ?? candidates(readings)
        guard !chosen.isEmpty else { return [] }
        stride *= 2
        degraded += chosen
        return chosen.map { .degrade($0) }
    }

    /// Those that have just returned, where there are any: it was too early.
    private mutating func relapsed() -> [Int]? {
        guard let cameras = lastReturn?.cameras else { return nil }
        lastReturn = nil
        calm = min(calm * 2, settings.longestCalm)
        return cameras
    }

    /// Who falls back next: the lowest priority, then who costs most, then who is latest, then the last in the file.
    private func candidates(_ readings: [Reading]) -> [Int] {
        let possible = readings.indices.filter { readings[$0].canDegrade && !degraded.contains($0) }
        let ranked = useful(of: possible, readings).sorted { a, b in
            let (first, second) = (readings[a], readings[b])
            if first.priority != second.priority { return first.priority < second.priority }
            if load.costs[a] != load.costs[b] { return load.costs[a] > load.costs[b] }
            if first.lag != second.lag { return first.lag > second.lag }
            return a > b
        }
        // A step too far costs more than one more step, but for an emergency.
        let worst = readings.map(\.lag).max() ?? .zero
        let most = worst < settings.alarmingAfter ? (ranked.count + 3) / 4 : ranked.count
        return Array(ranked.prefix(min(stride, most)))
    }

    /// Those whose fall-back can help.
    private func useful(of possible: [Int], _ readings: [Reading]) -> [Int] {
        // Where others have time to spare, a camera that keeps one worker busy can be helped by no other camera.
        let alone = possible.filter { load.costs[$0] >= WorkerLoad.nearlyAll && readings[$0].lag >= settings.lateAfter }
        if !alone.isEmpty, !load.isSaturated { return alone }
        // Who is away or dozes gives nothing back.
        let costly = possible.filter { load.costs[$0] >= WorkerLoad.hardlyAny }
        return costly.isEmpty ? possible : costly
    }

    /// Nobody is late.
    private mutating func follow(_ worst: TimeSpan, _ readings: [Reading], at now: MonotonicTime) -> [Change] {
        guard worst < settings.calmBelow else {
            calmSince = nil
            return []
        }
        let since = calmSince ?? now
        calmSince = since
        guard now - since >= calm, !degraded.isEmpty else { return [] }
        turn(late: false)
        let returning = Array(inOrderOfReturn(readings).prefix(stride))
        stride *= 2
        degraded.removeAll { returning.contains($0) }
        lastReturn = (now, returning)
        // The next ones wait until these have shown what they cost.
        calmSince = now
        return returning.map { .restore($0) }
    }

    /// The highest priority first; of equal ones, who fell back last.
    private func inOrderOfReturn(_ readings: [Reading]) -> [Int] {
        degraded.indices.sorted { a, b in
            let (first, second) = (readings[degraded[a]].priority, readings[degraded[b]].priority)
            return first != second ? first > second : a > b
        }.map { degraded[$0] }
    }

    /// Begins with one again when the direction changes.
    private mutating func turn(late: Bool) {
        guard isLate != late else { return }
        isLate = late
        stride = 1
    }

    private mutating func endProbation(at now: MonotonicTime) {
        guard let lastReturn, now - lastReturn.time >= settings.probation else { return }
        self.lastReturn = nil
        // As long as some wait, nothing says that the box is large enough for them.
        if degraded.isEmpty { calm = max(settings.calm, TimeSpan(nanoseconds: calm.nanoseconds / 2)) }
    }
}

/// How much of the workers' time each camera takes, smoothed over two seconds.
private struct WorkerLoad: Sendable {
    /// In thousandths of one worker.
    private(set) var costs: [Int64]
    private let workers: Int
    /// A hundredth of a worker.
    static let hardlyAny: Int64 = 10
    /// Most of one worker, who has waits of his own.
    static let nearlyAll: Int64 = 700
    private var work: [TimeSpan]
    private var last: MonotonicTime?

    init(cameras: Int, workers: Int) {
        costs = Array(repeating: 0, count: cameras)
        work = Array(repeating: .zero, count: cameras)
        self.workers = workers
    }

    /// See ``OverloadGovernor/reseat(_:)``.
    mutating func reseat(_ origins: [Int?]) {
        costs = origins.map { origin in origin.map { costs[$0] } ?? 0 }
        work = origins.map { origin in origin.map { work[$0] } ?? .zero }
    }

    /// Whether hardly anything is left of the workers' time.
    var isSaturated: Bool { costs.reduce(0, +) >= Int64(workers) * 800 }

    mutating func note(_ readings: [OverloadGovernor.Reading], at now: MonotonicTime) {
        defer { last = now }
        guard let last, now > last else { return work = readings.map(\.work) }
        let passed = (now - last).nanoseconds
        // A share of what passed, so that the pace of readings makes no difference.
        let window = max(passed, TimeSpan.seconds(2).nanoseconds)
        for (index, reading) in readings.enumerated() {
            let spent = (reading.work - work[index]).nanoseconds * 1000
            costs[index] += (spent - costs[index] * passed) / window
        }
        work = readings.map(\.work)
    }
}
