import Dispatch
import NeuronConfiguration
package import NeuronCore
import Synchronization

/// The live views of all cameras that run now.
package final class LiveViews: LivePictureSource {
    private let views = Mutex<[SensorID: CameraView]>([:])
    private let pool: DecodePool
    private let clock: any NeuronClock

    /// Viewers at once, of all cameras together.
    private static let mostViewers = 64

    /// Makes the views; one thread decodes for all who watch, so that they take no more than one core from detection.
    package init(clock: any NeuronClock) {
        self.clock = clock
        pool = DecodePool(workers: 1, name: "view")
    }

    /// Makes the view of a camera that runs from now on, in place of an earlier one of its name.
    func add(_ plan: CameraPlan) -> CameraView {
        let view = CameraView(plan, pool: pool, clock: clock) { [weak self] view in
            self?.views.withLock { if $0[view.camera.id] === view { $0[view.camera.id] = nil } }
        }
        views.withLock { $0.updateValue(view, forKey: plan.camera.id) }?.close()
        return view
    }

    /// Ends all views and their thread; a thread that is still busy at the deadline is left behind.
    func stop(until deadline: DispatchTime) {
        let all = views.withLock { views in
            defer { views.removeAll() }
            return Array(views.values)
        }
        for view in all { view.close() }
        _ = pool.stop(until: deadline)
    }

    package func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture? {
        await view(of: camera)?.latest(annotated: annotated)
    }

    package func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture> {
        view(of: camera)?.pictures(annotated: annotated) ?? AsyncStream { $0.finish() }
    }

    /// A camera's view; nil where too many are watching.
    private func view(of camera: SensorID) -> CameraView? {
        views.withLock { views in
            let viewers = views.values.reduce(0) { $0 + $1.viewerCount }
            return viewers < Self.mostViewers ? views[camera] : nil
        }
    }
}
