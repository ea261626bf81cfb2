import NeuronCore

/// Notices when the light of the whole scene becomes another one, and measures it when it has settled.
///
/// A change begins where the motion detector's light gate says so, or where most of the picture becomes brighter or
/// darker by a quarter within seconds. It counts when, once nothing changes any more, a good part of the picture is still
/// brighter or darker than before: a lamp that flickers and a truck that passes leave the light as it was.
struct LightWatch: Sendable {
    private enum State: Sendable {
        case settling(looks: Int)
        case steady
        case changing(since: MediaTime, quietSince: MediaTime?, levelBefore: Int)
    }

    private var state = State.settling(looks: 0)
    /// The sum of each cell in the light that is thought to be steady.
    private var steady: [Int32]
    /// The sum of each cell in the look before.
    private var latest: [Int32]
    private var latestLevel = 0

    private enum Share {
        /// Parts of the picture, in 1/1000.
        static let begins = 500
        static let quiet = 50
        static let counts = 250
    }

    private static let quietTime = TimeSpan.milliseconds(1200)
    private static let longest = TimeSpan.seconds(15)
    private static let settlingLooks = 4
    /// The steady light follows slow changes in about so many seconds.
    private static let constant = TimeSpan.seconds(8)

    init(cells: CellStructure) {
        steady = cells.sums
        latest = cells.sums
    }

    /// Starts over: the next looks show what is steady.
    mutating func settle() { state = .settling(looks: 0) }

    /// Looks at a picture.
    ///
    /// - Parameters:
    ///   - cells: the picture.
    ///   - level: its mean brightness, in 1/256 levels.
    ///   - isGateShut: whether the motion detector saw a change of light since the last look.
    ///   - isScene: whether the scene is the one that is remembered, as far as can be told.
    ///   - time: the picture's time.
    ///   - step: the time since the last look.
    /// - Returns: a change that is over, if one is.
    mutating func look(
        _ cells: CellStructure,
        level: Int,
        isGateShut: Bool,
        isScene: Bool,
        at time: MediaTime,
        step: TimeSpan
    ) -> LightChange? {
        defer {
            latest.replaceSubrange(latest.indices, with: cells.sums)
            latestLevel = level
        }
        switch state {
        case .settling(let looks):
            take(cells)
            state = looks + 1 >= Self.settlingLooks ? .steady : .settling(looks: looks + 1)
        case .steady:
            if isGateShut || !isScene || differing(cells, from: steady, by: 4, sameWay: true) >= Share.begins {
                state = .changing(since: time, quietSince: nil, levelBefore: latestLevel)
            } else {
                follow(cells, step: step)
            }
        case .changing(let since, let quietSince, let levelBefore):
            let isQuiet = !isGateShut && differing(cells, from: latest, by: 8, sameWay: false) < Share.quiet
            let quietSince = isQuiet ? quietSince ?? time : nil
            let isOver = quietSince.map { time - $0 >= Self.quietTime } ?? false
            // Something that stands before the lens is no light; when it leaves, the light is what it was.
            guard isScene, isOver || time - since >= Self.longest else {
                state = .changing(since: since, quietSince: quietSince, levelBefore: levelBefore)
                break
            }
            state = .steady
            let share = differing(cells, from: steady, by: 8, sameWay: false)
            take(cells)
            guard isOver, share >= Share.counts else { break }
            return LightChange(
                since: since,
                levelBefore: Double(levelBefore) / 256,
                levelAfter: Double(level) / 256,
                areaFraction: Double(share) / 1000
            )
        }
        return nil
    }

    /// The cells whose sum differs by 4 levels and by one part in `part`, in 1/1000; with `sameWay` the more frequent of
    /// the brighter and the darker ones.
    private func differing(_ cells: CellStructure, from sums: [Int32], by part: Int32, sameWay: Bool) -> Int {
        var (brighter, darker) = (0, 0)
        for cell in cells.counted {
            let (now, was) = (cells.sums[Int(cell)], sums[Int(cell)])
            let limit = max(was / part, 4 * CellStructure.samples)
            if now - was > limit { brighter += 1 } else if was - now > limit { darker += 1 }
        }
        return (sameWay ? max(brighter, darker) : brighter + darker) * 1000 / max(cells.counted.count, 1)
    }

    private mutating func take(_ cells: CellStructure) {
        steady.replaceSubrange(steady.indices, with: cells.sums)
    }

    private mutating func follow(_ cells: CellStructure, step: TimeSpan) {
        let divisor = Int32(clamping: max(Self.constant.nanoseconds / max(step.nanoseconds, 1), 1))
        for cell in steady.indices { steady[cell] += (cells.sums[cell] - steady[cell]) / divisor }
    }
}
