/// Why a change in a zone was not taken for motion: the first reason that applied.
package enum MotionDoubt: Int, Sendable, Hashable, CaseIterable {
    /// The background was being learnt: a start, a reconnect, another picture size.
    case settling
    /// The light changed, of the whole scene or in many places at once.
    case lightChange
    /// Most of what differed was the picture's own edges: the camera shook.
    case shake
    /// It was where it fires again and again, as in leaves, and no larger and on no longer way than what is usual there.
    case restless
    /// One of many patches that come and go: rain, snow, noise.
    case unrest
    /// A smaller part of the zone than the zone asks for.
    case tooSmall
    /// Less contrast than the zone asks for.
    case lowContrast
    /// Not seen for long enough, or with too many gaps.
    case tooShort
    /// It stood, or swung back and forth.
    case noTravel
    /// It moved, while something moved in a zone that silences the others.
    case precluded

    /// The name in statistics and metrics.
    package var name: String {
        switch self {
        case .settling: "settling"
        case .lightChange: "light_change"
        case .shake: "shake"
        case .restless: "restless"
        case .unrest: "unrest"
        case .tooSmall: "too_small"
        case .lowContrast: "low_contrast"
        case .tooShort: "too_short"
        case .noTravel: "no_travel"
        case .precluded: "precluded"
        }
    }
}

/// How many changes of one frame were not believed, by reason.
package struct MotionDoubtCounts: Sendable, Hashable {
    private var counts = SIMD16<UInt16>.zero

    /// Makes counts of nothing.
    package init() {}

    /// The number of changes that were not believed for a reason.
    package subscript(doubt: MotionDoubt) -> Int { Int(counts[doubt.rawValue]) }

    /// Whether everything that changed was believed.
    package var isEmpty: Bool { counts == .zero }

    /// Counts one more change; 65535 stay 65535.
    package mutating func add(_ doubt: MotionDoubt) {
        if counts[doubt.rawValue] < .max { counts[doubt.rawValue] += 1 }
    }
}
