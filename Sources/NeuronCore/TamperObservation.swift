/// The ways in which a camera's picture can be taken from it; the first four are ONVIF's words.
package enum TamperMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing can be seen any more: a cap, a bag, the light cut off.
    case imageTooDark = "ImageTooDark"
    /// Nothing can be seen for light: a lamp or a laser held at the lens.
    case imageTooBright = "ImageTooBright"
    /// The scene is there and its detail is gone: focus turned, lens smeared.
    case imageTooBlurry = "ImageTooBlurry"
    /// Another scene, or none: moved, turned away, covered.
    case globalSceneChange = "GlobalSceneChange"
    /// The same picture again and again.
    case frozenPicture = "FrozenPicture"
}

/// What the tamper detector saw when it last looked.
package struct TamperObservation: Sendable, Hashable {
    /// The picture's place on the stream's time line.
    package var time: MediaTime
    /// One reading per mode, in the order of `TamperMode.allCases`.
    package var readings: [TamperReading]
    /// A change of the whole scene's light that is over with this look, if one is.
    package var lightChange: LightChange?

    /// Makes an observation.
    package init(time: MediaTime, readings: [TamperReading], lightChange: LightChange?) {
        self.time = time
        self.readings = readings
        self.lightChange = lightChange
    }
}

/// What one look says of one mode.
package struct TamperReading: Sendable, Hashable {
    package var mode: TamperMode
    package var verdict: Verdict
    /// How far the picture is gone in this way, 0 to 1.
    package var score: Double
    /// The score from which on the mode is present.
    package var limit: Double
    /// When it began, where that is earlier than the look that found it.
    package var since: MediaTime?
    /// The gates in the order in which they were asked, for an alert's reason.
    package var gates: [GateReading]

    /// Makes a reading.
    package init(
        mode: TamperMode,
        verdict: Verdict,
        score: Double,
        limit: Double,
        since: MediaTime? = nil,
        gates: [GateReading] = []
    ) {
        self.mode = mode
        self.verdict = verdict
        self.score = score
        self.limit = limit
        self.since = since
        self.gates = gates
    }

    /// What a look says: two limits, so that a score between them neither begins nor ends anything.
    package enum Verdict: String, Sendable, Hashable {
        case present
        case unclear
        case absent
        /// The picture does not allow to say: too little is known of the scene, or too little of it can be seen.
        case unjudged
    }
}

/// A change of the whole scene's light: a switch to infrared, an exposure step, a lamp.
package struct LightChange: Sendable, Hashable {
    /// When it began.
    package var since: MediaTime
    /// The picture's mean brightness before and after, in levels from 0 to 255.
    package var levelBefore: Double
    package var levelAfter: Double
    /// The part of the picture whose brightness is another now, 0 to 1.
    package var areaFraction: Double

    /// Makes a change.
    package init(since: MediaTime, levelBefore: Double, levelAfter: Double, areaFraction: Double) {
        self.since = since
        self.levelBefore = levelBefore
        self.levelAfter = levelAfter
        self.areaFraction = areaFraction
    }
}
