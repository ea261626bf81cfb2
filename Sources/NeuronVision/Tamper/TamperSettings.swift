package import NeuronCore

/// What a camera's tamper detector takes for tampering.
package struct TamperSettings: Sendable, Hashable {
    /// A place darker than this, in levels of the luma plane, shows nothing; black is 16 in most streams.
    package var darkLevel: Int
    /// With less than this part of the remembered structure in place, 0 to 1, the scene is another.
    package var minimumMatch: Double
    /// Parts of the picture that are burned to nothing, in stored coordinates.
    package var masks: [RelativePolygon]

    /// Makes settings; what is left out has its default.
    package init(darkLevel: Int = 36, minimumMatch: Double = 0.35, masks: [RelativePolygon] = []) {
        self.darkLevel = darkLevel
        self.minimumMatch = minimumMatch
        self.masks = masks
    }
}
