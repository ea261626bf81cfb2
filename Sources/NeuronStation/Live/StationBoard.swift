package import NeuronConsole
package import NeuronCore
import Synchronization

/// A camera that can be asked how it fares.
package protocol BoardCamera: Sendable {
    var id: SensorID { get }

    /// How it fares; cheap, and waits for no decode.
    func snapshot() -> CameraSnapshot

    /// What it measured against its gates after a time, at most of the last ten minutes.
    func tuning(since time: WallTime?) -> TuningReport
}

/// The cameras that run now, for whoever shows or counts them.
package final class StationBoard: Sendable {
    private let cameras = Mutex<[any BoardCamera]>([])

    /// Whether people can look at it: what only they ask for is kept then.
    let isShown: Bool

    /// Makes a board without cameras.
    package init(isShown: Bool = false) { self.isShown = isShown }

    /// A camera begins; one of the same name is replaced in its place.
    package func add(_ camera: any BoardCamera) {
        cameras.withLock { cameras in
            if let index = cameras.firstIndex(where: { $0.id == camera.id }) {
                cameras[index] = camera
            } else {
                cameras.append(camera)
            }
        }
    }

    /// A camera is no longer watched.
    package func remove(_ id: SensorID) { cameras.withLock { $0.removeAll { $0.id == id } } }

    /// Puts the cameras into an order, as one that came with a reload stands behind all others; those that are not in it come last.
    package func arrange(as order: [SensorID]) {
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        cameras.withLock { cameras in
            let placed = cameras.enumerated().map { (places[$1.id] ?? .max, $0, $1) }
            cameras = placed.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        }
    }

    /// How many cameras run.
    package var count: Int { cameras.withLock(\.count) }

    /// All cameras as they are now, in the order of the configuration.
    package func snapshots() -> [CameraSnapshot] { cameras.withLock { $0 }.map { $0.snapshot() } }

    /// One camera; nil where there is none of that name.
    package func camera(_ id: SensorID) -> (any BoardCamera)? { cameras.withLock { $0.first { $0.id == id } } }
}
