import NeuronCore

/// Gives the pictures of a clip their decoding and presentation times, in ticks from zero.
///
/// Pure. Packets come in decoding order and are known by when they are shown; decoding times are those same times in order,
/// as much earlier as the codec reorders. They rise strictly, whatever the camera's own stamps were: what was said to be shown
/// before it can be decoded is shown at once.
struct ClipTimes {
    /// Divides the usual rates, and the 90 kHz of RTP exactly.
    static let ticksPerSecond: Int64 = 90_000

    private let delay: Int
    private let interval: Int64
    private var first: MediaTime?
    /// Shown times that no decoding time was taken from yet, in order.
    private var ahead: [Int64] = []
    private var placed: Int64 = 0
    private var lastDecoding: Int64 = -1

    /// When a packet is decoded and shown.
    struct Place: Equatable {
        var decoding: Int64
        var presentation: Int64
    }

    /// Makes the times of a clip that has not begun.
    ///
    /// - Parameters:
    ///   - delay: by how many pictures the codec reorders at most.
    ///   - interval: what lies between two pictures at the usual rate.
    init(delay: Int, interval: TimeSpan) {
        self.delay = max(0, min(delay, 16))
        self.interval = max(1, Self.ticks(interval))
    }

    /// Places the next packet; nil for a picture from before the clip's first, which cannot be decoded.
    mutating func place(_ time: MediaTime) -> Place? {
        let start = first ?? time
        first = start
        guard time >= start else { return nil }
        let shift = Int64(delay) * interval
        let shown = Self.ticks(time - start) + shift
        ahead.insert(shown, at: ahead.firstIndex { $0 > shown } ?? ahead.endIndex)
        let wanted = placed < delay ? placed * interval : ahead.removeFirst()
        placed += 1
        let decoding = max(wanted, lastDecoding + 1)
        lastDecoding = decoding
        return Place(decoding: decoding, presentation: max(shown, decoding))
    }

    /// By how many pictures packets are out of order: none for those of a codec that shows what it decodes.
    static func reordering(of times: [MediaTime]) -> Int {
        var deepest = 0
        for (index, time) in times.enumerated() {
            // A codec reorders by 16 pictures at most.
            deepest = max(deepest, times[max(0, index - 32)..<index].count { $0 > time })
        }
        return min(deepest, 16)
    }

    private static func ticks(_ span: TimeSpan) -> Int64 {
        let nanosecondsPerTick9 = 100_000
        let (whole, rest) = span.nanoseconds.quotientAndRemainder(dividingBy: Int64(nanosecondsPerTick9))
        return whole &* 9 &+ rest * 9 / Int64(nanosecondsPerTick9)
    }
}
