import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronVision

/// From decoded pictures to sightings of plates: the search where something moves, the tracker, and the composer.
///
/// Used by one thread at a time. Without it, and without a camera that asks for it, nothing else changes.
struct PlateStage {
    /// What one camera asks of plates, in the terms of the rooms that take part.
    struct Plan: Sendable {
        var search: PlateSearch.Settings
        var tracker: PlateTracker.Settings
        var reason: AlertComposer.PlateReason
        var net: PlateNet

        /// Plans a camera's plates; nil where it asks for none.
        init?(_ camera: CameraConfiguration) {
            // A net that does not read is a fault of the build, which a test finds and `neurond plates` says.
            guard camera.plates.isEnabled, case .success(let net) = PlateNet.embedded else { return nil }
            let plates = camera.plates
            let threshold = plates.minimumScore ?? net.threshold
            // Three tenths of the way to certainty: a plate is seen well at least once, clutter hardly ever is.
            let peak = threshold + 0.3 * (1 - threshold)
            self.net = net
            search = PlateSearch.Settings(
                minimumScore: plates.minimumScore,
                searchesPerSecond: plates.searchesPerSecond,
                minimumWidth: plates.minimumWidth,
                masks: camera.masks.map(\.polygon)
            )
            tracker = PlateTracker.Settings(
                minimumPictures: plates.minimumPictures,
                minimumPeakScore: peak,
                longestWait: plates.tellAfter
            )
            reason = AlertComposer.PlateReason(
                configuration: AlertName.digest(of: camera.plateCanonicalText),
                detector: PlateFinder.version,
                threshold: peak,
                minimumPictures: plates.minimumPictures,
                minimumWidth: plates.minimumWidth
            )
        }
    }

    private let plan: Plan
    private let kernels: KernelTarget
    private let composer: AlertComposer
    private var search: PlateSearch?
    private var tracker: PlateTracker
    /// The plates that the last picture showed and that will be told: ids of their events, and displayed boxes.
    private(set) var inView: [(alertID: String, box: PixelBox)] = []

    init(_ plan: Plan, camera: CameraPlan) {
        self.plan = plan
        kernels = camera.kernels
        composer = AlertComposer(identity: camera.identity)
        tracker = PlateTracker(settings: plan.tracker)
    }

    /// Begins with pictures that are stored in an orientation.
    mutating func prepare(_ orientation: PictureOrientation) {
        var settings = plan.search
        settings.masks = settings.masks.map { orientation.stored($0) }
        search = PlateSearch(settings: settings, net: plan.net, orientation: orientation, target: kernels)
    }

    /// Whether it would be searched now for what moves.
    func isDue(at time: MediaTime) -> Bool { search?.isDue(at: time) == true }

    /// Looks at a picture, if it is time.
    ///
    /// - Parameters:
    ///   - luma: the stored picture.
    ///   - moving: what moves, in stored pixels.
    ///   - now: when it was taken.
    ///   - size: its displayed size.
    /// - Returns: the plates that are to be told.
    mutating func look(
        at luma: borrowing LumaPlane,
        moving: [PixelBox],
        at now: Moment,
        size: FrameSize
    ) -> [AlertDraft] {
        let observation = search?.observe(luma, moving: moving, at: now.media)
        let told = tracker.observe(observation, at: now, size: size)
        inView = observation == nil ? [] : tracker.inView.map { (composer.alertID(of: $0.sighting), $0.box) }
        return told.map { composer.compose($0, because: plan.reason) }
    }

    /// Tells what was not told yet.
    mutating func finish() -> [AlertDraft] { tracker.end().map { composer.compose($0, because: plan.reason) } }
}
