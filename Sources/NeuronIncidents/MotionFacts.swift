package import NeuronCore

/// What is known of one motion incident at some point of its life.
package struct MotionFacts: Sendable, Hashable {
    /// The zone in which it moves: the alert's rule.
    package var zone: String
    /// When it was first seen; the detector may have needed a moment to be sure.
    package var onset: Moment
    /// The latest moving picture.
    package var lastMoving: Moment
    /// The reading that shows the most, of all so far, and its picture.
    package var best: ZoneReading
    package var bestMoment: Moment
    /// The displayed size of that picture; it may change while an incident lasts.
    package var bestSize: FrameSize
    package var peakScore: Double
    /// Pictures in which it moved.
    package var movingPictures: Int
    /// Counts what was told: 1 for the start, one more for each update and for the end.
    package var revision: Int
    /// How often it was told again while it lasted.
    package var updates: Int

    /// Begins an incident with its first moving picture.
    init(_ reading: ZoneReading, at moment: Moment, since onset: Moment, size: FrameSize) {
        zone = reading.zone
        self.onset = onset
        lastMoving = moment
        best = reading
        bestMoment = moment
        bestSize = size
        peakScore = reading.score
        movingPictures = 1
        revision = 1
        updates = 0
    }

    /// From the onset to the latest moving picture.
    package var duration: TimeSpan { lastMoving.media - onset.media }

    func extended(by reading: ZoneReading, at moment: Moment, size: FrameSize) -> MotionFacts {
        guard reading.isMoving else { return self }
        var facts = self
        facts.lastMoving = moment
        facts.movingPictures += 1
        facts.peakScore = max(peakScore, reading.score)
        if reading.areaFraction > best.areaFraction {
            facts.best = reading
            facts.bestMoment = moment
            facts.bestSize = size
        }
        return facts
    }

    func next() -> MotionFacts {
        var facts = self
        facts.revision += 1
        return facts
    }
}

/// Something worth telling of a motion incident.
package enum MotionTransition: Sendable, Hashable {
    case started(MotionFacts)
    case updated(MotionFacts)
    case ended(MotionFacts, EndReason)
}

/// Why an incident is over.
package enum EndReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing moved for the event gap.
    case quiet
    /// The camera was lost while it moved.
    case cameraLost
    /// The clip came to its end.
    case sourceEnded
    /// The daemon was stopped.
    case shutdown
    /// The camera's configuration changed.
    case configuration
    /// The daemon died; told by its next start.
    case interrupted
    /// The camera came back.
    case recovered
    /// It lasts, and the picture is taken as it is now.
    case accepted
}
