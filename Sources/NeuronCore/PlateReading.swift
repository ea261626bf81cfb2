/// A licence-plate region in one picture.
package struct PlateReading: Sendable, Hashable {
    /// In pixels of the displayed picture.
    package var box: PixelBox
    /// How sure the finder is, 0 to 1.
    package var score: Double
    /// How much of its contrast lies in single pixels: 0 for a blur, 1 and more for crisp characters.
    package var sharpness: Double

    /// Makes a reading of all its parts.
    package init(box: PixelBox, score: Double, sharpness: Double) {
        self.box = box
        self.score = score
        self.sharpness = sharpness
    }
}

/// What one look for plates gave: where it was searched and what was there.
package struct PlateObservation: Sendable, Hashable {
    /// In pixels of the displayed picture; nothing is known of the rest.
    package var searched: PixelBox
    /// The best ones first.
    package var plates: [PlateReading]

    /// Makes an observation.
    package init(searched: PixelBox, plates: [PlateReading]) {
        self.searched = searched
        self.plates = plates
    }
}
