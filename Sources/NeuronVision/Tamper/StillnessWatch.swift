import NeuronCore

/// Whether the camera sends one picture over and over.
///
/// A sensor's noise changes something in every picture. Where it did so and all at once nothing changes any more, but
/// for what an encoder does to a still picture at its keyframes, the picture is frozen. A camera whose pictures were
/// often equal before, as an encoder leaves quiet scenes at night, must be still for a minute and for thrice as long as it
/// ever was; one that never showed life, as a drawn picture, is never called frozen.
///
/// Where looks are seconds apart, as at the keyframes of a camera that dozes, an encoder's steps cannot be told from life:
/// such a look proves stillness at most, and asks for a closer look where it shows less life than usual.
struct StillnessWatch: Sendable {
    /// What a look found.
    struct Stretch: Sendable {
        var since: MediaTime
        /// When the picture was last found equal to the one before.
        var latest: MediaTime
        var looks = 0
        var equalLooks = 0
        /// Looks that found a change since the last equal one.
        var changesInARow = 0
        /// How long equal pictures must follow each other.
        var needed: TimeSpan
        /// Whether every look must have found the same.
        var isStrict: Bool

        var duration: TimeSpan { latest - since }
        var isProven: Bool { equalLooks >= StillnessWatch.fewestLooks && duration >= needed }
    }

    private(set) var stretch: Stretch?
    /// Whether looks that are close to each other would tell more.
    private(set) var wantsCloserLook = false
    private var quartersBefore: [UInt16] = []
    private var sumsBefore: [Int32] = []
    private var hasBefore = false
    private var before: MediaTime?
    /// A bit for each of the latest 64 looks, the newest lowest: whether it found something new all over the picture.
    private var history: UInt64 = 0
    private var looks = 0
    private var livelyLooks = 0
    private var longest = TimeSpan.zero

    /// So many lively looks, and nine of ten: a sensor's noise is seen.
    private static let fewestLivelyLooks = 20
    /// Some five seconds.
    private static let settlingLooks = 12
    /// Equal looks of a frozen picture.
    static let fewestLooks = 3
    /// Of the 16 parts of the picture; a mask may cover some.
    private static let livelyParts = 10
    private static let livelyNeeded = TimeSpan.seconds(2)
    /// With an encoder's steps in between.
    private static let steppingNeeded = TimeSpan.seconds(20)
    private static let strictNeeded = TimeSpan.seconds(60)
    /// Looks that are farther apart are no comparison of one picture with the next.
    private static let sparse = TimeSpan.seconds(1)
    /// In the first seconds looks are this far apart, so that it is soon known how lively the camera is.
    private static let learningPace = TimeSpan.milliseconds(75)
    private static let looksInGlance = 7
    /// What a keyframe does to a still picture takes at most so many looks.
    private static let longestStep = 2
    /// A keyframe may shift the mean of a cell of a still picture by so many levels.
    private static let keyframeStep: Int32 = 3

    init(cells: CellStructure) {
        quartersBefore = cells.quarters
        sumsBefore = cells.sums
    }

    /// Forgets the last picture; what is known of the camera's noise stays.
    mutating func settle() {
        hasBefore = false
        stretch = nil
        wantsCloserLook = false
    }

    /// Whether it is not known yet how lively the camera is.
    private var isLearning: Bool { looks < Self.fewestLivelyLooks + Self.settlingLooks }

    /// The same, and a glance would not be enough to know it.
    private var needsLessons: Bool { looks + Self.looksInGlance < Self.fewestLivelyLooks + Self.settlingLooks }

    /// Whether it wants to see the picture of a time only to learn how lively the camera is.
    func learns(at time: MediaTime) -> Bool {
        guard isLearning, hasBefore, let before else { return false }
        return time - before >= Self.learningPace
    }

    /// Compares a picture with the one before.
    mutating func look(_ cells: CellStructure, at time: MediaTime) {
        defer { remember(cells, at: time) }
        guard hasBefore, let before, !cells.counted.isEmpty else { return }
        let (changed, parts) = cells.changedCells(since: quartersBefore)
        // A running clock may be burnt in.
        let isEqual = changed <= cells.counted.count / 256
        // An encoder leaves out most of the noise, but not in one place only as where something moves.
        let isLively = changed * 16 >= cells.counted.count && parts >= Self.livelyParts
        let isSparse = time - before >= Self.sparse
        if isEqual {
            carryOn(at: time, from: before)
        } else if let running = stretch, running.isStrict || !isSparse {
            interrupt(running, by: cells)
        }
        if isSparse {
            wantsCloserLook = needsLessons || (isEqual ? needsProof : stretch != nil || (!isLively && isUsuallyLively))
            return
        }
        wantsCloserLook = needsLessons || needsProof
        looks = min(looks + 1, 64)
        history = history << 1 | (isLively ? 1 : 0)
        if isLively { livelyLooks = min(livelyLooks + 1, 64) }
    }

    /// Whether it is on the way to find the picture frozen, or thawed.
    private var needsProof: Bool {
        guard let stretch, !stretch.isStrict else { return false }
        return !stretch.isProven || stretch.changesInARow > 0
    }

    /// Whether nearly all looks were lively, but for the latest few, in which an encoder may have been settling on a picture that
    /// is frozen already.
    private var isUsuallyLively: Bool {
        let lively = (history >> UInt64(Self.settlingLooks)).nonzeroBitCount
        return lively >= Self.fewestLivelyLooks && lively * 10 >= (looks - Self.settlingLooks) * 9
    }

    private mutating func carryOn(at time: MediaTime, from before: MediaTime) {
        let isLively = isUsuallyLively
        let strictNeeded = max(Self.strictNeeded, longest * 3)
        var running =
            stretch
            ?? Stretch(
                since: before,
                latest: before,
                needed: isLively ? Self.livelyNeeded : strictNeeded,
                isStrict: !isLively
            )
        running.looks += 1
        running.equalLooks += 1
        running.changesInARow = 0
        running.latest = time
        // A camera that has shown no noise at all may be a drawing.
        stretch = livelyLooks >= Self.fewestLivelyLooks ? running : nil
    }

    /// Something changed: a keyframe's step, or the end of the stretch.
    private mutating func interrupt(_ running: Stretch, by cells: CellStructure) {
        var running = running
        running.looks += 1
        running.changesInARow += 1
        let isStep = running.changesInARow <= Self.longestStep && running.equalLooks * 3 >= running.looks * 2
        if !running.isStrict, isStep, isFaint(cells) {
            running.needed = Self.steppingNeeded
            stretch = running
        } else {
            if running.isStrict || !running.isProven { longest = max(longest, running.duration) }
            stretch = nil
        }
    }

    /// Whether no cell's mean has moved by more than a keyframe moves it; a burnt-in clock may.
    private func isFaint(_ cells: CellStructure) -> Bool {
        let limit = Self.keyframeStep * CellStructure.samples
        var strong = 0
        for cell in cells.counted where abs(cells.sums[Int(cell)] - sumsBefore[Int(cell)]) > limit { strong += 1 }
        return strong <= cells.counted.count / 256
    }

    private mutating func remember(_ cells: CellStructure, at time: MediaTime) {
        quartersBefore.replaceSubrange(quartersBefore.indices, with: cells.quarters)
        sumsBefore.replaceSubrange(sumsBefore.indices, with: cells.sums)
        hasBefore = true
        before = time
    }
}
