import NeuronCore

/// How many pictures a second a stream really brings, by when they arrive: it may declare another number.
///
/// Arrivals and not time stamps, since a camera that lies about its rate may stamp its pictures by the lie.
struct FrameRateMeter: Sendable {
    /// What was measured over a while.
    struct Reading: Sendable, Hashable {
        var framesPerSecond: Double
        /// Whether it has now become sure that the stream declares another rate; once a stream.
        var isNews = false
    }

    /// A stall or a late keyframe weighs little in it.
    private static let window = TimeSpan.seconds(10)
    /// What the opening of a stream has held up comes at once, and is no rate.
    private static let burst = TimeSpan.seconds(1)
    /// A rate is another one from here on, up or down.
    private static let factor = 1.25
    /// So many windows in a row, all up or all down: a stall is followed by what it held up.
    private static let patience = 3

    private let declared: Double?
    private var first: MonotonicTime?
    private var start: MonotonicTime?
    private var count = 0
    /// Windows in a row that were above what is declared, or below, which counts down.
    private var run = 0
    private var isTold = false

    /// Makes a meter of a stream that declares a number of pictures a second, or none.
    init(declared: Double?) { self.declared = declared }

    /// Takes a packet's arrival; gives what was measured where a window is over.
    mutating func note(_ now: MonotonicTime) -> Reading? {
        guard let first else {
            first = now
            return nil
        }
        guard let start else {
            if now - first >= Self.burst { start = now }
            return nil
        }
        count += 1
        let length = now - start
        guard length >= Self.window else { return nil }
        let rate = Double(count) / length.seconds
        (self.start, count) = (now, 0)
        return Reading(framesPerSecond: rate, isNews: isNews(rate))
    }

    private mutating func isNews(_ rate: Double) -> Bool {
        guard let declared else { return false }
        if rate > declared * Self.factor {
            run = max(run, 0) + 1
        } else if rate * Self.factor < declared {
            run = min(run, 0) - 1
        } else {
            run = 0
        }
        guard run.magnitude >= Self.patience, !isTold else { return false }
        isTold = true
        return true
    }
}
