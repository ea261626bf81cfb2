import NeuronCore

/// Tells a change of the whole scene's light from motion, and says when the background is learnt.
///
/// A lamp, an exposure step or a switch to infrared changes most of the picture within a few frames, and more than a
/// gain can explain. The gate then holds until the picture has been quiet for a while, as such a switch spreads over
/// many frames; meanwhile the background is learnt anew.
struct LightGate: Sendable {
    private enum State: Sendable {
        /// Learning from nothing, since a time.
        case settling(since: MediaTime, frames: Int)
        case watching
        /// Learning anew, since a time, and quiet since another.
        case changing(since: MediaTime, quietSince: MediaTime?)
    }

    private var state: State?

    /// The length of a first look at a scene, and the fewest frames it takes.
    private static let settlingTime = TimeSpan.milliseconds(1000)
    private static let settlingFrames = 3
    /// The same where few cells ever differed, in which case more looking tells nothing more.
    private static let calmSettlingTime = TimeSpan.milliseconds(400)
    private static let calmSettlingFrames = 5
    private static let shortestHold = TimeSpan.milliseconds(500)
    private static let quietTime = TimeSpan.milliseconds(400)
    /// A scene that is never quiet is taken as it is after this.
    private static let longestHold = TimeSpan.seconds(6)

    /// Parts of the picture, in 1/1000.
    private enum Share {
        /// More than this differs from the background under the estimated light: hardly any object does that.
        static let unexplained = 500
        static let quiet = 200
        static let quietBrightness = 100
    }

    /// What to do with a frame.
    enum Verdict: Sendable, Hashable {
        case learn(frames: Int, MotionObservation.Suppression)
        case watch
    }

    /// Forgets the scene; the next frame begins a new one.
    mutating func settle() { state = nil }

    /// Whether the next frame is the first of a scene.
    var isBlank: Bool { state == nil }

    /// Judges a frame.
    ///
    /// - Parameters:
    ///   - unexplained: the part of the picture that differs under the estimated light, in 1/1000.
    ///   - brightness: the part of the picture whose brightness differs from the background's, in 1/1000.
    ///   - isObject: whether most of what differs is one thing that came by moving.
    ///   - isCalm: whether few cells differed since the scene began.
    ///   - time: the frame's time.
    /// - Returns: whether to learn the frame or to look for motion in it.
    mutating func judge(unexplained: Int, brightness: Int, isObject: Bool, isCalm: Bool, at time: MediaTime) -> Verdict
    {
        switch state {
        case nil:
            state = .settling(since: time, frames: 1)
            return .learn(frames: 1, .settling)
        case .settling(let since, let frames):
            guard !isKnown(after: time - since, frames: frames, isCalm: isCalm) else { break }
            state = .settling(since: since, frames: frames + 1)
            return .learn(frames: frames + 1, .settling)
        case .watching:
            guard unexplained >= Share.unexplained, !isObject else { break }
            state = .changing(since: time, quietSince: nil)
            return .learn(frames: 2, .lightChange)
        case .changing(let since, let quietSince):
            guard !isOver(since: since, quietSince: quietSince, at: time) else { break }
            let isQuiet = unexplained < Share.quiet && brightness < Share.quietBrightness
            state = .changing(since: since, quietSince: isQuiet ? quietSince ?? time : nil)
            return .learn(frames: 32_768, .lightChange)
        }
        state = .watching
        return .watch
    }

    /// Whether a scene has been looked at for long enough to know what it looks like.
    private func isKnown(after time: TimeSpan, frames: Int, isCalm: Bool) -> Bool {
        if isCalm, time >= LightGate.calmSettlingTime, frames >= LightGate.calmSettlingFrames { return true }
        return time >= LightGate.settlingTime && frames >= LightGate.settlingFrames
    }

    private func isOver(since: MediaTime, quietSince: MediaTime?, at time: MediaTime) -> Bool {
        if time - since >= LightGate.longestHold { return true }
        guard let quietSince, time - since >= LightGate.shortestHold else { return false }
        return time - quietSince >= LightGate.quietTime
    }
}
