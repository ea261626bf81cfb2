import Logging
import NeuronCore
import NeuronSampling

/// Measures how late the cameras are, and has them fall back and return as the governor says.
struct OverloadWatch {
    private var cameras: [LiveCamera]
    private let clock: any NeuronClock
    private var governor: OverloadGovernor
    private var report: LoadReport?
    /// Until when somebody waited for the disk, and how many had then.
    private var heldUntil: MonotonicTime?
    private var knownWaits = 0

    /// Watches cameras; with a logger it also writes, at debug level, what it measures.
    init(_ cameras: [LiveCamera], workers: Int, clock: any NeuronClock, logger: Logger? = nil) {
        self.cameras = cameras
        self.clock = clock
        governor = OverloadGovernor(cameras: cameras.count, workers: workers)
        report = logger.map { LoadReport(logger: $0) }
    }

    /// Goes on with other cameras; what is known of those that stay is kept.
    mutating func take(_ others: [LiveCamera]) {
        guard !cameras.elementsEqual(others, by: ===) else { return }
        var places: [ObjectIdentifier: Int] = [:]
        for (index, camera) in cameras.enumerated() { places[ObjectIdentifier(camera)] = index }
        governor.reseat(others.map { places[ObjectIdentifier($0)] })
        cameras = others
    }

    /// What waited because the disk took no alerts is late, and no fall-back would have helped it.
    private mutating func readings(at now: MonotonicTime) -> [OverloadGovernor.Reading] {
        let waits = cameras.first?.channel.waitTurns ?? knownWaits
        if waits != knownWaits || cameras.first?.channel.isFull == true { heldUntil = now }
        knownWaits = waits
        return cameras.map { camera in
            var reading = camera.reading(at: now)
            if let heldUntil { reading.lag = min(reading.lag, now - heldUntil) }
            return reading
        }
    }

    /// Measures once; to be called a few times a second.
    mutating func step() {
        let now = clock.monotonicNow()
        let readings = readings(at: now)
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
