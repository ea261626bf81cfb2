import NeuronCore

/// What it takes for a way to be believed.
extension Track {
    static let shortestLife = TimeSpan.milliseconds(150)
    /// Two sights this far apart are enough: where only keyframes are decoded.
    static let longLife = TimeSpan.milliseconds(900)
    static let usualUnrest = 8
    private static let fewestHits = 3
    private static let lifePerUnrest = TimeSpan.milliseconds(40)
    private static let longestLife = TimeSpan.milliseconds(2000)
    private static let restlessLife = TimeSpan.milliseconds(1000)
    /// In 1/256: with more of it among restless cells, it is taken for one of theirs.
    private static let restlessShare = 64
    /// In 1/16 samples.
    private static let shortestWay = 40
    private static let shortestRestlessWay = 80
    private static let longestRestlessWay = 640

    /// Whether it lies where it fires again and again.
    var isAmongRestless: Bool { restlessness >= Track.restlessShare }

    /// The way that it takes to be believed, in 1/16 samples: a bit and an eighth of its smaller side, and among leaves
    /// three quarters of its larger one, as branches swing.
    static func travelLimit(of box: PixelBox, isDoubtful: Bool) -> Int {
        guard isDoubtful else { return shortestWay + min(box.width, box.height) * 2 }
        return min(shortestRestlessWay + max(box.width, box.height) * 20, longestRestlessWay)
    }

    /// Why it is not believed, however far it went: it was not seen for long enough or with too many gaps, or it may be
    /// one of many.
    ///
    /// In rain, snow and shaking pictures patches come up everywhere, and by chance one follows where another was. The
    /// more of them, the longer and the more steadily a thing must be seen; and it must be larger than they are.
    func doubt(at time: MediaTime, since start: MediaTime, _ around: Surroundings) -> MotionDoubt? {
        let age = time - firstSeen
        let isSteady = hits * 4 >= frames * 3
        let excess = Int64(around.unrest.excess)
        if excess > 0 {
            let life = min(Track.shortestLife + Track.lifePerUnrest * excess, Track.longestLife)
            let size = (40 + Int(excess)) * around.unrest.meanSampleCount / 20
            guard age >= life, isSteady, sampleCount * 100 >= size * sizePercent(age) else { return .unrest }
        }
        if isAmongRestless || around.isLively || around.isRestless {
            let percent = around.isLively ? 100 : sizePercent(age)
            let isLarge = sampleCount * 32 * 100 >= around.clutter * 5 * percent
            let isLong = time - start >= Track.restlessLife || travelled >= 16 * max(box.width, box.height)
            guard isLong, isSteady, isLarge else { return .restless }
        }
        let isSeen = hits * 2 >= frames && (hits >= Track.fewestHits || age >= Track.longLife)
        return age >= Track.shortestLife && isSeen ? nil : .tooShort
    }

    /// What has been followed for long need not be as large: all of the size at first, 70 % after two seconds.
    private func sizePercent(_ age: TimeSpan) -> Int { 100 - Int(min(max(age.milliseconds - 400, 0), 1600)) * 3 / 160 }

    /// Whether the edge that leads the way went along.
    ///
    /// Something that is being absorbed into the background shrinks: its centre moves, its front does not. Of what
    /// leaves the picture the front is out of sight, and its rear must go along as far as both would.
    func frontAdvanced(since start: Step, _ picture: PixelBox) -> Bool {
        let (dx, dy) = (x - start.x, y - start.y)
        let (advance, isLeaving) =
            abs(dx) >= abs(dy)
            ? dx > 0
                ? (box.right - start.box.right, box.right >= picture.right)
                : (start.box.left - box.left, box.left <= picture.left)
            : dy > 0
                ? (box.bottom - start.box.bottom, box.bottom >= picture.bottom)
                : (start.box.top - box.top, box.top <= picture.top)
        let way = max(abs(dx), abs(dy))
        guard isLeaving, advance * 32 < way else { return advance * 32 >= way }
        return rearAdvance(since: start, dx, dy) * 16 >= way * 3 / 2
    }

    private func rearAdvance(since start: Step, _ dx: Int, _ dy: Int) -> Int {
        guard abs(dx) >= abs(dy) else {
            return dy > 0 ? box.top - start.box.top : start.box.bottom - box.bottom
        }
        return dx > 0 ? box.left - start.box.left : start.box.right - box.right
    }

    /// Whether each third of the way since a step brought it on.
    ///
    /// A patch that jumps once, as two patches that join do, or that swings back and forth, has not gone anywhere.
    func gotOn(since index: Int) -> Bool {
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
}

extension Int {
    /// The square of the length of a vector whose other side is given.
    func magnitude2(_ other: Int) -> Int { self * self + other * other }

    /// The integer square root, by Newton's method.
    var squareRootRoundedDown: Int {
        guard self > 0 else { return 0 }
        var root = 1 << ((Int.bitWidth - leadingZeroBitCount + 1) / 2)
        while true {
            let next = (root + self / root) / 2
            if next >= root { return root }
            root = next
        }
    }
}
