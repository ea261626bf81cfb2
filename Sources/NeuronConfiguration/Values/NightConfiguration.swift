package import NeuronCore

/// What is different at night; nil holds by day and by night.
///
/// Night is what the picture shows: a camera that has switched to infrared, or a dark and noisy picture.
package struct NightConfiguration: Sendable, Hashable {
    package var sensitivity: Sensitivity?
    /// The part of the zone that must move, 0 to 1.
    package var minimumArea: Double?
    package var minimumDuration: TimeSpan?

    /// Makes settings of a night; with none of them the night is like the day.
    package init(
        sensitivity: Sensitivity? = nil,
        minimumArea: Double? = nil,
        minimumDuration: TimeSpan? = nil
    ) {
        self.sensitivity = sensitivity
        self.minimumArea = minimumArea
        self.minimumDuration = minimumDuration
    }
}
