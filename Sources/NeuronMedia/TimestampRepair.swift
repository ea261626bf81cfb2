package import NeuronCore

/// Maps the time stamps of one stream's packets, in decoding order, to a time line that can be relied on.
///
/// Pure and integer only: the same stamps give the same times on every machine. Each packet is placed by its own
/// presentation stamp, never by counting, so that a picture has the same time whether or not those around it are
/// decoded.
/// - The first packet placed has the time asked for; a stamp is as far from it as its ticks say, exactly.
/// - A missing stamp, a step of more than `longestGap`, and a step back that no reordering of pictures explains, all go
///   on one nominal interval after the latest time; what follows is placed relative to there.
/// - Equal times are moved on by a microsecond: less than a tick of any container, so nothing changes places.
package struct TimestampRepair: Sendable {
    /// What had to be put right.
    package struct Counts: Sendable, Hashable, Codable {
        package var missing = 0
        package var jumps = 0
        package var duplicates = 0
        package var wraps = 0

        /// Nothing so far.
        package init() {}
    }

    package private(set) var counts = Counts()

    private let timebase: Ratio
    private let nominalInterval: Int64
    private let longestGap: Int64
    private let wrapBits: Int
    private let mayReorder: Bool

    /// Where on the time line which tick lies; nil until the first stamp.
    private var anchor: Anchor?
    private var lastTicks: Int128 = 0
    private var lastTurns: Int128 = 0
    /// The highest time given so far; nil before the first packet.
    private var latest: Int64?
    /// The highest time before the last keyframe: no picture after it in decoding order is shown before this.
    private var groupFloor = Int64.min
    /// The widest step between pictures lately: how far reordering can reach back.
    private var widestStep: Int64
    private var hasSeenReordering = false
    private var recent: [Int64] = []
    private let firstTime: Int64

    /// Codecs hold back at most this many pictures (H.264 and H.265: `max_num_reorder_frames` <= 16).
    private static let reorderDepth: Int64 = 16
    private static let duplicateShift: Int64 = 1000
    /// Times among which none may be given twice.
    private static let remembered = 64

    private struct Anchor {
        var ticks: Int128
        var time: Int64
    }

    /// Makes a repair for one stream.
    ///
    /// - Parameters:
    ///   - timebase: seconds per tick.
    ///   - nominalInterval: what lies between two pictures where the stamps don't say; above zero.
    ///   - mayReorder: whether the codec can store pictures in another order than they are shown.
    ///   - wrapBits: the width of the container's stamps, 33 in MPEG-TS; 64 where they don't wrap.
    ///   - longestGap: a step forward above this is a jump; at least ten nominal intervals are always let pass.
    ///   - firstTime: the time of the first picture.
    ///   - origin: the stamp of the first picture shown, where that isn't the first packet's.
    package init(
        timebase: Ratio,
        nominalInterval: TimeSpan,
        mayReorder: Bool,
        wrapBits: Int = 64,
        longestGap: TimeSpan = .seconds(10),
        firstTime: MediaTime = .zero,
        origin: Int64? = nil
    ) {
        self.timebase = timebase
        self.nominalInterval = max(1, nominalInterval.nanoseconds)
        self.longestGap = max(longestGap.nanoseconds, self.nominalInterval.saturatingMultiplied(by: 10))
        self.wrapBits = wrapBits
        self.mayReorder = mayReorder
        self.firstTime = firstTime.nanoseconds
        widestStep = self.nominalInterval
        if let origin {
            anchor = Anchor(ticks: Int128(origin), time: firstTime.nanoseconds)
            lastTicks = Int128(origin)
        }
    }

    /// The time at which a packet's picture is shown.
    ///
    /// - Parameters:
    ///   - pts: the presentation stamp in ticks; nil if there is none.
    ///   - dts: the decoding stamp in ticks; where it differs from `pts`, pictures are being reordered.
    ///   - isKeyframe: whether decoding can begin here.
    /// - Returns: a time that no other packet of the stream has.
    package mutating func place(pts: Int64?, dts: Int64?, isKeyframe: Bool) -> MediaTime {
        let time = pts.map { placed($0, dts: dts, isKeyframe: isKeyframe) } ?? continued()
        let unique = withoutDuplicate(time)
        note(unique, isKeyframe: isKeyframe)
        return MediaTime(nanoseconds: unique)
    }

    /// The time from one stamp to a later one; nil if that is negative or longer than a gap may be.
    func distance(fromTick start: Int64, to end: Int64) -> TimeSpan? {
        let length = nanoseconds(ofTicks: Int128(end) - Int128(start))
        return (0...Int128(longestGap)).contains(length) ? TimeSpan(nanoseconds: Int64(length)) : nil
    }

    private mutating func placed(_ pts: Int64, dts: Int64?, isKeyframe: Bool) -> Int64 {
        if dts != pts { hasSeenReordering = true }
        let ticks = unwrapped(pts)
        lastTicks = ticks
        guard let anchor else {
            let time = latest.map { $0 &+ nominalInterval } ?? firstTime
            self.anchor = Anchor(ticks: ticks, time: time)
            return time
        }
        let candidate = Int128(anchor.time) + nanoseconds(ofTicks: ticks - anchor.ticks)
        if let time = Int64(exactly: candidate), isPlausible(time, isKeyframe: isKeyframe) { return time }
        counts.jumps += 1
        let time = (latest ?? firstTime) &+ nominalInterval
        self.anchor = Anchor(ticks: ticks, time: time)
        return time
    }

    private mutating func continued() -> Int64 {
        counts.missing += 1
        return latest.map { $0 &+ nominalInterval } ?? firstTime
    }

    private func isPlausible(_ time: Int64, isKeyframe: Bool) -> Bool {
        guard let latest else { return true }
        // What was moved on for being equal may have passed the stamps that follow by as much.
        let moved = Int128(Self.duplicateShift) * Int128(Self.remembered)
        if Int128(time) + moved >= Int128(latest) { return Int128(time) - Int128(latest) <= Int128(longestGap) }
        // Everything before a keyframe in decoding order is shown before it.
        guard mayReorder, hasSeenReordering, !isKeyframe, time > groupFloor else { return false }
        return Int128(latest) - Int128(time) <= Int128(widestStep) * Int128(Self.reorderDepth)
    }

    /// The stamp on a line without wraps: the nearest one to the last that has these low bits.
    private mutating func unwrapped(_ stamp: Int64) -> Int128 {
        guard wrapBits < 63, anchor != nil else { return Int128(stamp) }
        let period = Int128(1) << Int128(wrapBits)
        let distance = Int128(stamp) - lastTicks
        let turns = (distance + period / 2).flooredDivision(by: period)
        if turns != lastTurns { counts.wraps += 1 }
        lastTurns = turns
        return Int128(stamp) - turns * period
    }

    private func nanoseconds(ofTicks ticks: Int128) -> Int128 {
        // |ticks| < 2^66 and the numerator < 2^31: the product can pass 2^127 only for stamps that are nonsense.
        let (scaled, overflow) = ticks.multipliedReportingOverflow(by: Int128(timebase.numerator) * 1_000_000_000)
        if overflow { return ticks < 0 ? -Int128(Int64.max) * 4 : Int128(Int64.max) * 4 }
        return scaled.flooredDivision(by: Int128(timebase.denominator))
    }

    private mutating func withoutDuplicate(_ time: Int64) -> Int64 {
        guard recent.contains(time) else { return time }
        counts.duplicates += 1
        var moved = time
        repeat { moved &+= Self.duplicateShift } while recent.contains(moved)
        return moved
    }

    private mutating func note(_ time: Int64, isKeyframe: Bool) {
        if recent.count == Self.remembered { recent.removeFirst() }
        recent.append(time)
        if isKeyframe, let latest {
            groupFloor = latest
            widestStep = max(nominalInterval, widestStep / 2)
        }
        if let latest, time > latest { widestStep = max(widestStep, min(time &- latest, longestGap)) }
        latest = max(latest ?? time, time)
    }
}

extension Int128 {
    fileprivate func flooredDivision(by divisor: Int128) -> Int128 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Int64 {
    fileprivate func saturatingMultiplied(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
