package import NeuronCore

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

    /// Clips of one camera that are written at the same time: an alert in each of many zones is one event.
    static let clipsAtOnce = 4
    /// How long an event waits for its picture.
    static let pictureWait = TimeSpan.milliseconds(500)
    /// How long the end of an alert waits for its clip when the last packet has come, or should have.
    static let clipWait = TimeSpan.seconds(2)
    /// The same for a clip that is encoded: one core may be slower than a large picture's camera.
    static let paintedClipWait = TimeSpan.seconds(20)
}
