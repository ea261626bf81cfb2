import NeuronCore
package import NeuronMedia

/// The best picture of each open alert of one camera, as a JPEG that may be shown: masks burned, plates covered.
///
/// Used by the pipeline's thread. Pictures are kept encoded, so that an alert costs some hundred kilobytes, and a better one
/// replaces the one before only where it is clearly better: a busy scene is encoded a few times an alert, and not 25 times a second.
package struct AlertPictures: ~Copyable {
    /// How a camera's alert pictures are to look.
    package struct Settings: Sendable {
        package var privacy: PrivacyPainter.Plan
        /// Whether a box is drawn around what an alert is about.
        package var drawsBoxes: Bool
        /// Of their JPEG files, 2 (best) to 31.
        package var quality: Int
        /// Whether there is also a small one of each, for messages.
        package var hasMessages: Bool

        /// Makes settings.
        package init(
            privacy: PrivacyPainter.Plan,
            drawsBoxes: Bool = true,
            quality: Int = PictureWriter.fine,
            hasMessages: Bool = false
        ) {
            self.privacy = privacy
            self.drawsBoxes = drawsBoxes
            self.quality = quality
            self.hasMessages = hasMessages
        }
    }

    /// What it has done so far.
    package struct Statistics: Sendable, Hashable {
        /// Pictures that showed an open alert.
        package var seen = 0
        /// Pictures that were encoded.
        package var encoded = 0
        /// Pictures that could not be made fit to be shown, and so were not kept.
        package var refused = 0

        package init() {}
    }

    package private(set) var statistics = Statistics()
    private let drawsBoxes: Bool
    private let quality: Int
    private var painter: PrivacyPainter
    private var converter = ColourConverter()
    private var writer = PictureWriter(.jpeg)
    private var messages: BoundedEncoder?
    private var candidates: [String: Candidate] = [:]

    private struct Candidate {
        var jpeg: [UInt8]
        var message: [UInt8]?
        var score: Double
        /// When it was taken.
        var time: MediaTime
        /// When its alert was last open.
        var lastOpen: MediaTime
    }

    /// What a picture must be worth more than the one before, and how much later it must be.
    private static let growth = 1.25
    private static let pause = TimeSpan.milliseconds(400)
    /// A camera's alerts that are kept at once, and their bytes.
    private static let most = 24
    private static let mostBytes = 16 << 20
    /// How long the picture of an alert that is over can still be asked for.
    private static let patience = TimeSpan.seconds(30)

    /// Makes a keeper that has seen nothing.
    package init(_ settings: Settings) {
        drawsBoxes = settings.drawsBoxes
        quality = settings.quality
        painter = PrivacyPainter(settings.privacy)
        if settings.hasMessages { messages = BoundedEncoder(.message) }
    }

    /// Looks whether a picture shows an open alert better than those before.
    ///
    /// - Parameters:
    ///   - frame: the picture, lent for this call.
    ///   - sight: what was made of it.
    package mutating func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) {
        forgetOld(at: frame.time)
        guard !sight.subjects.isEmpty else { return }
        statistics.seen += 1
        var wanted: [(subject: PictureSubject, score: Double)] = []
        for subject in sight.subjects {
            candidates[subject.alertID]?.lastOpen = frame.time
            let score = score(of: subject, in: frame, isDoubted: sight.observation.suppression != nil)
            if isWanted(subject, score, at: frame.time) { wanted.append((subject, score)) }
        }
        guard !wanted.isEmpty else { return }
        guard var picture = converter.picture(of: frame), painter.paint(&picture) else {
            return statistics.refused += 1
        }
        for (subject, score) in wanted { keep(picture, of: subject, score, frame) }
    }

    /// Whether no alert's picture is kept.
    package var isEmpty: Bool { candidates.isEmpty }

    /// The best picture of an alert so far.
    ///
    /// - Parameter alertID: an alert that is open, or has just ended.
    /// - Returns: a JPEG file; nil where there is none.
    package func picture(for alertID: String) -> [UInt8]? { candidates[alertID]?.jpeg }

    /// The same picture small enough for a message; nil where there is none, or none is made.
    package func message(for alertID: String) -> [UInt8]? { candidates[alertID]?.message }

    /// Lets go of an alert's picture: it has been told for the last time.
    package mutating func forget(_ alertID: String) { candidates[alertID] = nil }

    private func score(of subject: PictureSubject, in frame: borrowing DecodedFrame, isDoubted: Bool) -> Double {
        guard subject.isShown, !isDoubted, let box = subject.box else { return 0 }
        return frame.withLuma { luma in
            PictureScore.of(box, in: luma.size, sharpness: PictureScore.sharpness(luma, in: box))
        }
    }

    private func isWanted(_ subject: PictureSubject, _ score: Double, at time: MediaTime) -> Bool {
        guard let kept = candidates[subject.alertID] else { return true }
        guard time - kept.time >= Self.pause else { return false }
        return score > kept.score * Self.growth
    }

    private mutating func keep(
        _ picture: ColourPicture,
        of subject: PictureSubject,
        _ score: Double,
        _ frame: borrowing DecodedFrame
    ) {
        var canvas = Canvas(picture)
        if drawsBoxes, subject.isShown, let box = subject.box {
            canvas.outline(frame.orientation.displayed(box, of: frame.storedSize), subject.colour)
        }
        guard let jpeg = try? writer.file(of: canvas.picture, quality: quality) else { return statistics.refused += 1 }
        statistics.encoded += 1
        candidates[subject.alertID] = Candidate(
            jpeg: jpeg,
            message: messages?.file(of: canvas.picture)?.jpeg,
            score: score,
            time: frame.time,
            lastOpen: frame.time
        )
        while candidates.count > Self.most || isTooLarge, let oldest = leastNeeded { candidates[oldest] = nil }
    }

    private var isTooLarge: Bool {
        candidates.count > 1 && candidates.values.reduce(0) { $0 + $1.jpeg.count } > Self.mostBytes
    }

    /// The one whose alert was open longest ago, and of several the one that was taken first.
    private var leastNeeded: String? {
        candidates.min { ($0.value.lastOpen, $0.value.time, $0.key) < ($1.value.lastOpen, $1.value.time, $1.key) }?.key
    }

    private mutating func forgetOld(at time: MediaTime) {
        guard !candidates.isEmpty else { return }
        candidates = candidates.filter { time - $0.value.lastOpen <= Self.patience }
    }
}

extension PictureSubject {
    /// Of its box.
    fileprivate var colour: DrawingColour {
        switch kind {
        case .motion: .signalRed
        case .plate: .cyan
        case .tamper: .amber
        }
    }
}
