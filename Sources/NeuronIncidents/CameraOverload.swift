package import NeuronCore

/// Whether a camera is looked at by keyframes only because the box does not keep up: told when it falls back and returns.
///
/// A pure state machine; whoever measures the load decides.
package struct CameraOverload: Sendable {
    private var open: (facts: OverloadFacts, since: MonotonicTime)?

    /// Begins with a camera that is looked at as it is configured.
    package init() {}

    /// Whether it has fallen back.
    package var isDegraded: Bool { open != nil }

    /// The camera falls back.
    ///
    /// - Parameters:
    ///   - lag: how long its oldest packet had waited.
    ///   - priority: as configured.
    ///   - now: when.
    /// - Returns: what is to be told; nil where it has fallen back before.
    package mutating func degrade(lag: TimeSpan, priority: Int, at now: CameraLink.Instant) -> OverloadTransition? {
        guard open == nil else { return nil }
        let facts = OverloadFacts(
            onset: now.wall,
            time: now.wall,
            lag: lag,
            priority: priority,
            duration: .zero,
            revision: 1
        )
        open = (facts, now.monotonic)
        return .degraded(facts)
    }

    /// The camera is looked at as it is configured again.
    package mutating func restore(at now: CameraLink.Instant) -> OverloadTransition? {
        close(at: now).map { .restored($0) }
    }

    /// Ends a fall-back for a reason that has nothing to do with the load.
    package mutating func end(at now: CameraLink.Instant, because reason: EndReason) -> OverloadTransition? {
        close(at: now).map { .abandoned($0, reason) }
    }

    private mutating func close(at now: CameraLink.Instant) -> OverloadFacts? {
        guard let (begun, since) = open else { return nil }
        open = nil
        var facts = begun
        facts.time = now.wall
        facts.duration = now.monotonic - since
        facts.revision = 2
        return facts
    }
}

/// What is known of a camera's fall-back.
package struct OverloadFacts: Sendable, Hashable {
    package var onset: WallTime
    /// When this was found.
    package var time: WallTime
    /// How long the camera's oldest packet had waited when it fell back.
    package var lag: TimeSpan
    package var priority: Int
    /// How long it has lasted.
    package var duration: TimeSpan
    package var revision: Int
}

/// Something worth telling of the load.
package enum OverloadTransition: Sendable, Hashable {
    case degraded(OverloadFacts)
    case restored(OverloadFacts)
    /// The fall-back is closed although the camera is not back.
    case abandoned(OverloadFacts, EndReason)
}
