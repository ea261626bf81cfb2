package import NeuronCore

/// Finds motion in a stream of luma planes.
///
/// The stages, one file each: shrink, mask, estimate the light, compare with the background, take out the edges of light
/// and of the picture, note which cells are restless, gate changes of the whole scene's light, join samples into blobs,
/// follow them, judge them per zone, learn. Everything is integer arithmetic on
/// media time: the same frames give the same observations on every machine. In a steady state nothing is allocated.
package struct MotionDetector: Sendable {
    /// Goes into each alert; changes with every change of what is found.
    package static let version = "motion-3"

    package private(set) var settings: MotionSettings
    package let geometry: AnalysisGeometry
    private let kernels: VisionKernels
    private var panel: ZonePanel
    private let mask: Plane<UInt8>?
    private let shares: PictureShares

    /// The latest picture, shrunk and masked: what the tamper detector looks at too.
    package private(set) var picture: Plane<UInt8>
    private var differences: Differences
    private var holding: Holding
    private var sums: [UInt16]
    private var model: BackgroundModel
    private var light = LightGate()
    /// The part of the last picture that differs under the estimated light, in 1/1000.
    private var unexplained = 0
    private var finder: BlobFinder
    private var tracker: BlobTracker
    private var restlessness: Restlessness
    private var lightSense = LightSense()
    private var lastTime: MediaTime?
    private var lastSuppression: MotionObservation.Suppression?
    /// Whether the last picture shows something new that more pictures may prove to move: a reason to decode them.
    package private(set) var isSuspicious = false
    /// Whether the light has just become another: behind that something faint may move that no single picture can tell from it.
    package private(set) var isRelit = false
    /// Whether much of the picture came and went lately.
    package var isRestless: Bool { !restlessness.isCalm }
    /// A longer gap counts as this one; the caller settles the detector after real gaps.
    private static let longestStep = TimeSpan.seconds(3600)

    /// How long a scene that was learnt may turn out to be restless.
    private static let firstLook = TimeSpan.seconds(3)
    /// A part of the picture, in 1/1000.
    private static let broadShare = 100

    /// Makes a detector for pictures of one size.
    ///
    /// - Parameters:
    ///   - settings: zones and masks, in stored coordinates.
    ///   - frameSize: the size of every picture that follows.
    ///   - target: the instruction set to use.
    package init(settings: MotionSettings, frameSize: FrameSize, target: KernelTarget = .best) {
        self.settings = settings
        let geometry = AnalysisGeometry(frame: frameSize)
        self.geometry = geometry
        kernels = VisionKernels(target: target)
        let mask = ZoneRaster.keep(masks: settings.masks, geometry: geometry)
        self.mask = mask
        panel = ZonePanel(zones: settings.effectiveZones, mask: mask, geometry: geometry)
        shares = PictureShares(mask: mask, geometry: geometry)
        picture = Plane(width: geometry.width, height: geometry.height)
        differences = Differences(geometry: geometry)
        holding = Holding(geometry: geometry)
        sums = Array(repeating: 0, count: geometry.cellCount)
        model = BackgroundModel(geometry: geometry)
        finder = BlobFinder(geometry: geometry)
        tracker = BlobTracker(geometry: geometry)
        restlessness = Restlessness(geometry: geometry)
    }

    /// Starts over: learns the scene anew and reports no motion meanwhile; for after a gap or a reconnect.
    package mutating func settle() {
        light.settle()
        tracker.clear()
        finder.clear()
        differences.gain.reset()
        lastTime = nil
    }

    /// Takes other limits and outlines for the zones, from the next picture on; what is known of the scene stays.
    ///
    /// - Parameter zones: as the settings had them, in any number; masks cannot change, since the background was learnt
    ///   behind them.
    package mutating func judge(by zones: [MotionZone]) {
        guard zones != settings.zones else { return }
        settings.zones = zones
        panel = ZonePanel(zones: settings.effectiveZones, mask: mask, geometry: geometry)
    }

    /// How bright and how noisy the scene is without what moves in it, for a ``DaylightJudge``; reads every sample.
    ///
    /// - Parameter colourSpread: what the picture's colours say, in 1/16 levels.
    /// - Returns: brightness and noise of the background, and the colours as given.
    package func tone(colourSpread: Int?) -> DaylightJudge.Tone {
        let brightness = model.levelSums.reduce(0) { $0 + Int($1) } / max(shares.sampleCount, 1)
        return DaylightJudge.Tone(
            brightness: brightness,
            noise: model.noise,
            colourSpread: colourSpread
        )
    }

    /// Looks at the next picture.
    ///
    /// - Parameters:
    ///   - plane: a picture of the size that the detector was made for; of another one nothing is looked at.
    ///   - time: its media time; a time at or before the last one's counts as no time.
    /// - Returns: a reading per zone.
    package mutating func observe(_ plane: borrowing LumaPlane, at time: MediaTime)
        -> MotionObservation
    {
        guard plane.size == geometry.frame else {
            clearReadings(because: .settling)
            return observation(at: time, .settling)
        }
        let now = lastTime.map { max($0, time) } ?? time
        let step = min(max(lastTime.map { now - $0 } ?? .zero, .zero), MotionDetector.longestStep)
        lastTime = now
        kernels.downscale(plane, factor: geometry.factor, into: &picture)
        if let mask { kernels.keep(&picture, mask: mask) }
        kernels.cellSums(picture, into: &sums)
        if light.isBlank { model.begin(with: picture, kernels: kernels) }
        compare(step: step)
        unexplained = differences.isAny ? shares.unexplained(differences.counts) : 0
        let verdict = light.judge(
            unexplained: unexplained,
            brightness: shares.brightness(now: sums, background: model.levelSums),
            isObject: isOneThing(at: now),
            isCalm: restlessness.isCalm,
            at: now
        )
        switch verdict {
        case .learn(let frames, let suppression):
            lastSuppression = suppression
            learn(frames: frames, isLightChanging: suppression == .lightChange, step: step)
            clearReadings(because: suppression == .settling ? .settling : .lightChange)
            return observation(at: time, suppression)
        case .watch:
            lastSuppression = nil
            find(at: now, step: step)
            tracker.settleUp(with: &restlessness, at: now, geometry: geometry)
            holding.mark(
                tracker.tracks,
                finder: finder,
                marks: differences.marks,
                forgiving: &restlessness,
                at: now
            )
            model.follow(
                picture,
                gain: differences.gain.rows,
                held: holding.held,
                moving: holding.moving,
                isLightChanging: lightSense.isChanging,
                isLightNew: lightSense.isNew,
                step: step,
                kernels: kernels
            )
            return observation(at: time, nil)
        }
    }

    /// Whether coming up alone is believed where pictures are so far apart that most things are seen once: not where those
    /// in between can still be had.
    package var believesAppearance: Bool {
        get { tracker.believesAppearance }
        set { tracker.believesAppearance = newValue }
    }

    /// The boxes of what moved in the last picture, each on its own, in stored pixels.
    package var movingBoxes: [PixelBox] {
        guard let lastTime else { return [] }
        return tracker.tracks.compactMap { track in
            track.blob != nil && track.isMoving(at: lastTime) ? geometry.pixels(track.box) : nil
        }
    }

    private mutating func compare(step: TimeSpan) {
        differences.find(
            in: picture,
            sums: sums,
            model: model,
            cellSamples: shares.cellSamples,
            isObject: finder.isObject,
            restlessness: restlessness,
            floor: panel.floor,
            kernels: kernels
        )
        restlessness.note(differences.counts, isAnyFired: differences.isAny, step: step)
    }

    private mutating func learn(frames: Int, isLightChanging: Bool, step: TimeSpan) {
        finder.clear()
        tracker.clear()
        differences.gain.reset()
        model.relearn(
            from: picture,
            gain: differences.gain.rows,
            frames: frames,
            isLightChanging: isLightChanging,
            step: step,
            kernels: kernels
        )
    }

    private mutating func clearReadings(because doubt: MotionDoubt) {
        isSuspicious = false
        isRelit = false
        panel.clear(because: doubt)
    }

    private mutating func find(at time: MediaTime, step: TimeSpan) {
        finder.clear()
        if differences.isAny { finder.find(in: differences.marks, counts: differences.counts) }
        finder.measureContrast(
            bits: differences.marks,
            picture: picture,
            background: model.levels,
            gain: differences.gain.rows
        )
        finder.measureRestlessness(restlessness)
        lightSense.feel(unrest: differences.gain.unrest, step: step)
        let (isBroad, isRestless) = (isBroad, restlessness.isEverywhere)
        tracker.follow(
            finder.blobs,
            at: time,
            step: step,
            isLively: isLively,
            isRestless: isRestless,
            isBroad: isBroad
        )
        isRelit = lightSense.change == .slight && !isRestless
        isSuspicious = (lightSense.change == .strong || isBroad) && !isRestless
        let isAnyNew = panel.judge(tracker.tracks, finder: finder, bits: differences.marks, at: time)
        if differences.isShaken { panel.doubtAll(because: .shake) }
        isSuspicious = isSuspicious || (isAnyNew && tracker.around.unrest.excess <= 0)
    }

    /// Whether a scene that was learnt a moment ago has been lively ever since.
    private var isLively: Bool { model.age < MotionDetector.firstLook && restlessness.isLively }

    /// Whether the light changes, or much of the picture does, in many places rather than as one thing.
    private var isBroad: Bool {
        let isOneThing = (finder.blobs.first?.cells.count ?? 0) * 2 >= finder.cells.count
        return !isOneThing && (lightSense.isChanging || unexplained >= MotionDetector.broadShare)
    }

    /// Whether most of what differed in the last picture is one thing that came there by moving: a truck, not a lamp.
    private func isOneThing(at time: MediaTime) -> Bool {
        tracker.tracks.contains { track in
            guard track.movingSince != nil, !track.isParked(at: time), let blob = track.blob else {
                return false
            }
            return finder.blobs[blob].cells.count * 5 >= finder.cells.count * 3
        }
    }

    /// A copy of what the detector holds since the last picture.
    package func inspection() -> MotionInspection {
        let time = lastTime ?? .zero
        return MotionInspection(
            geometry: geometry,
            differing: differences.counts,
            restlessness: restlessness.cells,
            isShaken: differences.isShaken,
            followed: tracker.tracks.map {
                MotionInspection.FollowedBlob($0, blobs: finder.blobs, geometry: geometry, at: time)
            },
            suppression: lastSuppression
        )
    }

    private func observation(at time: MediaTime, _ suppression: MotionObservation.Suppression?)
        -> MotionObservation
    {
        MotionObservation(
            time: time,
            frameSize: geometry.frame,
            zones: panel.readings,
            suppression: suppression
        )
    }
}
