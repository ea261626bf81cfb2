import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronSampling
import Synchronization

extension LiveCamera: BoardCamera {
    var id: SensorID { plan.camera.id }

    func snapshot() -> CameraSnapshot {
        var snapshot = bulletin.withLock { $0 }.snapshot(of: description)
        snapshot.lag = reading(at: clock.monotonicNow()).lag
        let dropped = queue.dropped
        snapshot.figures.dropped = dropped
        // The worker counts what it takes out of the queue, and these never got into it.
        snapshot.figures.packets += dropped
        return snapshot
    }

    func tuning(since time: WallTime?) -> TuningReport {
        tuning?.report(since: time) ?? TuningReport(rules: [], samples: [])
    }
}
