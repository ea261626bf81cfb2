import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronVision

/// From decoded pictures to alert events: the detector, one incident per zone, and the composer.
///
/// Used by one thread at a time. The detector is made when the first picture shows its size, and anew when that changes.
struct MotionStage {
    private let plan: CameraPlan
    private let composer: AlertComposer
    private var detector: MotionDetector?
    private var shape: PictureShape?
    private var incidents: [MotionIncident]
    private var plates: PlateStage?
    private var displayedSize = FrameSize(width: 1, height: 1)

    /// What the detector is made for.
    struct PictureShape: Hashable {
        var size: FrameSize
        var orientation: PictureOrientation
    }

    init(_ plan: CameraPlan) {
        self.plan = plan
        composer = AlertComposer(identity: plan.identity)
        incidents = plan.rules.map { MotionIncident(settings: $0.incident) }
        plates = plan.plates.map { PlateStage($0, camera: plan) }
    }

    /// Looks at a picture.
    ///
    /// - Returns: what is to be told, and whether changes were seen that were not taken for motion.
    mutating func look(
        at frame: borrowing DecodedFrame,
        taken wall: WallTime
    ) -> (drafts: [AlertDraft], isSuppressed: Bool) {
        let shape = PictureShape(size: frame.storedSize, orientation: frame.orientation)
        if shape != self.shape { prepare(shape) }
        let time = frame.time
        let now = Moment(media: frame.time, wall: wall)
        var sightings: [AlertDraft] = []
        let observation = frame.withLuma { luma in
            let observation = detector?.observe(luma, at: time)
            let moving = plates?.isDue(at: time) == true ? detector?.movingBoxes : nil
            sightings = plates?.look(at: luma, moving: moving ?? [], at: now, size: displayedSize) ?? []
            return observation
        }
        guard let observation else { return ([], false) }
        return (tell(observation, at: now, shape) + sightings, observation.suppression != nil)
    }

    /// The stream broke off and will go on: what the detector knows of the scene is doubtful.
    mutating func settle() { detector?.settle() }

    /// Ends every open incident.
    mutating func finish(because reason: EndReason) -> [AlertDraft] {
        let ended = incidents.indices.compactMap { incidents[$0].end(because: reason) }.map(composer.compose)
        return (plates?.finish() ?? []) + ended
    }

    private mutating func prepare(_ shape: PictureShape) {
        detector = MotionDetector(
            settings: plan.motionSettings(for: shape.orientation),
            frameSize: shape.size,
            target: plan.kernels
        )
        displayedSize = shape.orientation.displayed(shape.size)
        plates?.prepare(shape.orientation)
        self.shape = shape
    }

    private mutating func tell(_ observation: MotionObservation, at now: Moment, _ shape: PictureShape) -> [AlertDraft]
    {
        var drafts: [AlertDraft] = []
        for (index, var reading) in observation.zones.enumerated() {
            reading.box = reading.box.map { shape.orientation.displayed($0, of: shape.size) }
            for transition in incidents[index].observe(reading, at: now, size: displayedSize) {
                drafts.append(composer.compose(transition))
            }
        }
        return drafts
    }
}
