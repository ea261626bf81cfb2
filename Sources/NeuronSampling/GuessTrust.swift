/// Whether a camera's packet sizes have proved to tell when something begins, and how far they must stand out.
///
/// The threshold follows the calm groups: it rises with each false guess and sinks while there is none, so that one in forty
/// is guessed falsely, whatever the noise is like. Where events stand out by far, it is a third of what they do.
///
/// Guesses are trusted when four of the last eight events were guessed and false ones are as few as they should be. By chance,
/// as at constant bitrate, one event in forty is. They are trusted no more when one group in ten is guessed falsely, or of the
/// last eight events not two were guessed; then four more events must be guessed in silence.
struct GuessTrust: Sendable {
    private static let falseShareWanted: Float = 1 / 40
    private static let step: Float = 0.25
    private static let limits: ClosedRange<Float> = 2...12
    private static let highestPeak: Float = 60
    /// The weight of one calm group in the share of false guesses.
    private static let weight: Float = 1 / 64

    private(set) var isTrusted = false
    private var limit: Float = 3
    private var falseShare: Float = 0
    private var events: [8 of Event] = .init(repeating: Event(isGuessed: false, peak: 0))
    private var count = 0
    /// A third of the median by which guessed events stood out.
    private var margin: Float = 0

    private struct Event: Sendable {
        var isGuessed: Bool
        var peak: Float
    }

    /// How far a group must stand out to be guessed.
    var threshold: Float { max(limit, margin) }

    /// Takes whether a group that proved calm was guessed to be none.
    mutating func noteCalm(isGuessed: Bool) {
        let change = (isGuessed ? 1 : 0) - Self.falseShareWanted
        limit = min(max(limit + Self.step * change, Self.limits.lowerBound), Self.limits.upperBound)
        falseShare += ((isGuessed ? 1 : 0) - falseShare) * Self.weight
        judge()
    }

    /// Takes whether the group in which something began to move was guessed, and how far it stood out at most.
    mutating func noteEvent(isGuessed: Bool, peak: Float) {
        events[count % 8] = Event(isGuessed: isGuessed, peak: min(peak, Self.highestPeak))
        count += 1
        var peaks: [Float] = []
        for index in 0..<min(count, 8) where events[index].isGuessed { peaks.append(events[index].peak) }
        peaks.sort()
        margin = peaks.count < 4 ? 0 : peaks[peaks.count / 2] / 3
        judge()
    }

    private mutating func judge() {
        let known = min(count, 8)
        var guessed = 0
        for index in 0..<known where events[index].isGuessed { guessed += 1 }
        if !isTrusted {
            isTrusted = guessed >= 4 && falseShare <= 2 * Self.falseShareWanted
        } else if falseShare > 4 * Self.falseShareWanted || (known == 8 && guessed < 2) {
            (isTrusted, count, margin) = (false, 0, 0)
        }
    }
}
