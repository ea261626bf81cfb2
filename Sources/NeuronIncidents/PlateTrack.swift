import NeuronCore

/// One plate that is followed from look to look.
struct PlateTrack: Sendable {
    private(set) var sighting: PlateSighting
    var isFound = true
    var isTold = false
    private var box: PixelBox
    /// Pixels a second at its latest move, its middle's.
    private var speed = (x: 0.0, y: 0.0)
    /// Where it has been since when, as far as it stands still.
    private var place: PixelBox
    private var placeSince: MediaTime
    /// Looks at its place since it was found there last.
    private var misses = 0
    private var firstMiss = MediaTime.zero

    /// What has been in one place this long stands there.
    private static let parking = TimeSpan.milliseconds(1500)
    /// So many looks in vain over so long a time, and it is gone: somebody may just walk by.
    private static let missesOfGone = 5
    private static let timeOfGone = TimeSpan.seconds(5)
    /// How far it may be from where it is expected, in its own widths: at once, and more for each second between looks.
    private static let reach = 0.75
    private static let reachPerSecond = 3.0

    /// Begins with a plate's first picture.
    init(_ sighting: PlateSighting) {
        self.sighting = sighting
        box = sighting.firstBox
        place = box
        placeSince = sighting.firstSeen.media
    }

    /// Where it was found last, in displayed pixels.
    var latestBox: PixelBox { box }

    /// Whether it stands still since a while.
    var isParked: Bool { sighting.lastSeen.media - placeSince >= Self.parking }

    /// Whether it was looked for in its place often enough, and in vain.
    private(set) var isGone = false

    /// How far a box is from where this plate is expected, in its widths; nil where it cannot be the same.
    func distance(to other: PixelBox, at time: MediaTime) -> Double? {
        let (width, otherWidth) = (Double(max(box.width, 1)), Double(max(other.width, 1)))
        guard otherWidth < 2 * width, width < 2 * otherWidth else { return nil }
        let seconds = min(max((time - sighting.lastSeen.media).seconds, 0), 3)
        let isOld = time - sighting.lastSeen.media >= Self.parking
        // What stood still is expected there and nowhere else: another car may stop beside it.
        let reach = isParked && isOld ? 0.4 : Self.reach + Self.reachPerSecond * min(seconds, 1)
        let x = Double(box.left + box.right) / 2 + (isParked ? 0 : speed.x * seconds)
        let y = Double(box.top + box.bottom) / 2 + (isParked ? 0 : speed.y * seconds)
        let across = abs(Double(other.left + other.right) / 2 - x)
        let down = abs(Double(other.top + other.bottom) / 2 - y)
        let distance = max(across, down) / width
        return distance <= reach ? distance : nil
    }

    /// Takes a find of this plate.
    mutating func follow(_ reading: PlateReading, at now: Moment, size: FrameSize) {
        let seconds = (now.media - sighting.lastSeen.media).seconds
        if seconds > 0 {
            let x = Double(reading.box.left + reading.box.right - box.left - box.right) / 2 / seconds
            let y = Double(reading.box.top + reading.box.bottom - box.top - box.bottom) / 2 / seconds
            speed = (x, y)
        }
        box = reading.box
        isFound = true
        misses = 0
        if !Self.isSamePlace(box, place) {
            place = box
            placeSince = now.media
        }
        sighting.extend(by: reading, at: now, size: size)
    }

    /// Takes a look that did not find it; one elsewhere says nothing.
    mutating func miss(in searched: PixelBox, at time: MediaTime) {
        let isInside =
            searched.left <= box.left && searched.top <= box.top && searched.right >= box.right
            && searched.bottom >= box.bottom
        guard isInside else { return }
        if misses == 0 { firstMiss = time }
        misses += 1
        isGone = misses >= Self.missesOfGone && time - firstMiss >= Self.timeOfGone
    }

    /// Whether two boxes share at least half of what they cover together.
    private static func isSamePlace(_ a: PixelBox, _ b: PixelBox) -> Bool {
        let across = min(a.right, b.right) - max(a.left, b.left)
        let down = min(a.bottom, b.bottom) - max(a.top, b.top)
        guard across > 0, down > 0 else { return false }
        let shared = across * down
        return 3 * shared >= a.width * a.height + b.width * b.height
    }
}
