package import NeuronCore

/// What counts as tampering with a camera, and how long it must last.
package struct TamperConfiguration: Sendable, Hashable {
    package var isEnabled: Bool
    /// The ways of tampering that are told, each once.
    package var modes: [TamperMode]
    /// How long it must last before an alert starts.
    package var holdOff: TimeSpan
    /// How long it must be gone before the alert ends.
    package var quietTime: TimeSpan
    /// How long after the start of its alert the picture is accepted as it is.
    package var acceptAfter: TimeSpan
    /// A place darker than this shows nothing, in levels from 0 to 255.
    package var darkLevel: Int
    /// With less of its structure in place, 0 to 1, the scene is another.
    package var minimumMatch: Double

    /// Makes tamper settings; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool = true,
        modes: [TamperMode] = TamperMode.allCases,
        holdOff: TimeSpan = .seconds(10),
        quietTime: TimeSpan = .seconds(5),
        acceptAfter: TimeSpan = .seconds(300),
        darkLevel: Int = 36,
        minimumMatch: Double = 0.35
    ) {
        self.isEnabled = isEnabled
        self.modes = modes
        self.holdOff = holdOff
        self.quietTime = quietTime
        self.acceptAfter = acceptAfter
        self.darkLevel = darkLevel
        self.minimumMatch = minimumMatch
    }
}
