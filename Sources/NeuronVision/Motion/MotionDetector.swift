package import NeuronCore

/// Finds motion in a stream of luma planes.
///
/// The stages, one file each: shrink, mask, estimate the light, compare with the background, take out the edges of light
/// and of the picture, note which cells are restless, gate changes of the whole scene's light, join samples into blobs,
/// follow them, judge them per zone, learn. Everything is integer arithmetic on
/// media time: the same frames give the same observations on every machine. In a steady state nothing is allocated.
package struct MotionDetector: Sendable {
    /// Goes into each alert; changes with every change of what is found.
    package static let version = "motion-2"

    package private(set) var settings: MotionSettings
    package let geometry: AnalysisGeometry
    private let kernels: VisionKernels
    private var judges: [ZoneJudge]
    private let mask: Plane<UInt8>?
    /// Samples of each cell that no mask burns.
    private let cellSamples: [UInt8]
    private let sampleCount: Int
    private var floor: Int16

    /// The latest picture, shrunk and masked: what the tamper detector looks at too.
    package private(set) var picture: Plane<UInt8>
    private var marks: Plane<UInt8>
    private var held: Plane<UInt8>
    private var moving: Plane<UInt8>
    private var sums: [UInt16]
    private var counts: [UInt8]
    private var model: BackgroundModel
    private var gain: GainField
    private var light = LightGate()
    /// Whether enough samples of any cell differ in the last picture.
    private var isAnyFired = false
    /// The part of the last picture that differs under the estimated light, in 1/1000.
    private var unexplained = 0
    private var finder: BlobFinder
    private var tracker: BlobTracker
    private var trim: EdgeTrim
    private var restlessness: Restlessness
    /// The light's unrest of the last moments, in 1/16000.
    private var usualLight = 0
    private var isLightChanging = false
    /// The unrest of the light in the last picture, as ``usualLight``, and whether it has just become another.
    private var lastLight = 0
    private var hasLightJumped = false
    private var readings: [ZoneReading]
    private var lastTime: MediaTime?
    private var lastSuppression: MotionObservation.Suppression?
    /// Whether the last picture shows something new that more pictures may prove to move: a reason to decode them.
    package private(set) var isSuspicious = false
    /// A sample's square must be above this many variances, in 1/1024: four standard deviations.
    private static let varianceFactor: Int16 = 16 * 1024

    /// A longer gap counts as this one; the caller settles the detector after real gaps.
    private static let longestStep = TimeSpan.seconds(3600)

    /// How long limits are raised after a scene was learnt.
    private static let youth = TimeSpan.seconds(6)

    /// How long a scene that was learnt may turn out to be restless, and the part of it that makes it lively: a 25th.
    private static let firstLook = TimeSpan.seconds(3)
    private static let livelyPart = 25
    /// A picture is restless nearly everywhere when a third of its cells are.
    private static let restlessPart = 3

    /// A change of the light's unrest within a moment, in 1/16000, and a part of the picture, in 1/1000.
    private static let lightStep = 25 * 16
    private static let lightMemory = TimeSpan.milliseconds(500)
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
        judges = settings.effectiveZones.map { ZoneJudge(zone: $0, mask: mask, geometry: geometry) }
        readings = judges.map { $0.quietReading(geometry: geometry) }
        cellSamples = MotionDetector.samplesPerCell(mask: mask, geometry: geometry)
        sampleCount = cellSamples.reduce(0) { $0 + Int($1) }
        floor = MotionDetector.floor(for: settings)
        picture = Plane(width: geometry.width, height: geometry.height)
        marks = Plane(width: geometry.cellColumns, height: geometry.height, stride: geometry.cellColumns)
        held = marks
        moving = marks
        sums = Array(repeating: 0, count: geometry.cellCount)
        counts = Array(repeating: 0, count: geometry.cellCount)
        model = BackgroundModel(geometry: geometry)
        gain = GainField(geometry: geometry)
        finder = BlobFinder(geometry: geometry)
        tracker = BlobTracker(geometry: geometry)
        trim = EdgeTrim(geometry: geometry)
        restlessness = Restlessness(geometry: geometry)
    }

    /// Starts over: learns the scene anew and reports no motion meanwhile; for after a gap or a reconnect.
    package mutating func settle() {
        light.settle()
        tracker.clear()
        finder.clear()
        gain.reset()
        lastTime = nil
    }

    /// Takes other limits and outlines for the zones, from the next picture on; what is known of the scene stays.
    ///
    /// - Parameter zones: as the settings had them, in any number; masks cannot change, since the background was learnt
    ///   behind them.
    package mutating func judge(by zones: [MotionZone]) {
        guard zones != settings.zones else { return }
        settings.zones = zones
        judges = settings.effectiveZones.map { ZoneJudge(zone: $0, mask: mask, geometry: geometry) }
        readings = judges.map { $0.quietReading(geometry: geometry) }
        floor = MotionDetector.floor(for: settings)
    }

    /// How bright and how noisy the scene is without what moves in it, for a ``DaylightJudge``; reads every sample.
    ///
    /// - Parameter colourSpread: what the picture's colours say, in 1/16 levels.
    /// - Returns: brightness and noise of the background, and the colours as given.
    package func tone(colourSpread: Int?) -> DaylightJudge.Tone {
        let brightness = model.levelSums.reduce(0) { $0 + Int($1) } / max(sampleCount, 1)
        return DaylightJudge.Tone(brightness: brightness, noise: model.noise, colourSpread: colourSpread)
    }

    /// Looks at the next picture.
    ///
    /// - Parameters:
    ///   - plane: a picture of the size that the detector was made for; of another one nothing is looked at.
    ///   - time: its media time; a time at or before the last one's counts as no time.
    /// - Returns: a reading per zone.
    package mutating func observe(_ plane: borrowing LumaPlane, at time: MediaTime) -> MotionObservation {
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
        unexplained = isAnyFired ? unexplainedShare() * 1000 / max(sampleCount, 1) : 0
        let verdict = light.judge(
            unexplained: unexplained,
            brightness: brightnessShare() * 1000 / max(sampleCount, 1),
            isObject: isOneThing(at: now),
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
            hold(at: now)
            model.follow(
                picture,
                gain: gain.rows,
                held: held,
                moving: moving,
                isLightChanging: isLightChanging,
                step: step,
                kernels: kernels
            )
            return observation(at: time, nil)
        }
    }

    /// The boxes of what moved in the last picture, each on its own, in stored pixels.
    package var movingBoxes: [PixelBox] {
        guard let lastTime else { return [] }
        return tracker.tracks.compactMap { track in
            track.blob != nil && track.isMoving(at: lastTime) ? geometry.pixels(track.box) : nil
        }
    }

    private mutating func compare(step: TimeSpan) {
        gain.estimate(
            now: sums,
            background: model.levelSums,
            samples: cellSamples,
            isObject: finder.isObject,
            kernels: kernels
        )
        // Where the light differs by a tenth the prediction may well be 5 levels off; and a scene that has been known
        // for seconds only may vary by more than it has yet.
        let youth = max(MotionDetector.youth - model.age, .zero)
        let caution = Int(floor) * Int(youth.milliseconds) / Int(MotionDetector.youth.milliseconds)
        let floor = Int16(clamping: Int(floor) + gain.unrest * 3 / 2 + caution)
        kernels.compare(
            picture,
            background: model.background,
            variance: model.variance,
            gain: gain.rows,
            floor: floor,
            factor: MotionDetector.varianceFactor,
            marks: &marks
        )
        kernels.cellCounts(marks, into: &counts)
        isAnyFired = counts.contains { $0 >= BlobFinder.fewestPerCell }
        if isAnyFired { clearEdges(floor: floor) }
        restlessness.note(counts, isAnyFired: isAnyFired, step: step)
    }

    private mutating func clearEdges(floor: Int16) {
        let comparison = LightEdges.Comparison(
            picture: picture,
            model: model,
            gain: gain,
            floor: floor,
            factor: MotionDetector.varianceFactor
        )
        LightEdges.clear(&marks, counts: &counts, comparison: comparison, geometry: geometry)
        trim.clear(&marks, counts: &counts, comparison: comparison, restlessness: restlessness, kernels: kernels)
    }

    private mutating func learn(frames: Int, isLightChanging: Bool, step: TimeSpan) {
        finder.clear()
        tracker.clear()
        gain.reset()
        model.relearn(
            from: picture,
            gain: gain.rows,
            frames: frames,
            isLightChanging: isLightChanging,
            step: step,
            kernels: kernels
        )
    }

    private mutating func clearReadings(because doubt: MotionDoubt) {
        isSuspicious = false
        for index in judges.indices {
            judges[index].clear(&readings[index])
            readings[index].doubts.add(doubt)
        }
    }

    private mutating func find(at time: MediaTime, step: TimeSpan) {
        finder.clear()
        if isAnyFired { finder.find(in: marks, counts: counts) }
        finder.measureContrast(bits: marks, picture: picture, background: model.levels, gain: gain.rows)
        finder.measureRestlessness(restlessness)
        feelLight(step: step)
        let (isBroad, isRestless) = (isBroad, isRestless)
        tracker.follow(finder.blobs, at: time, step: step, isLively: isLively, isRestless: isRestless, isBroad: isBroad)
        // Behind a change of the light something may move that a single picture cannot tell from it.
        isSuspicious = (hasLightJumped || isBroad) && !isRestless
        for index in judges.indices {
            let isWorthALook = judges[index].judge(
                tracker.tracks,
                blobs: finder.blobs,
                finder: finder,
                bits: marks,
                geometry: geometry,
                at: time,
                into: &readings[index]
            )
            if isAnyFired, trim.isShaken { readings[index].doubts.add(.shake) }
            isSuspicious = isSuspicious || (isWorthALook && tracker.around.unrest.excess <= 0)
        }
    }

    /// Whether a scene that was learnt a moment ago has been lively ever since.
    private var isLively: Bool {
        model.age < MotionDetector.firstLook
            && restlessness.livelyCells * MotionDetector.livelyPart >= geometry.cellCount
    }

    /// Whether the picture is restless nearly everywhere, as in snow.
    private var isRestless: Bool { restlessness.restlessCells * MotionDetector.restlessPart >= geometry.cellCount }

    /// Notes whether the light is another than a moment ago.
    private mutating func feelLight(step: TimeSpan) {
        let memory = MotionDetector.lightMemory
        let change = gain.unrest * 16 - usualLight
        usualLight += change * Int(min(step, memory).milliseconds) / Int(memory.milliseconds)
        isLightChanging = abs(change) >= MotionDetector.lightStep
        hasLightJumped = abs(gain.unrest * 16 - lastLight) >= MotionDetector.lightStep
        lastLight = gain.unrest * 16
    }

    /// Whether the light changes, or much of the picture does, in many places rather than as one thing.
    private var isBroad: Bool {
        let isOneThing = (finder.blobs.first?.cells.count ?? 0) * 2 >= finder.cells.count
        return !isOneThing && (isLightChanging || unexplained >= MotionDetector.broadShare)
    }

    /// Marks the samples of blobs for slow learning, and those of what moves for none of their noise.
    ///
    /// Speckle outside of blobs is noise, and is learnt as such.
    private mutating func hold(at time: MediaTime) {
        held.clear()
        moving.clear()
        tracker.settleUp(with: &restlessness, at: time, geometry: geometry)
        for track in tracker.tracks {
            guard let blob = track.blob, !track.isParked(at: time) else { continue }
            let isMoving = track.isMoving(at: time)
            let isPassing = isMoving && track.isPassing
            for cell in finder.cells[finder.blobs[blob].cells] {
                if isPassing { restlessness.forgive(Int(cell)) }
                let (row, column) = Int(cell).quotientAndRemainder(dividingBy: geometry.cellColumns)
                for line in row * 8..<min(row * 8 + 8, geometry.height) {
                    let index = line * marks.stride + column
                    held.samples[index] = marks.samples[index]
                    if isMoving { moving.samples[index] = marks.samples[index] }
                }
            }
        }
    }

    /// Whether most of what differed in the last picture is one thing that came there by moving: a truck, not a lamp.
    private func isOneThing(at time: MediaTime) -> Bool {
        tracker.tracks.contains { track in
            guard track.movingSince != nil, !track.isParked(at: time), let blob = track.blob else { return false }
            return finder.blobs[blob].cells.count * 5 >= finder.cells.count * 3
        }
    }

    /// The samples of all cells in which more than a few differ under the estimated light.
    private func unexplainedShare() -> Int {
        var share = 0
        for index in counts.indices where counts[index] >= 8 { share += Int(cellSamples[index]) }
        return share
    }

    /// The samples of all cells that are brighter or darker than their background by an eighth and by 4 levels.
    private func brightnessShare() -> Int {
        var share = 0
        for index in sums.indices {
            let (now, was, count) = (Int(sums[index]), Int(model.levelSums[index]), Int(cellSamples[index]))
            if abs(now - was) > max(was / 8, 4 * count) { share += count }
        }
        return share
    }

    /// A copy of what the detector holds since the last picture.
    package func inspection() -> MotionInspection {
        let time = lastTime ?? .zero
        return MotionInspection(
            geometry: geometry,
            differing: counts,
            restlessness: restlessness.cells,
            isShaken: isAnyFired && trim.isShaken,
            followed: tracker.tracks.map { track in
                MotionInspection.FollowedBlob(
                    box: geometry.pixels(track.box),
                    isMoving: track.isMoving(at: time),
                    isVisible: track.blob != nil,
                    firstSeen: track.firstSeen,
                    travelled: track.travelled,
                    travelLimit: track.travelLimit,
                    contrast: track.blob.map { Double(finder.blobs[$0].contrast) / 16 } ?? 0,
                    sampleCount: track.sampleCount,
                    restlessness: track.restlessness,
                    doubt: track.isMoving(at: time) ? nil : track.doubt
                )
            },
            suppression: lastSuppression
        )
    }

    private func observation(at time: MediaTime, _ suppression: MotionObservation.Suppression?) -> MotionObservation {
        MotionObservation(time: time, frameSize: geometry.frame, zones: readings, suppression: suppression)
    }

    /// The lowest limit of a sample, in 1/32 levels: half the contrast that the most sensitive zone asks for.
    private static func floor(for settings: MotionSettings) -> Int16 {
        let limits = settings.effectiveZones.map { ZoneJudge.contrastLimit(sensitivity: $0.sensitivity) }
        return Int16(clamping: limits.min() ?? 16 * 8)
    }

    private static func samplesPerCell(mask: Plane<UInt8>?, geometry: AnalysisGeometry) -> [UInt8] {
        var samples = [UInt8](repeating: 0, count: geometry.cellCount)
        for y in 0..<geometry.height {
            for x in 0..<geometry.width where mask.map({ $0.samples[y * $0.stride + x] != 0 }) ?? true {
                samples[y / 8 * geometry.cellColumns + x / 8] += 1
            }
        }
        return samples
    }
}
