import NeuronConfiguration
import NeuronConsole
import NeuronCore
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
    var failures = 0
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

    private var state: CameraSnapshot.State {
        if isOver { return .ended }
        if lostBecause != nil { return .lost }
        guard lastPictureAt != nil else { return .starting }
        return isDegraded ? .degraded : .up
    }

    /// As the board has it; its lag is for the caller to say.
    func snapshot(of plan: CameraPlan) -> CameraSnapshot {
        let camera = plan.camera
        let state = state
        return CameraSnapshot(
            id: camera.id,
            name: camera.name ?? camera.id.rawValue,
            state: state,
            reason: lostBecause ?? (state == .degraded ? "overload" : nil),
            source: "\(camera.watchedSource)",
            video: video,
            sampling: camera.sampling.text,
            isAwake: isAwake && state == .up,
            lastPictureAt: lastPictureAt,
            lag: .zero,
            light: light,
            figures: figures,
            zones: camera.zones.map { zone in
                CameraSnapshot.Shape(name: zone.name, kind: zone.kind.rawValue, polygon: zone.polygon.pairs)
            },
            masks: camera.masks.map { mask in
                CameraSnapshot.Shape(
                    name: mask.name,
                    kind: "mask",
                    polygon: mask.polygon.pairs,
                    isPrivate: mask.isPrivate
                )
            }
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
        return figures
    }
}

extension RelativePolygon {
    fileprivate var pairs: [[Double]] { points.map { [$0.x, $0.y] } }
}

extension CameraConfiguration.Sampling {
    fileprivate var text: String {
        switch self {
        case .auto: "auto"
        case .always: "always"
        case .keyframes: "keyframes"
        case .framesPerSecond(let rate): "fps: \(rate == rate.rounded() ? "\(Int(rate))" : "\(rate)")"
        }
    }
}
