/// What the detector saw in one frame.
///
/// Boxes are in pixels of the stored full picture; whoever reports them turns them to the displayed one.
package struct MotionObservation: Sendable, Hashable {
    /// The frame's place on the stream's time line.
    package var time: MediaTime
    /// The whole picture's size, in stored pixels.
    package var frameSize: FrameSize
    /// One reading per zone, in the order of the detector's configuration.
    package var zones: [ZoneReading]
    /// What kept the detector from looking or from believing what it saw, if anything did.
    package var suppression: Suppression?

    /// Makes an observation.
    package init(time: MediaTime, frameSize: FrameSize, zones: [ZoneReading], suppression: Suppression?) {
        self.time = time
        self.frameSize = frameSize
        self.zones = zones
        self.suppression = suppression
    }

    /// Why a frame's changes were not taken for motion.
    package enum Suppression: String, Sendable, Hashable, CaseIterable {
        /// The background is being learnt: a start, a reconnect, another picture size.
        case settling
        /// The whole scene's light changed: a lamp, an exposure step, a switch to infrared.
        case lightChange
    }
}

/// What the detector saw in one zone.
package struct ZoneReading: Sendable, Hashable {
    /// The zone's name in the configuration: an alert's rule.
    package var zone: String
    /// Whether every gate that looks at a single frame is passed.
    package var isMoving: Bool
    /// When what moves was first seen: earlier than this frame, as motion is only believed after a while; nil where
    /// nothing moves.
    package var since: MediaTime?
    /// The moving part of the zone, 0 to 1.
    package var areaFraction: Double
    /// How far above its limits the motion is: 0 none, 1 beyond doubt.
    package var score: Double
    /// What moves, in stored pixels of the whole picture; nil where nothing does.
    package var box: PixelBox?
    /// The gates in the order in which they were asked, for an alert's reason.
    package var gates: [GateReading]
    /// The changes of this frame that were not believed, and why.
    package var doubts = MotionDoubtCounts()

    /// Makes a reading.
    package init(
        zone: String,
        isMoving: Bool,
        since: MediaTime? = nil,
        areaFraction: Double,
        score: Double,
        box: PixelBox?,
        gates: [GateReading]
    ) {
        self.zone = zone
        self.isMoving = isMoving
        self.since = since
        self.areaFraction = areaFraction
        self.score = score
        self.box = box
        self.gates = gates
    }
}

/// One measured value beside the limit it had to reach.
package struct GateReading: Sendable, Hashable, Codable {
    package var gate: String
    package var value: Double
    package var limit: Double

    /// Makes a reading; a gate is passed when `value >= limit`.
    package init(gate: String, value: Double, limit: Double) {
        self.gate = gate
        self.value = value
        self.limit = limit
    }

    package var isPassed: Bool { value >= limit }
}
