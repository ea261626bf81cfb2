package import NeuronCore

/// Where and how licence-plate regions are looked for.
package struct PlatesConfiguration: Sendable, Hashable {
    package var isEnabled: Bool
    /// Finds below are no plates, 0 to 1; nil for what the finder was trained to.
    package var minimumScore: Double?
    /// How often a camera's pictures are searched while something moves.
    package var searchesPerSecond: Int
    /// Narrower plates are not told, in pixels of the displayed picture.
    package var minimumWidth: Int
    /// Pictures in which a plate must be found before it is told.
    package var minimumPictures: Int
    /// When a plate that stays in view is told.
    package var tellAfter: TimeSpan
    /// Whether plates are covered in every picture that is written or shown, looked for or not.
    package var areCovered: Bool

    /// Makes plate settings; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool = true,
        minimumScore: Double? = nil,
        searchesPerSecond: Int = 5,
        minimumWidth: Int = 24,
        minimumPictures: Int = 3,
        tellAfter: TimeSpan = .seconds(10),
        areCovered: Bool = true
    ) {
        self.isEnabled = isEnabled
        self.minimumScore = minimumScore
        self.searchesPerSecond = searchesPerSecond
        self.minimumWidth = minimumWidth
        self.minimumPictures = minimumPictures
        self.tellAfter = tellAfter
        self.areCovered = areCovered
    }
}
