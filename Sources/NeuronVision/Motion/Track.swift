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
    private struct Step: Sendable {
        var time = MediaTime.zero
        var x = 0
        var y = 0
        var box = PixelBox(left: 0, top: 0, right: 0, bottom: 0)
    }

    private(set) var firstSeen: MediaTime
    private(set) var lastSeen: MediaTime
    /// The frames in which it was seen, and all frames since; both are halved from time to time.
    private(set) var hits = 1
    private var frames = 1
    /// Centre in 1/16 samples.
    private(set) var x: Int
    private(set) var y: Int
    private(set) var box: PixelBox
    /// Its usual number of samples.
    private(set) var sampleCount: Int
    /// Whether it went farther than its own size between the last two sights: often it's not the same thing then.
    private(set) var hasLeapt = false
    /// The blob of the last frame, while it was seen there.
    var blob: Int?
    /// Whether it was believed for its coming up alone.
    private(set) var isSparse = false
    /// Where the way began on which it is: what stands for a minute and then goes off began to move then.
    private(set) var movingSince: MediaTime?
    /// When it last travelled.
    private var lastTravel: MediaTime?
    /// The straight way that it has been seen to go lately, in 1/16 samples.
    private(set) var travelled = 0
    /// The way that it was last believed for.
    private(set) var believedTravel = 0
    /// The way that it takes to be believed, in 1/16 samples.
    private(set) var travelLimit = 0
    /// Places of the last ``memory``, oldest first.
    private var steps: [16 of Step] = .init(repeating: Step())
    private var stepCount = 0

    private static let memory = TimeSpan.milliseconds(2000)
    private static let stepInterval = TimeSpan.milliseconds(100)
    private static let linger = TimeSpan.milliseconds(600)
    static let shortestLife = TimeSpan.milliseconds(150)
    private static let fewestHits = 3
    static let usualUnrest = 8
    private static let lifePerUnrest = TimeSpan.milliseconds(40)
    private static let longestLife = TimeSpan.milliseconds(2000)
    /// Two sights this far apart are enough: where only keyframes are decoded.
    static let longLife = TimeSpan.milliseconds(900)
    /// In 1/16 samples.
    private static let shortestWay = 40

    init(blob: Blob, index: Int, at time: MediaTime) {
        firstSeen = time
        lastSeen = time
        x = blob.x
        y = blob.y
        box = blob.box
        sampleCount = blob.sampleCount
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

    /// Begins a frame in which it has not been found yet.
    mutating func beginFrame() {
        blob = nil
        frames += 1
        guard frames >= 64 else { return }
        frames /= 2
        hits /= 2
    }

    /// Takes the blob of a new frame.
    mutating func follow(_ blob: Blob, index: Int, at time: MediaTime, unrest: Unrest) {
        let way = max(abs(blob.x - x), abs(blob.y - y))
        hasLeapt = way > 16 * (max(blob.box.width, blob.box.height) + 2)
        x = blob.x
        y = blob.y
        box = blob.box
        // What is the same thing keeps its size, more or less; what follows by chance doesn't.
        sampleCount = (sampleCount * 3 + blob.sampleCount) / 4
        self.blob = index
        hits += 1
        lastSeen = time
        isSparse = false
        forget(before: time - Track.memory)
        measure(blob, at: time, unrest: unrest)
        if time - steps[stepCount - 1].time >= Track.stepInterval { push(time) }
    }

    /// Looks for a way among the remembered places on which it got on all the time.
    private mutating func measure(_ blob: Blob, at time: MediaTime, unrest: Unrest) {
        travelLimit = Track.shortestWay + min(blob.box.width, blob.box.height) * 2
        travelled = 0
        var start = time
        for index in 0..<stepCount where frontAdvanced(since: steps[index]) && gotOn(since: index) {
            let way = (x - steps[index].x).magnitude2(y - steps[index].y)
            guard way > travelled else { continue }
            travelled = way
            start = steps[index].time
        }
        travelled = travelled.squareRootRoundedDown
        guard isCredible(at: time, unrest: unrest), travelled >= travelLimit else { return }
        if !isMoving(at: time) || movingSince == nil { movingSince = start }
        lastTravel = time
        believedTravel = travelled
    }

    /// Whether it was seen for long enough and without too many gaps.
    ///
    /// In rain, snow and shaking pictures patches come up everywhere, and by chance one follows where another was. The
    /// more of them, the longer and the more steadily a thing must be seen; and it must be larger than they are.
    private func isCredible(at time: MediaTime, unrest: Unrest) -> Bool {
        let age = time - firstSeen
        let excess = Int64(unrest.excess)
        if excess > 0 {
            let life = min(Track.shortestLife + Track.lifePerUnrest * excess, Track.longestLife)
            let isLarge = sampleCount * 20 >= (40 + Int(excess)) * unrest.meanSampleCount
            guard age >= life, hits * 4 >= frames * 3, isLarge else { return false }
        }
        return age >= Track.shortestLife && hits * 2 >= frames && (hits >= Track.fewestHits || age >= Track.longLife)
    }

    /// Whether the edge that leads the way went along.
    ///
    /// Something that is being absorbed into the background shrinks: its centre moves, its front does not.
    private func frontAdvanced(since start: Step) -> Bool {
        let (dx, dy) = (x - start.x, y - start.y)
        let advance =
            abs(dx) >= abs(dy)
            ? (dx > 0 ? box.right - start.box.right : start.box.left - box.left)
            : (dy > 0 ? box.bottom - start.box.bottom : start.box.top - box.top)
        return advance * 32 >= max(abs(dx), abs(dy))
    }

    /// Whether each third of the way since a step brought it on.
    ///
    /// A patch that jumps once, as two patches that join do, or that swings back and forth, has not gone anywhere.
    private func gotOn(since index: Int) -> Bool {
        let places = stepCount - index
        // Two sights tell no more than a distance.
        guard places > 1 else { return hits == 2 }
        let (first, second) = (steps[index + (places + 2) / 3], steps[min(index + (places * 2 + 2) / 3, stepCount - 1)])
        let start = steps[index]
        let (dx, dy) = (x - start.x, y - start.y)
        let least = dx.magnitude2(dy) / 10
        return dx * (first.x - start.x) + dy * (first.y - start.y) > least
            && (places == 2 || dx * (second.x - first.x) + dy * (second.y - first.y) > least)
            && dx * (x - second.x) + dy * (y - second.y) > least
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

extension Int {
    /// The square of the length of a vector whose other side is given.
    fileprivate func magnitude2(_ other: Int) -> Int { self * self + other * other }

    /// The integer square root, by Newton's method.
    fileprivate var squareRootRoundedDown: Int {
        guard self > 0 else { return 0 }
        var root = 1 << ((Int.bitWidth - leadingZeroBitCount + 1) / 2)
        while true {
            let next = (root + self / root) / 2
            if next >= root { return root }
            root = next
        }
    }
}
