package import NeuronCore

/// What a camera's motion detector looks at, and how hard it looks.
///
/// Areas are fractions and polygons are in stored coordinates, so that a setting means the same at every resolution.
package struct MotionSettings: Sendable, Hashable {
    /// The zones to report on; none stands for one zone `frame` over the whole picture.
    package var zones: [MotionZone]
    /// Parts of the picture that are burned to nothing before anything is computed from it.
    package var masks: [RelativePolygon]

    /// Makes settings; the defaults watch the whole picture.
    package init(zones: [MotionZone] = [], masks: [RelativePolygon] = []) {
        self.zones = zones
        self.masks = masks
    }

    /// The zones, or the one that stands for the whole picture.
    package var effectiveZones: [MotionZone] { zones.isEmpty ? [.wholeFrame] : zones }
}

/// A part of the picture that is judged on its own.
package struct MotionZone: Sendable, Hashable {
    /// The name in alerts: their rule.
    package var name: String
    /// The zone's outline in stored coordinates.
    package var polygon: RelativePolygon
    /// Parts of the zone that do not count.
    package var exclude: [RelativePolygon]
    /// The smallest moving part of the zone that counts, 0 to 1; a walker at 40 m is about 0.001 of the frame.
    package var minimumAreaFraction: Double
    /// From 0 (only strong contrasts) to 1 (the faintest that the noise allows).
    package var sensitivity: Double

    /// The default of ``minimumAreaFraction``: 10 samples of the analysed picture in a zone of the whole frame.
    package static let defaultMinimumAreaFraction = 0.0001
    /// The default of ``sensitivity``.
    package static let defaultSensitivity = 0.5

    /// Makes a zone.
    package init(
        name: String,
        polygon: RelativePolygon,
        exclude: [RelativePolygon] = [],
        minimumAreaFraction: Double = defaultMinimumAreaFraction,
        sensitivity: Double = defaultSensitivity
    ) {
        self.name = name
        self.polygon = polygon
        self.exclude = exclude
        self.minimumAreaFraction = minimumAreaFraction
        self.sensitivity = sensitivity
    }

    /// The whole picture, named `frame`.
    package static let wholeFrame = MotionZone(
        name: "frame",
        polygon: RelativePolygon([
            RelativePoint(x: 0, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1), RelativePoint(x: 0, y: 1),
        ])
    )
}
