import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
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
    /// The alert of each incident that is open.
    private var openAlerts: [String?]
    private var tamper: TamperStage
    private var plates: PlateStage?
    private var displayedSize = FrameSize(width: 1, height: 1)
    private var daylight = DaylightJudge()
    private var light = Daylight.day
    private var lastTone: MediaTime?
    private var trial: Trial?
    /// Changes that were seen and not believed so far.
    private(set) var doubts = MotionDoubtTally()

    /// The light that the camera sees in; nil before it was judged.
    var judgedLight: Daylight? { lastTone == nil ? nil : light }

    /// What the detector is made for.
    struct PictureShape: Hashable {
        var size: FrameSize
        var orientation: PictureOrientation
    }

    init(_ plan: CameraPlan) {
        self.plan = plan
        composer = AlertComposer(identity: plan.identity)
        incidents = plan.rules.map { MotionIncident(settings: $0.incident(in: .day)) }
        openAlerts = incidents.map { _ in nil }
        tamper = TamperStage(plan)
        plates = plan.plates.map { PlateStage($0, camera: plan) }
    }

    /// Whether the pictures between two looks are out of reach, so that what comes up must be believed for that alone.
    var hasKeyframesOnly = false {
        didSet {
            let isBelieved = believesAppearance
            detector?.believesAppearance = isBelieved
        }
    }

    private var believesAppearance: Bool {
        if case .adaptive = plan.sampling { hasKeyframesOnly } else { true }
    }

    /// A look that may never have been: the detector as it would be after it, and what it said.
    private struct Trial {
        var detector: MotionDetector
        var observation: MotionObservation
    }

    /// Looks at a picture.
    ///
    /// - Returns: what is to be told, and what was seen; nil where the detector takes no such picture.
    mutating func look(
        at frame: borrowing DecodedFrame,
        _ now: Moment
    ) -> (drafts: [AlertDraft], observation: MotionObservation?) {
        prepare(for: frame)
        let time = frame.time
        let observation = frame.withLuma { luma in detector?.observe(luma, at: time) }
        return judge(observation, of: frame, at: now)
    }

    /// Looks at a picture with a copy of the detector, without any consequence before ``keepTrial(of:at:)``.
    mutating func tryLook(at frame: borrowing DecodedFrame) -> Look {
        prepare(for: frame)
        let time = frame.time
        guard var detector else { return Look(time: time, isBusy: false, isSuspicious: false) }
        let observation = frame.withLuma { luma in detector.observe(luma, at: time) }
        trial = Trial(detector: detector, observation: observation)
        return Look(time: time, isBusy: observation.isBusy, isSuspicious: detector.isSuspicious)
    }

    /// Whether a trial is kept, and with it a whole detector.
    var isTrying: Bool { trial != nil }

    /// Lets go of a trial that never was.
    mutating func forgetTrial() { trial = nil }

    /// Takes the latest trial for a look.
    mutating func keepTrial(
        of frame: borrowing DecodedFrame,
        at now: Moment
    ) -> (drafts: [AlertDraft], observation: MotionObservation?) {
        guard let kept = trial.take() else { return ([], nil) }
        detector = kept.detector
        return judge(kept.observation, of: frame, at: now)
    }

    /// What an observation says to whoever decides what is decoded next.
    func word(on observation: MotionObservation) -> Look {
        Look(
            time: observation.time,
            isBusy: observation.isBusy || incidents.contains { !$0.isQuiet },
            isSuspicious: detector?.isSuspicious ?? false,
            wantsGlance: detector?.isRelit == true || tamper.wantsCloserLook,
            isRestless: detector?.isRestless ?? false
        )
    }

    /// What the latest picture showed, for a witness.
    func sight(of observation: MotionObservation, inspecting isInspecting: Bool) -> PictureSight {
        PictureSight(
            observation: observation,
            openZones: incidents.indices.map { incidents[$0].isOpen && !plan.rules[$0].precludes },
            subjects: subjects(in: observation),
            inspection: isInspecting ? detector?.inspection() : nil
        )
    }

    /// Whether the latest picture may show what an alert is about.
    var hasSubjects: Bool {
        openAlerts.contains { $0 != nil } || !tamper.openAlertIDs.isEmpty || !(plates?.inView.isEmpty ?? true)
    }

    /// What is open or about to be told, and where the latest picture shows it.
    private func subjects(in observation: MotionObservation) -> [PictureSubject] {
        let motion = zip(observation.zones, openAlerts).compactMap { reading, alertID in
            alertID.map { id in
                PictureSubject(alertID: id, kind: .motion, box: reading.box, isShown: reading.isMoving)
            }
        }
        let tampering = tamper.openAlertIDs.map {
            PictureSubject(alertID: $0, kind: .tamper, box: nil, isShown: true)
        }
        guard let shape, let plates else { return motion + tampering }
        return motion + tampering
            + plates.inView.map { plate in
                let box = shape.orientation.stored(plate.box, of: shape.size)
                return PictureSubject(alertID: plate.alertID, kind: .plate, box: box, isShown: true)
            }
    }

    /// The stream broke off and will go on: what the detector knows of the scene is doubtful.
    mutating func settle() {
        detector?.settle()
        tamper.settle()
    }

    /// Ends every open incident.
    mutating func finish(because reason: EndReason) -> [AlertDraft] {
        openAlerts = incidents.map { _ in nil }
        let ended = incidents.indices.filter { !plan.rules[$0].precludes }
            .compactMap { incidents[$0].end(because: reason) }
            .map { composer.compose($0, in: light) }
        return (plates?.finish() ?? []) + ended + tamper.finish(because: reason)
    }

    private mutating func judge(
        _ observation: MotionObservation?,
        of frame: borrowing DecodedFrame,
        at now: Moment
    ) -> (drafts: [AlertDraft], observation: MotionObservation?) {
        guard let observation, let shape else { return ([], nil) }
        followDaylight(in: frame, shape)
        var drafts = tell(observation, at: now, shape) + lookForPlates(in: frame, at: now)
        if let picture = detector?.picture {
            drafts += tamper.look(at: picture, now, size: displayedSize, suppression: observation.suppression)
        }
        return (drafts, observation)
    }

    /// Searches what moves for plates, as often as is asked for.
    private mutating func lookForPlates(in frame: borrowing DecodedFrame, at now: Moment) -> [AlertDraft] {
        guard plates != nil else { return [] }
        let moving = plates?.isDue(at: now.media) == true ? detector?.movingBoxes ?? [] : []
        let size = displayedSize
        return frame.withLuma { luma in plates?.look(at: luma, moving: moving, at: now, size: size) ?? [] }
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

    /// Makes a detector for the picture's shape, unless there is one.
    private mutating func prepare(for frame: borrowing DecodedFrame) {
        let shape = PictureShape(size: frame.storedSize, orientation: frame.orientation)
        guard shape != self.shape else { return }
        detector = MotionDetector(
            settings: plan.motionSettings(for: shape.orientation, in: light),
            frameSize: shape.size,
            target: plan.kernels
        )
        let isBelieved = believesAppearance
        detector?.believesAppearance = isBelieved
        if let detector { tamper.prepare(geometry: detector.geometry, orientation: shape.orientation) }
        displayedSize = shape.orientation.displayed(shape.size)
        plates?.prepare(shape.orientation)
        self.shape = shape
    }

    private mutating func tell(_ observation: MotionObservation, at now: Moment, _ shape: PictureShape) -> [AlertDraft]
    {
        guard plan.tellsMotion else { return [] }
        let isPrecluded = followPreclusion(observation, at: now)
        var drafts: [AlertDraft] = []
        for (index, var reading) in observation.zones.enumerated() where !plan.rules[index].precludes {
            if isPrecluded, reading.isMoving {
                reading.isMoving = false
                reading.doubts.add(.precluded)
            }
            doubts.add(reading.doubts)
            reading.box = reading.box.map { shape.orientation.displayed($0, of: shape.size) }
            for transition in incidents[index].observe(reading, at: now, size: displayedSize) {
                let draft = composer.compose(transition, in: light)
                openAlerts[index] = draft.phase == .closes ? nil : draft.alertID
                drafts.append(draft)
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

extension MotionObservation {
    /// Whether something moves, or keeps the detector from saying so.
    fileprivate var isBusy: Bool { zones.contains(where: \.isMoving) || suppression != nil }
}
