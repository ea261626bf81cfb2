import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronMedia
import NeuronSampling
import Synchronization

extension LiveCamera: BoardCamera {
    var id: SensorID { plan.camera.id }

    /// A stream was opened.
    func opened(_ facts: StreamFacts) { bulletin.withLock { $0.note(facts) } }

    func snapshot() -> CameraSnapshot {
        var snapshot = bulletin.withLock { $0 }.snapshot(of: description)
        snapshot.lag = reading(at: clock.monotonicNow()).lag
        let dropped = queue.dropped
        snapshot.figures.dropped = dropped
        // The worker counts what it takes out of the queue, and these never got into it.
        snapshot.figures.packets += dropped
        return snapshot
    }

    /// So many pictures have come a second lately; its stream may declare another number.
    func measured(_ rate: FrameRateMeter.Reading) {
        let declared = bulletin.withLock { $0.note(rate) }
        guard rate.isNews, let declared else { return }
        logger.notice(
            "the camera sends another number of pictures a second than it declares",
            metadata: [
                "declared": "\(decimalText(declared, 2))", "measured": "\(decimalText(rate.framesPerSecond, 2))",
            ]
        )
    }

    func tuning(since time: WallTime?) -> TuningReport {
        tuning?.report(since: time) ?? TuningReport(rules: [], samples: [])
    }
}
