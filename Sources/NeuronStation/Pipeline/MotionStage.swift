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
    private var plates: PlateStage?
    private var displayedSize = FrameSize(width: 1, height: 1)
    private var daylight = DaylightJudge()
    private var light = Daylight.day
    private var lastTone: MediaTime?

    /// What the detector is made for.
    struct PictureShape: Hashable {
        var size: FrameSize
        var orientation: PictureOrientation
    }

    init(_ plan: CameraPlan) {
        self.plan = plan
        composer = AlertComposer(identity: plan.identity)
        incidents = plan.rules.map { MotionIncident(settings: $0.incident(in: .day)) }
        tamper = TamperStage(plan)
        plates = plan.plates.map { PlateStage($0, camera: plan) }
    }

    /// Looks at a picture.
    ///
    /// - Returns: what is to be told, and what was seen; nil where the detector takes no such picture.
    mutating func look(
        at frame: borrowing DecodedFrame,
        taken wall: WallTime
    ) -> (drafts: [AlertDraft], observation: MotionObservation?) {
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
        guard let observation else { return ([], nil) }
        followDaylight(in: frame, shape)
        var drafts = tell(observation, at: now, shape) + sightings
        if let picture = detector?.picture {
            drafts += tamper.look(at: picture, now, size: displayedSize, suppression: observation.suppression)
        }
        return (drafts, observation)
    }

    /// What the latest picture showed, for a witness.
    func sight(of observation: MotionObservation, inspecting isInspecting: Bool) -> PictureSight {
        PictureSight(
            observation: observation,
            openZones: incidents.indices.map { incidents[$0].isOpen && !plan.rules[$0].precludes },
            inspection: isInspecting ? detector?.inspection() : nil
        )
    }

    /// The stream broke off and will go on: what the detector knows of the scene is doubtful.
    mutating func settle() {
        detector?.settle()
        tamper.settle()
    }

    /// Ends every open incident.
    mutating func finish(because reason: EndReason) -> [AlertDraft] {
        let ended = incidents.indices.filter { !plan.rules[$0].precludes }
            .compactMap { incidents[$0].end(because: reason) }
            .map { composer.compose($0, in: light) }
        return (plates?.finish() ?? []) + ended + tamper.finish(because: reason)
    }

    /// Looks from time to time whether it has become night, and takes the settings of the night.
    private mutating func followDaylight(in frame: borrowing DecodedFrame, _ shape: PictureShape) {
        let due = lastTone.map { frame.time >= $0 + DaylightJudge.interval || frame.time < $0 } ?? true
        guard due, let detector else { return }
        lastTone = frame.time
        let seen = daylight.judge(detector.tone(colourSpread: frame.colourSpread), at: frame.time)
        guard seen != light else { return }
        light = seen
        self.detector?.judge(by: plan.motionSettings(for: shape.orientation, in: light).zones)
        for index in incidents.indices { incidents[index].settings = plan.rules[index].incident(in: light) }
    }

    private mutating func prepare(_ shape: PictureShape) {
        detector = MotionDetector(
            settings: plan.motionSettings(for: shape.orientation, in: light),
            frameSize: shape.size,
            target: plan.kernels
        )
        if let detector { tamper.prepare(geometry: detector.geometry, orientation: shape.orientation) }
        displayedSize = shape.orientation.displayed(shape.size)
        plates?.prepare(shape.orientation)
        self.shape = shape
    }

    private mutating func tell(_ observation: MotionObservation, at now: Moment, _ shape: PictureShape) -> [AlertDraft]
    {
        let isPrecluded = followPreclusion(observation, at: now)
        var drafts: [AlertDraft] = []
        for (index, var reading) in observation.zones.enumerated() where !plan.rules[index].precludes {
            if isPrecluded { reading.isMoving = false }
            reading.box = reading.box.map { shape.orientation.displayed($0, of: shape.size) }
            for transition in incidents[index].observe(reading, at: now, size: displayedSize) {
                drafts.append(composer.compose(transition, in: light))
            }
        }
        return drafts
    }

    /// Whether something moves, or has just moved, in a zone that silences the others.
    private mutating func followPreclusion(_ observation: MotionObservation, at now: Moment) -> Bool {
        var isPrecluded = false
        for (index, reading) in observation.zones.enumerated() where plan.rules[index].precludes {
            _ = incidents[index].observe(reading, at: now, size: displayedSize)
            isPrecluded = isPrecluded || incidents[index].isOpen
        }
        return isPrecluded
    }
}
