package import NeuronConfiguration
package import NeuronCore
package import NeuronVision

/// Takes out of a picture what nobody may see, before it is written or shown: privacy masks and licence plates.
///
/// Used by one thread at a time. What is painted over is gone: a mask is black, and a plate has the mean of what lies around
/// it, so that no sample of what is written comes from the plate.
package struct PrivacyPainter: Sendable {
    /// What is hidden in one camera's pictures.
    package struct Plan: Sendable {
        /// In fractions of the picture as displayed.
        package var masks: PrivacyMasks
        package var coversPlates: Bool
        /// The instruction set that plates are searched with; what is found does not depend on it.
        package var kernels: KernelTarget

        /// What a camera's configuration asks for.
        package init(_ camera: CameraConfiguration, kernels: KernelTarget = .best) {
            masks = camera.privacyMasks
            coversPlates = camera.plates.areCovered
            self.kernels = kernels
        }
    }

    private let plan: Plan
    private var raster: (size: FrameSize, raster: PolygonRaster)?
    private var covering: PlateCovering?
    /// Boxes that were painted over so far.
    package private(set) var covered = 0

    /// Makes a painter.
    package init(_ plan: Plan) { self.plan = plan }

    /// Paints a picture as it is displayed.
    ///
    /// - Returns: whether everything that is to be hidden is; a picture of which this is false must not be shown to anybody.
    package mutating func paint(_ picture: inout ColourPicture) -> Bool {
        burn(&picture)
        return !plan.coversPlates || coverPlates(in: &picture)
    }

    /// A second time for pictures of which the decoder has burned the masks: nobody has to know where a picture comes from.
    private mutating func burn(_ picture: inout ColourPicture) {
        guard !plan.masks.isEmpty else { return }
        if raster?.size != picture.size {
            raster = (picture.size, plan.masks.raster(of: picture.size, in: .upright))
        }
        for span in raster?.raster.spans ?? [] {
            picture.fill(PixelBox(left: span.from, top: span.row, right: span.to, bottom: span.row + 1), .black)
        }
    }

    private mutating func coverPlates(in picture: inout ColourPicture) -> Bool {
        guard PlateCovering.takes(picture.size) else { return false }
        if covering == nil {
            // A net that does not read is a fault of the build; without it nobody knows where plates are.
            guard case .success(let net) = PlateNet.embedded else { return false }
            covering = PlateCovering(net: net, target: plan.kernels)
        }
        let boxes = picture.withLuma { covering?.boxes(in: $0) } ?? []
        // First all of them: what lies around one box may be the rest of a plate that another one covers.
        for box in boxes { picture.fill(box, .grey) }
        let tones = boxes.map { picture.tone(around: $0) ?? .grey }
        for (box, tone) in zip(boxes, tones) { picture.fill(box, tone) }
        covered += boxes.count
        return true
    }
}

extension CameraConfiguration {
    /// The masks that nobody may look behind.
    package var privacyMasks: PrivacyMasks { PrivacyMasks(masks.filter(\.isPrivate).map(\.polygon)) }
}
