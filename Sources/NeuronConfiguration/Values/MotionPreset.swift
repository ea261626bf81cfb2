import NeuronCore

/// A name for settings that go together: where a camera hangs.
///
/// A preset is a starting point. It sets sensitivity, smallest area, shortest duration and gap, and keys that stand beside it
/// change those again; it leaves no trace of its own in an alert's configuration hash.
package enum MotionPreset: String, Sendable, Hashable, CaseIterable {
    /// What holds without a preset.
    case standard
    /// A fence or a yard where nothing should move: far and faint things count, and one visit is one alert.
    case perimeter
    /// A street or a gate with traffic: people and vehicles count, what is far or small doesn't.
    case street
    /// A room: people are near and large.
    case indoor
    /// Trees and bushes fill the picture: what counts must go on for a while.
    case foliage

    /// Puts the preset's values where other values are.
    package func apply(to motion: inout MotionConfiguration) {
        motion.sensitivity = sensitivity
        motion.minimumArea = minimumArea
        motion.minimumDuration = minimumDuration
        motion.eventGap = eventGap
    }

    /// Puts the preset's values where a zone has other ones.
    package func apply(to zone: inout ZoneConfiguration) {
        zone.sensitivity = sensitivity
        zone.minimumArea = minimumArea
        zone.minimumDuration = minimumDuration
        zone.eventGap = eventGap
    }

    private var sensitivity: Sensitivity {
        switch self {
        case .standard, .street, .indoor: .normal
        case .perimeter: .raised
        case .foliage: .lowered
        }
    }

    private var minimumArea: Double {
        switch self {
        case .standard: MotionConfiguration().minimumArea
        case .perimeter: 0.000_05
        case .street: 0.000_5
        case .indoor: 0.002
        case .foliage: 0.000_3
        }
    }

    private var minimumDuration: TimeSpan {
        switch self {
        case .standard, .perimeter, .indoor: MotionConfiguration().minimumDuration
        case .street: .milliseconds(500)
        case .foliage: .milliseconds(1000)
        }
    }

    private var eventGap: TimeSpan {
        switch self {
        case .standard, .street: MotionConfiguration().eventGap
        case .foliage: .seconds(3)
        case .perimeter, .indoor: .seconds(5)
        }
    }
}
