import NeuronCore
import NeuronSampling

/// Measures how late the cameras are, and has them fall back and return as the governor says.
struct OverloadWatch {
    private let cameras: [LiveCamera]
    private let clock: any NeuronClock
    private var governor: OverloadGovernor

    init(_ cameras: [LiveCamera], workers: Int, clock: any NeuronClock) {
        self.cameras = cameras
        self.clock = clock
        governor = OverloadGovernor(cameras: cameras.count, workers: workers)
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
    }
}
