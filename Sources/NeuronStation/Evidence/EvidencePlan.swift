package import NeuronCore
import NeuronMedia

/// What is kept of one camera's alerts, and by whom.
package struct EvidencePlan: Sendable {
    /// Writes it.
    package var desk: any EvidenceDesk
    /// Who writes clips, where that is somebody else.
    package var clipDesk: (any EvidenceDesk)?
    /// What a clip shows of the time before its alert, and after the last motion.
    package var preRoll: TimeSpan
    package var postRoll: TimeSpan
    /// The longest clip, pre-roll included.
    package var maxClip: TimeSpan
    /// What link is made of a file's name.
    package var linkBase: String
    /// What becomes of clips where a mask hides something.
    package var passage: ClipPassage
    /// What is painted over where clips are encoded again.
    package var masks = PrivacyMasks.none
    /// Packets of the pre-roll.
    package var ringBytes: Int
    /// How late an alert may be found: what the ring holds beyond the pre-roll.
    package var latency: TimeSpan
    /// How much later than the last motion an end is found, beyond the post-roll; packets are held back for so long.
    package var lag: TimeSpan

    /// Makes a plan.
    package init(
        desk: any EvidenceDesk,
        preRoll: TimeSpan = .seconds(5),
        postRoll: TimeSpan = .seconds(5),
        maxClip: TimeSpan = .seconds(60),
        linkBase: String = AlertEvidence.relativeBase,
        passage: ClipPassage = .pass,
        ringBytes: Int = 8 << 20,
        latency: TimeSpan = .seconds(4),
        lag: TimeSpan = .zero
    ) {
        self.desk = desk
        self.preRoll = preRoll
        self.postRoll = postRoll
        self.maxClip = maxClip
        self.linkBase = linkBase
        self.passage = passage
        self.ringBytes = ringBytes
        self.latency = latency
        self.lag = lag
    }

    /// Whether there can be clips at all; without masks there would be nothing to paint, and packets would pass as they are.
    var makesClips: Bool { passage == .pass || passage == .encode && !masks.isEmpty }

    /// Whether masks lie on the pictures of clips where they lie on those that they were drawn on.
    ///
    /// - Parameters:
    ///   - stream: of which clips are made.
    ///   - watched: the stream that masks are drawn on, where that is another one.
    /// - Returns: false too where the shape of either is not known.
    func masksFit(_ stream: DecoderParameters, drawnOn watched: DecoderParameters?) -> Bool {
        guard !masks.isEmpty, let watched else { return true }
        guard let shape = stream.shape, let drawn = watched.shape else { return false }
        return abs(shape / drawn - 1) <= Self.mostDifference
    }

    /// Of two shapes that show the same: 640x352 and 1920x1080 differ by 2.3 %, since codecs like multiples of 16.
    private static let mostDifference = 0.025
    /// Clips of one camera that are written at the same time: an alert in each of many zones is one event.
    static let clipsAtOnce = 4
    /// How long an event waits for its picture.
    static let pictureWait = TimeSpan.milliseconds(500)
    /// How long the end of an alert waits for its clip when the last packet has come, or should have.
    static let clipWait = TimeSpan.seconds(2)
    /// The same for a clip that is encoded: one core may be slower than a large picture's camera.
    static let paintedClipWait = TimeSpan.seconds(20)
}
