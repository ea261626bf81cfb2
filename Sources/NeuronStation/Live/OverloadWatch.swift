import Logging
import NeuronCore
import NeuronSampling

/// Measures how late the cameras are, and has them fall back and return as the governor says.
struct OverloadWatch {
    private let cameras: [LiveCamera]
    private let clock: any NeuronClock
    private var governor: OverloadGovernor
    private var report: LoadReport?

    /// Watches cameras; with a logger it also writes, at debug level, what it measures.
    init(_ cameras: [LiveCamera], workers: Int, clock: any NeuronClock, logger: Logger? = nil) {
        self.cameras = cameras
        self.clock = clock
        governor = OverloadGovernor(cameras: cameras.count, workers: workers)
        report = logger.map { LoadReport(logger: $0) }
    }

    /// Measures once; to be called a few times a second.
    mutating func step() {
        let now = clock.monotonicNow()
        let readings = cameras.map { $0.reading(at: now) }
        for change in governor.step(readings, at: now) {
            switch change {
            case .degrade(let index): cameras[index].degrade(lag: readings[index].lag)
            case .restore(let index): cameras[index].restore()
            }
        }
        let cameras = cameras
        report?.note(readings, degraded: governor.degraded.count, at: now) {
            cameras.reduce(0) { $0 + $1.queue.dropped }
        }
    }
}
