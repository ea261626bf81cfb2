package import NeuronCore

/// What counts as motion, and how long an incident lasts.
package struct MotionConfiguration: Sendable, Hashable {
    package var isEnabled: Bool
    package var sensitivity: Sensitivity
    /// The part of the zone that must move, 0 to 1.
    package var minimumArea: Double
    /// How long it must move before an alert starts.
    package var minimumDuration: TimeSpan
    /// How long it must be still before the alert ends.
    package var eventGap: TimeSpan
    /// How often a lasting alert is reported again.
    package var updateEvery: TimeSpan
    /// What is different at night.
    package var night: NightConfiguration

    /// Makes motion settings; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool = true,
        sensitivity: Sensitivity = .normal,
        minimumArea: Double = 0.0001,
        minimumDuration: TimeSpan = .milliseconds(300),
        eventGap: TimeSpan = .seconds(2),
        updateEvery: TimeSpan = .seconds(10),
        night: NightConfiguration = NightConfiguration()
    ) {
        self.isEnabled = isEnabled
        self.sensitivity = sensitivity
        self.minimumArea = minimumArea
        self.minimumDuration = minimumDuration
        self.eventGap = eventGap
        self.updateEvery = updateEvery
        self.night = night
    }
}

/// How small a change of brightness counts: 1 hardly anything, 10 nearly everything.
package struct Sensitivity: Sendable, Hashable {
    /// 1 to 10.
    package let level: Int

    /// Takes a level from 1 to 10; nil for anything else.
    package init?(level: Int) {
        guard (1...10).contains(level) else { return nil }
        self.level = level
    }

    private init(validLevel: Int) { level = validLevel }

    /// 3: rain, leaves and a noisy picture stay quiet.
    package static let low = Sensitivity(validLevel: 3)
    /// 4.
    static let lowered = Sensitivity(validLevel: 4)
    /// 7.
    static let raised = Sensitivity(validLevel: 7)
    /// 5.
    package static let normal = Sensitivity(validLevel: 5)
    /// 8: weak contrasts count too.
    package static let high = Sensitivity(validLevel: 8)
}

/// A part of the picture with its own rule, or one that is left out of all rules.
package struct ZoneConfiguration: Sendable, Hashable {
    /// An alert's rule; unique within its camera.
    package var name: String
    package var kind: Kind
    package var polygon: RelativePolygon
    package var sensitivity: Sensitivity
    /// The part of the zone that must move, 0 to 1.
    package var minimumArea: Double
    package var minimumDuration: TimeSpan
    package var eventGap: TimeSpan
    /// What is different at night.
    package var night: NightConfiguration

    /// Makes a zone whose settings are the camera's own.
    package init(name: String, kind: Kind = .include, polygon: RelativePolygon, motion: MotionConfiguration) {
        self.name = name
        self.kind = kind
        self.polygon = polygon
        sensitivity = motion.sensitivity
        minimumArea = motion.minimumArea
        minimumDuration = motion.minimumDuration
        eventGap = motion.eventGap
        night = motion.night
    }

    /// What a zone does to the picture's area.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Motion inside is an alert.
        case include
        /// Motion inside counts for no zone.
        case exclude
        /// While something moves inside, motion counts nowhere.
        case preclude
    }
}

/// A part of the picture that the detector never sees, and that nobody sees where it is private.
package struct MaskConfiguration: Sendable, Hashable {
    /// Unique within its camera.
    package var name: String
    package var polygon: RelativePolygon
    /// Whether it is burned into every picture before anything looks at it.
    package var isPrivate: Bool

    /// Makes a mask.
    package init(name: String, polygon: RelativePolygon, isPrivate: Bool = false) {
        self.name = name
        self.polygon = polygon
        self.isPrivate = isPrivate
    }
}
