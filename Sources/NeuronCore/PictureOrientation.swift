/// How a stored picture must be turned to be displayed, as a phone or a camera mounted on its side writes it.
///
/// The detector looks at stored pixels. Polygons are turned into stored coordinates once, and boxes turned back when
/// they are reported, so that a rotated clip costs nothing per pixel.
package enum PictureOrientation: Sendable, Hashable, CaseIterable {
    case upright
    /// Displayed after a quarter turn clockwise.
    case clockwise
    case upsideDown
    /// Displayed after a quarter turn counter-clockwise.
    case counterClockwise

    /// The size of the displayed picture.
    package func displayed(_ stored: FrameSize) -> FrameSize {
        isQuarterTurn ? FrameSize(width: stored.height, height: stored.width) : stored
    }

    /// Where a displayed point lies in the stored picture.
    package func stored(_ point: RelativePoint) -> RelativePoint {
        switch self {
        case .upright: point
        case .clockwise: RelativePoint(x: point.y, y: 1 - point.x)
        case .upsideDown: RelativePoint(x: 1 - point.x, y: 1 - point.y)
        case .counterClockwise: RelativePoint(x: 1 - point.y, y: point.x)
        }
    }

    /// A polygon drawn on the displayed picture, in stored coordinates.
    package func stored(_ polygon: RelativePolygon) -> RelativePolygon { RelativePolygon(polygon.points.map(stored)) }

    /// A box of stored pixels, as it lies in the displayed picture.
    package func displayed(_ box: PixelBox, of stored: FrameSize) -> PixelBox {
        switch self {
        case .upright: box
        case .clockwise:
            PixelBox(
                left: stored.height - box.bottom,
                top: box.left,
                right: stored.height - box.top,
                bottom: box.right
            )
        case .upsideDown:
            PixelBox(
                left: stored.width - box.right,
                top: stored.height - box.bottom,
                right: stored.width - box.left,
                bottom: stored.height - box.top
            )
        case .counterClockwise:
            PixelBox(left: box.top, top: stored.width - box.right, right: box.bottom, bottom: stored.width - box.left)
        }
    }

    /// A box of displayed pixels, as it lies in the stored picture.
    package func stored(_ box: PixelBox, of stored: FrameSize) -> PixelBox {
        let back: PictureOrientation =
            switch self {
            case .upright: .upright
            case .clockwise: .counterClockwise
            case .upsideDown: .upsideDown
            case .counterClockwise: .clockwise
            }
        return back.displayed(box, of: displayed(stored))
    }

    private var isQuarterTurn: Bool { self == .clockwise || self == .counterClockwise }
}
