package import Logging
package import NeuronCore
package import NeuronEvidence
import Synchronization

/// The one thread that writes the evidence of all cameras, so that a slow disk holds up no picture and no alert.
///
/// What waits for it is bounded in bytes; where that is reached, packets are refused, and the clip they belong to is given up.
package final class EvidenceThread: EvidenceDesk {
    package let store: EvidenceStore
    private let clock: any NeuronClock
    private let maxBytes: Int
    private let state = Mutex(State())
    private let news = MonotonicSemaphore()
    private let ended = MonotonicSemaphore()
    private let thread = Mutex<DedicatedThread?>(nil)
    private let logger: Logger
    /// Encodes clips, where a camera asks for that: it must not hold up the pictures of all others.
    private let painter = Mutex<EvidenceThread?>(nil)

    private struct State {
        var jobs: [EvidenceJob] = []
        var byteCount = 0
        /// When the job began that is being done.
        var busySince: MonotonicTime?
        var isStopping = false
    }

    /// What the thread has to itself.
    private struct Shift {
        var worker: EvidenceWorker
        /// When what is too old is looked for; nil where another thread of the same store does that.
        var nextSweep: MonotonicTime?

        /// How long it may wait for a job.
        func patience(at now: MonotonicTime) -> TimeSpan { nextSweep.map { max($0 - now, .zero) } ?? .seconds(3600) }
    }

    /// Jobs that hold no pictures; more of them wait only where the disk has hung for hours.
    private static let mostJobs = 20_000
    /// How often what is too old is looked for.
    static let sweepEvery = TimeSpan.seconds(60)
    /// A job that takes longer is held by the disk.
    private static let stall = TimeSpan.seconds(2)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - store: where it writes to.
    ///   - maxBytes: packets and pictures that may wait.
    ///   - clock: measures how long the disk takes.
    ///   - logger: says once why evidence is missing.
    package convenience init(
        _ store: EvidenceStore,
        maxBytes: Int = 64 << 20,
        clock: any NeuronClock,
        logger: Logger
    ) {
        self.init(store, maxBytes: maxBytes, clock: clock, logger: logger, sweeps: true)
    }

    private init(_ store: EvidenceStore, maxBytes: Int, clock: any NeuronClock, logger: Logger, sweeps: Bool) {
        self.store = store
        self.maxBytes = maxBytes
        self.clock = clock
        self.logger = logger
        let start = clock.monotonicNow()
        let started = DedicatedThread(name: "evidence") { [weak self] in
            var shift = Shift(worker: EvidenceWorker(store, logger: logger))
            if sweeps {
                shift.worker.sweep()
                shift.nextSweep = start + Self.sweepEvery
            }
            while let self, self.turn(&shift) {}
        }
        thread.withLock { $0 = started }
    }

    package func submit(_ job: EvidenceJob) -> Bool {
        let count = job.byteCount
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.jobs.count < Self.mostJobs else { return false }
            guard count == 0 || state.byteCount + count <= maxBytes else { return false }
            state.jobs.append(job)
            state.byteCount += count
            return true
        }
        if isTaken { news.signal() }
        return isTaken
    }

    package var isStalled: Bool {
        let now = clock.monotonicNow()
        return state.withLock { $0.busySince.map { now - $0 > Self.stall } ?? false }
    }

    /// The thread that encodes clips; started when the first camera asks for it.
    func painting() -> EvidenceThread {
        painter.withLock { painter in
            let thread =
                painter ?? EvidenceThread(store, maxBytes: maxBytes, clock: clock, logger: logger, sweeps: false)
            painter = thread
            return thread
        }
    }

    /// Ends this thread and the one that encodes.
    func stopAll(within patience: TimeSpan) {
        painter.withLock { $0 }?.stop(within: patience)
        stop(within: patience)
    }

    /// Ends the thread when it has done what waits; what a hung disk holds is left behind at the deadline.
    package func stop(within patience: TimeSpan) {
        state.withLock { $0.isStopping = true }
        news.signal()
        guard ended.wait(for: patience) else { return }
        thread.withLock { $0.take() }?.join()
    }

    /// Does what waits next, and sweeps where it is time for that, however much waits; false at the end.
    private func turn(_ shift: inout Shift) -> Bool {
        _ = news.wait(for: shift.patience(at: clock.monotonicNow()))
        let now = clock.monotonicNow()
        let (job, isOver) = state.withLock { state -> (EvidenceJob?, Bool) in
            guard !state.jobs.isEmpty else { return (nil, state.isStopping) }
            state.busySince = now
            return (state.jobs.removeFirst(), false)
        }
        if let job {
            shift.worker.perform(job)
            state.withLock { state in
                state.busySince = nil
                state.byteCount -= job.byteCount
            }
        }
        if isOver { ended.signal() } else { sweep(&shift) }
        return !isOver
    }

    private func sweep(_ shift: inout Shift) {
        let now = clock.monotonicNow()
        guard let due = shift.nextSweep, now >= due else { return }
        shift.worker.sweep()
        shift.nextSweep = now + Self.sweepEvery
    }
}
