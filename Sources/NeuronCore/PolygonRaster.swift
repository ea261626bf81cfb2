/// The pixels that polygons cover, each row a little too far rather than too short: for what must not be seen.
package struct PolygonRaster: Sendable, Hashable {
    package let spans: [Span]

    /// The pixels of a row from one column to before another.
    package struct Span: Sendable, Hashable {
        package var row: Int
        package var from: Int
        package var to: Int
    }

    private init(spans: [Span]) { self.spans = spans }

    /// The same in a plane of fewer samples: each of them that stands for a covered pixel.
    ///
    /// - Parameters:
    ///   - across: the power of two by which there are fewer columns.
    ///   - down: the same of rows.
    ///   - size: of the picture.
    /// - Returns: spans of that plane's samples; some may lie on each other.
    package func shrunk(across: Int, down: Int, size: FrameSize) -> PolygonRaster {
        let (columns, rows) = (-(-size.width >> across), -(-size.height >> down))
        return PolygonRaster(
            spans: spans.compactMap { span in
                guard span.from < span.to, span.row >> down < rows else { return nil }
                let to = min(((span.to - 1) >> across) + 1, columns)
                return Span(row: span.row >> down, from: span.from >> across, to: to)
            }
        )
    }

    /// Fills polygons in a picture of a size, even-odd.
    package init(_ polygons: [RelativePolygon], size: FrameSize) {
        spans = polygons.flatMap { polygon in
            // At both edges of a row and in its middle: a corner that only reaches into it counts too.
            (0..<size.height).flatMap { row in
                [0.001, 0.5, 0.999].flatMap { Self.spans(of: polygon, row: row, at: Double(row) + $0, size) }
            }
        }
    }

    private static func spans(
        of polygon: RelativePolygon,
        row: Int,
        at y: Double,
        _ size: FrameSize
    ) -> [Span] {
        var crossings: [Double] = []
        var previous = polygon.points[polygon.points.count - 1]
        for current in polygon.points {
            let (top, bottom) = (previous.y * Double(size.height), current.y * Double(size.height))
            if (top > y) != (bottom > y) {
                crossings.append(
                    (previous.x + (current.x - previous.x) * (y - top) / (bottom - top)) * Double(size.width)
                )
            }
            previous = current
        }
        crossings.sort()
        return stride(from: 0, to: crossings.count - 1, by: 2).map { index in
            let from = max(0, Int(crossings[index].rounded(.down)))
            let to = min(size.width, Int(crossings[index + 1].rounded(.up)))
            return Span(row: row, from: from, to: max(from, to))
        }
    }
}
