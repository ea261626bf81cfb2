import NeuronConfiguration
import NeuronConsole
import NeuronCore

/// What of a camera's configuration is shown; made once, as the rest is looked at many times a second.
struct CameraDescription: Sendable {
    let id: SensorID
    let name: String
    /// Without a password.
    let source: String
    let sampling: String
    let zones: [CameraSnapshot.Shape]
    let masks: [CameraSnapshot.Shape]

    /// Takes what is shown out of a configuration.
    init(_ camera: CameraConfiguration) {
        id = camera.id
        name = camera.name ?? camera.id.rawValue
        source = "\(camera.watchedSource)"
        sampling = camera.sampling.text
        zones = camera.zones.map { zone in
            CameraSnapshot.Shape(name: zone.name, kind: zone.kind.rawValue, polygon: zone.polygon.pairs)
        }
        masks = camera.masks.map { mask in
            CameraSnapshot.Shape(
                name: mask.name,
                kind: "mask",
                polygon: mask.polygon.pairs,
                isPrivate: mask.isPrivate
            )
        }
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
