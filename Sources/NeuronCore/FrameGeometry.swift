/// The size of a picture in pixels.
package struct FrameSize: Hashable, Sendable, CustomStringConvertible {
    package var width: Int
    package var height: Int

    /// Makes a size of pixels.
    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    package var description: String { "\(width)x\(height)" }
}

/// A rectangle of whole pixels, y down; `right` and `bottom` are the first column and row outside.
package struct PixelBox: Hashable, Sendable {
    package var left: Int
    package var top: Int
    package var right: Int
    package var bottom: Int

    /// Makes a box of its four edges.
    package init(left: Int, top: Int, right: Int, bottom: Int) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    package var width: Int { right - left }
    package var height: Int { bottom - top }

    /// The smallest box that holds both.
    package func union(_ other: PixelBox) -> PixelBox {
        PixelBox(
            left: min(left, other.left),
            top: min(top, other.top),
            right: max(right, other.right),
            bottom: max(bottom, other.bottom)
        )
    }
}

/// A point in fractions of the picture as displayed: (0, 0) top left, (1, 1) bottom right.
package struct RelativePoint: Hashable, Sendable {
    package var x: Double
    package var y: Double

    /// Makes a point of fractions from 0 to 1.
    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// A closed polygon of at least three points in fractions of the picture as displayed; even-odd filling.
package struct RelativePolygon: Hashable, Sendable {
    package var points: [RelativePoint]

    /// Makes a polygon of at least three points; the last is joined to the first.
    package init(_ points: [RelativePoint]) { self.points = points }

    /// Whether a point lies inside, by the crossing number.
    package func contains(_ point: RelativePoint) -> Bool {
        var isInside = false
        var previous = points[points.count - 1]
        for current in points {
            if (current.y > point.y) != (previous.y > point.y) {
                let slope = (previous.x - current.x) / (previous.y - current.y)
                if point.x < current.x + slope * (point.y - current.y) { isInside.toggle() }
            }
            previous = current
        }
        return isInside
    }
}
