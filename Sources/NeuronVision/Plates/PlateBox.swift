/// A find of the net: where, and how sure.
///
/// Edges are in samples of the picture that was searched, y down; parts of a sample count.
package struct PlateBox: Sendable, Hashable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double
    /// From 0 to 1.
    package var score: Double

    package var width: Double { right - left }
    package var height: Double { bottom - top }
    private var area: Double { width * height }

    /// Whether both are finds of one plate: they overlap by more than 0.3 of their union or by more than 0.6 of the
    /// smaller one.
    func isSamePlate(as other: PlateBox) -> Bool {
        let shared = shared(with: other)
        return shared > 0.3 * (area + other.area - shared) || shared > 0.6 * min(area, other.area)
    }

    /// What both cover, as a part of what either covers.
    func overlap(with other: PlateBox) -> Double {
        let shared = shared(with: other)
        return shared > 0 ? shared / (area + other.area - shared) : 0
    }

    private func shared(with other: PlateBox) -> Double {
        let across = min(right, other.right) - max(left, other.left)
        let down = min(bottom, other.bottom) - max(top, other.top)
        return across > 0 && down > 0 ? across * down : 0
    }

    /// The box in another coordinate system, cut to a picture.
    func moved(scaleX: Double, scaleY: Double, x: Double, y: Double, width: Double, height: Double) -> PlateBox {
        PlateBox(
            left: min(max(left * scaleX, 0), width) + x,
            top: min(max(top * scaleY, 0), height) + y,
            right: min(max(right * scaleX, 0), width) + x,
            bottom: min(max(bottom * scaleY, 0), height) + y,
            score: score
        )
    }
}
