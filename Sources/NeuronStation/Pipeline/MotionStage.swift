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
    private var tamper: TamperStage
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
        tamper = TamperStage(plan)
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
        let observation = frame.withLuma { luma in detector?.observe(luma, at: time) }
        guard let observation else { return ([], false) }
        let now = Moment(media: frame.time, wall: wall)
        var drafts = tell(observation, at: now, shape)
        if let picture = detector?.picture {
            drafts += tamper.look(at: picture, now, size: displayedSize, suppression: observation.suppression)
        }
        return (drafts, observation.suppression != nil)
    }

    /// The stream broke off and will go on: what the detector knows of the scene is doubtful.
    mutating func settle() {
        detector?.settle()
        tamper.settle()
    }

    /// Ends every open incident.
    mutating func finish(because reason: EndReason) -> [AlertDraft] {
        incidents.indices.compactMap { incidents[$0].end(because: reason) }
            .map(composer.compose) + tamper.finish(because: reason)
    }

    private mutating func prepare(_ shape: PictureShape) {
        detector = MotionDetector(
            settings: plan.motionSettings(for: shape.orientation),
            frameSize: shape.size,
            target: plan.kernels
        )
        if let detector { tamper.prepare(geometry: detector.geometry, orientation: shape.orientation) }
        displayedSize = shape.orientation.displayed(shape.size)
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
