import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling

/// What a camera lets others see of it; copied whole under a lock of its own that nobody holds for long.
struct CameraBulletin: Sendable {
    var statistics = PipelineStatistics()
    var lostBecause: String?
    var lastPictureAt: WallTime?
    var isOver = false
    var isDegraded = false
    var isAwake = false
    var light: Daylight?
    /// Attempts to open or read that failed.
    private(set) var failures = 0
    private var sessions = 0
    private var video: CameraSnapshot.Video?

    /// A stream was opened.
    mutating func note(_ facts: StreamFacts) {
        sessions += 1
        video = CameraSnapshot.Video(
            codec: facts.codecName,
            size: facts.orientation.displayed(facts.size),
            framesPerSecond: facts.averageFrameRate?.value
        )
    }

    /// An attempt to open or read failed: what came before says nothing of the rate now.
    mutating func noteFailure() {
        failures += 1
        video?.measuredFramesPerSecond = nil
    }

    /// The stream's rate was measured; gives what it declares.
    mutating func note(_ rate: FrameRateMeter.Reading) -> Double? {
        video?.measuredFramesPerSecond = (rate.framesPerSecond * 100).rounded() / 100
        return video?.framesPerSecond
    }

    private var state: CameraSnapshot.State {
        if isOver { return .ended }
        if lostBecause != nil { return .lost }
        guard lastPictureAt != nil else { return .starting }
        return isDegraded ? .degraded : .up
    }

    /// As the board has it; its lag is for the caller to say.
    func snapshot(of description: CameraDescription) -> CameraSnapshot {
        let state = state
        return CameraSnapshot(
            id: description.id,
            name: description.name,
            state: state,
            reason: lostBecause ?? (state == .degraded ? "overload" : nil),
            source: description.source,
            video: video,
            sampling: description.sampling,
            isAwake: isAwake && state == .up,
            lastPictureAt: lastPictureAt,
            lag: .zero,
            light: light,
            figures: figures,
            zones: description.zones,
            masks: description.masks
        )
    }

    private var figures: CameraFigures {
        var figures = CameraFigures()
        figures.packets = statistics.packets
        figures.leftOut = statistics.leftOut
        figures.decoded = statistics.decoded
        figures.detected = statistics.detected
        figures.damaged = statistics.damaged
        figures.wakes = statistics.wakes
        figures.sizeWakes = statistics.sizeWakes
        figures.sessions = sessions
        figures.failures = failures
        figures.events = statistics.alerts
        figures.decodeTime = statistics.decodeTime
        figures.detectTime = statistics.detectTime
        figures.doubts = statistics.doubts
        figures.connected = statistics.coverage.connected
        figures.watched = statistics.coverage.watched
        figures.blind = statistics.coverage.blind
        figures.degraded = statistics.coverage.degraded
        figures.audits = statistics.coverage.audits
        figures.auditFinds = statistics.coverage.auditFinds
        return figures
    }
}

extension CameraLink.Instant {
    /// Both clocks as they are now.
    static func now(on clock: any NeuronClock) -> Self { Self(monotonic: clock.monotonicNow(), wall: clock.wallNow()) }
}
