import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import Synchronization

/// The cameras that run now, each with its reader; who asks gets them as they are at that moment.
final class CameraFleet: Sendable {
    /// One camera that runs.
    struct Member: Sendable {
        /// Never used twice: a camera that was restarted has another.
        let number: Int
        let camera: LiveCamera
        let reader: CameraReader

        /// What was counted of it; waits for nobody.
        var pulse: PipelineWatch.Camera {
            let (turns, isResting) = reader.progress
            let worker = camera.workerTurns
            let configuration = camera.plan.camera
            return PipelineWatch.Camera(
                number: number,
                name: configuration.id.rawValue,
                readerTurns: turns,
                isReaderResting: isResting,
                readerPatience: configuration.openTimeout + configuration.readTimeout,
                workerTurns: worker.done,
                hasWork: worker.hasWork
            )
        }
    }

    let pool: DecodePool
    /// How often the supervisor has looked at all cameras.
    let supervisorTurns = Atomic<Int>(0)
    private let state = Mutex(State())

    private struct State {
        var members: [Member] = []
        var made = 0
    }

    init(pool: DecodePool) { self.pool = pool }

    /// In the order in which they came.
    var members: [Member] { state.withLock(\.members) }

    /// Takes a camera in.
    func add(_ camera: LiveCamera, _ reader: CameraReader) {
        state.withLock { state in
            state.made += 1
            state.members.append(Member(number: state.made, camera: camera, reader: reader))
        }
    }

    /// Takes cameras out; they go on until somebody stops them.
    func remove(_ ids: Set<SensorID>) -> [Member] {
        state.withLock { state in
            let gone = state.members.filter { ids.contains($0.camera.plan.camera.id) }
            state.members.removeAll { ids.contains($0.camera.plan.camera.id) }
            return gone
        }
    }
}
