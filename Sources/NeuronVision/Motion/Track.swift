import NeuronCore

/// One thing followed from frame to frame.
struct Track: Sendable {
    /// The things that are new, small or unsteady: 16 times their number, and the samples that one of them has on
    /// average.
    struct Unrest: Sendable {
        var count: Int
        var meanSampleCount: Int

        /// How many more there are than in a usual scene.
        var excess: Int { count / 16 - Track.usualUnrest }
    }

    /// A place on the way.
    struct Step: Sendable {
        var time = MediaTime.zero
        var x = 0
        var y = 0
        var box = PixelBox(left: 0, top: 0, right: 0, bottom: 0)
    }

    /// What else goes on in the picture.
    struct Surroundings: Sendable {
        /// Analysed samples of the whole picture.
        var picture = PixelBox(left: 0, top: 0, right: 0, bottom: 0)
        var unrest = Unrest(count: 0, meanSampleCount: 0)
        /// The usual size of what comes and goes in restless cells, in 1/16 samples.
        var clutter = 0
        /// Whether a scene that was learnt a moment ago has been lively ever since: much of it may turn out to be
        /// restless.
        var isLively = false
        /// Whether the picture is restless nearly everywhere.
        var isRestless = false
        /// Whether the light changes, or much of the picture does in many places at once.
        var isBroad = false
    }

    private(set) var firstSeen: MediaTime
    private(set) var lastSeen: MediaTime
    /// The frames in which it was seen, and all frames since; both are halved from time to time.
    private(set) var hits = 1
    private(set) var frames = 1
    /// Centre in 1/16 samples.
    private(set) var x: Int
    private(set) var y: Int
    private(set) var box: PixelBox
    /// Its usual number of samples.
    private(set) var sampleCount: Int
    /// How much of it lies where it fires again and again, in 1/256.
    private(set) var restlessness: Int
    /// Why it was not believed to go anywhere when it was last seen; nil when it was.
    private(set) var doubt: MotionDoubt? = .noTravel
    /// Whether it went farther than its own size between the last two sights: often it's not the same thing then.
    private(set) var hasLeapt = false
    /// The blob of the last frame, while it was seen there.
    var blob: Int?
    /// Whether it was believed for its coming up alone.
    private(set) var isSparse = false
    /// Where the way began on which it is: what stands for a minute and then goes off began to move then.
    private(set) var movingSince: MediaTime?
    /// When it last travelled.
    private(set) var lastTravel: MediaTime?
    /// The straight way that it has been seen to go lately, in 1/16 samples.
    private(set) var travelled = 0
    /// The way that it was last believed for.
    private(set) var believedTravel = 0
    /// The way that it takes to be believed, in 1/16 samples.
    private(set) var travelLimit = 0
    /// Places of the last ``memory``, oldest first.
    private(set) var steps: [16 of Step] = .init(repeating: Step())
    private(set) var stepCount = 0
    private var hasSettledUp = false
    /// Where it was when it was first seen, or last found elsewhere; in 1/16 samples.
    private var anchorX: Int
    private var anchorY: Int

    private static let memory = TimeSpan.milliseconds(2000)
    private static let parkingTime = TimeSpan.seconds(30)
    private static let stepInterval = TimeSpan.milliseconds(100)
    private static let linger = TimeSpan.milliseconds(600)

    init(blob: Blob, index: Int, at time: MediaTime) {
        firstSeen = time
        lastSeen = time
        x = blob.x
        y = blob.y
        box = blob.box
        sampleCount = blob.sampleCount
        restlessness = blob.restlessness
        anchorX = blob.x
        anchorY = blob.y
        self.blob = index
        push(time)
    }

    /// Whether it goes somewhere, rather than flickering or standing.
    func isMoving(at time: MediaTime) -> Bool {
        guard let lastTravel else { return false }
        return time - lastTravel <= Track.linger
    }

    /// Whether it was seen so seldom that it may still turn out to be anything.
    var isNew: Bool { hits <= 2 }

    /// Whether it has just been found at some distance from where it was known to be, however long that took.
    var hasShifted: Bool {
        max(abs(x - anchorX), abs(y - anchorY)) >= Track.leastShift + 2 * min(box.width, box.height)
    }

    /// In 1/16 samples.
    private static let leastShift = 3 * 16

    /// Takes its coming up for motion, where pictures are so far apart that most things are seen once.
    mutating func appear(at time: MediaTime) {
        lastTravel = time
        movingSince = time
        isSparse = true
    }

    /// Where it is expected: on its way if it has one, in its place otherwise; in 1/16 samples.
    func place(at time: MediaTime) -> (x: Int, y: Int) {
        guard isMoving(at: time), stepCount > 1 else { return (x, y) }
        let start = steps[max(stepCount - 4, 0)]
        let (taken, ahead) = ((lastSeen - start.time).milliseconds, (time - lastSeen).milliseconds)
        guard taken > 0 else { return (x, y) }
        return (x + (x - start.x) * Int(ahead) / Int(taken), y + (y - start.y) * Int(ahead) / Int(taken))
    }

    /// Whether it has stood for so long that it belongs to the scene.
    func isParked(at time: MediaTime) -> Bool { time - (lastTravel ?? firstSeen) >= Track.parkingTime }

    /// Whether it has gone farther than it is large: leaves don't.
    var isPassing: Bool { max(travelled, believedTravel) >= 16 * max(box.width, box.height) }

    /// Takes back what it raised on its way, once it is known to pass.
    mutating func settleUp(with restlessness: inout Restlessness, geometry: AnalysisGeometry) {
        guard !hasSettledUp, isPassing else { return }
        hasSettledUp = true
        for index in 0..<stepCount { restlessness.forgive(steps[index].box, geometry: geometry) }
    }

    /// Since when it has been in some part of the picture: not before its way began, as far back as places are known.
    ///
    /// - Parameter isInside: whether a box touches that part.
    /// - Returns: a time between the beginning of its way and its last sight.
    func arrival(where isInside: (PixelBox) -> Bool) -> MediaTime {
        let began = movingSince ?? firstSeen
        var arrival = lastSeen
        for index in (0..<stepCount).reversed() where steps[index].time > began {
            guard isInside(steps[index].box) else { return arrival }
            arrival = steps[index].time
        }
        return began
    }

    /// Begins a frame in which it has not been found yet.
    mutating func beginFrame() {
        blob = nil
        frames += 1
        guard frames >= 64 else { return }
        frames /= 2
        hits /= 2
    }

    /// Takes the blob of a new frame.
    mutating func follow(_ blob: Blob, index: Int, at time: MediaTime, _ around: Surroundings) {
        if hasShifted { (anchorX, anchorY) = (x, y) }
        let way = max(abs(blob.x - x), abs(blob.y - y))
        hasLeapt = way > 16 * (max(blob.box.width, blob.box.height) + 2)
        x = blob.x
        y = blob.y
        box = blob.box
        if isAnother(blob, around) {
            beginAnew(at: time)
            sampleCount = blob.sampleCount
        }
        // What is the same thing keeps its size, more or less; what follows by chance doesn't.
        sampleCount = (sampleCount * 3 + blob.sampleCount) / 4
        restlessness = (restlessness * 3 + blob.restlessness) / 4
        self.blob = index
        hits += 1
        lastSeen = time
        isSparse = false
        forget(before: time - Track.memory)
        measure(blob, at: time, around)
        if time - steps[stepCount - 1].time >= Track.stepInterval { push(time) }
    }

    /// Whether a flake or a leaf was followed so far, and something larger has taken its place.
    private func isAnother(_ blob: Blob, _ around: Surroundings) -> Bool {
        (around.isRestless || around.unrest.excess > 0) && blob.sampleCount > 3 * sampleCount + 8
    }

    private mutating func beginAnew(at time: MediaTime) {
        firstSeen = time
        movingSince = nil
        lastTravel = nil
        believedTravel = 0
        (hits, frames) = (0, 0)
        stepCount = 0
        push(time)
    }

    /// Looks for a way among the remembered places on which it got on all the time.
    private mutating func measure(_ blob: Blob, at time: MediaTime, _ around: Surroundings) {
        let isDoubtful = isAmongRestless || around.isLively || around.isRestless
        travelLimit = Track.travelLimit(of: blob.box, isDoubtful: isDoubtful)
        travelled = 0
        if around.isBroad, !isMoving(at: time) {
            // What changes its shape while the light changes has not gone anywhere.
            stepCount = 0
            push(time)
            return doubt = .lightChange
        }
        var start = time
        for index in 0..<stepCount where frontAdvanced(since: steps[index], around.picture) && gotOn(since: index) {
            let way = (x - steps[index].x).magnitude2(y - steps[index].y)
            guard way > travelled else { continue }
            travelled = way
            start = steps[index].time
        }
        travelled = travelled.squareRootRoundedDown
        doubt = travelled < travelLimit ? (isDoubtful ? .restless : .noTravel) : doubt(at: time, since: start, around)
        guard doubt == nil else { return }
        if !isMoving(at: time) || movingSince == nil { movingSince = start }
        lastTravel = time
        believedTravel = travelled
    }

    private mutating func forget(before time: MediaTime) {
        var stale = 0
        while stale < stepCount - 1, steps[stale].time < time { stale += 1 }
        drop(stale)
    }

    private mutating func push(_ time: MediaTime) {
        if stepCount == 16 { drop(1) }
        steps[stepCount] = Step(time: time, x: x, y: y, box: box)
        stepCount += 1
    }

    private mutating func drop(_ count: Int) {
        guard count > 0 else { return }
        for index in count..<stepCount { steps[index - count] = steps[index] }
        stepCount -= count
    }
}
