/// The parts of a camera's picture that nobody may see: no detector, no file, no viewer.
///
/// They are burned where decoded pictures are lent, so that everything behind that place sees a flat colour there.
package struct PrivacyMasks: Sendable, Hashable {
    /// In fractions of the picture as displayed.
    package var polygons: [RelativePolygon]

    /// Takes polygons that are drawn on the displayed picture.
    package init(_ polygons: [RelativePolygon]) { self.polygons = polygons }

    /// A camera that hides nothing.
    package static let none = PrivacyMasks([])

    package var isEmpty: Bool { polygons.isEmpty }

    /// The pixels of a stored picture that are covered; rather one too many than one too few.
    package func raster(of stored: FrameSize, in orientation: PictureOrientation) -> PolygonRaster {
        PolygonRaster(polygons.map(orientation.stored), size: stored)
    }
}
