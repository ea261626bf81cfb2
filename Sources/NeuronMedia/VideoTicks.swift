import NeuronCore

/// The times of a video's pictures as an encoder wants them: ticks from the first, which rise strictly; pure.
struct VideoTicks {
    /// Divides the usual frame rates; MPEG-4 takes no more than 65535.
    static let perSecond: Int64 = 60_000

    private var first: MediaTime?
    /// Of the latest picture; -1 before any.
    private(set) var last: Int64 = -1

    /// The next picture's; one that is not later than the one before follows it at once.
    mutating func next(at time: MediaTime) -> Int64 {
        let start = first ?? time
        first = start
        last = max((time - start).nanoseconds / 1000 * Self.perSecond / 1_000_000, last + 1)
        return last
    }
}
