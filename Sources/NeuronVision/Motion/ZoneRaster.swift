import NeuronCore

/// A set of analysed samples: one bit each, 64 to a cell, row 0 of the cell in the lowest byte.
struct ZoneRaster: Sendable {
    private(set) var cells: [UInt64]
    private(set) var sampleCount: Int

    /// The samples whose centre lies in the polygon and in none of the holes, and that the mask keeps.
    init(polygon: RelativePolygon, holes: [RelativePolygon], mask: Plane<UInt8>?, geometry: AnalysisGeometry) {
        cells = Array(repeating: 0, count: geometry.cellCount)
        sampleCount = 0
        let holes = holes.filter(\.hasArea)
        guard polygon.hasArea else { return }
        for y in 0..<geometry.height {
            for x in 0..<geometry.width where mask.map({ $0.samples[y * $0.stride + x] != 0 }) ?? true {
                let centre = geometry.relative(x: Double(x) + 0.5, y: Double(y) + 0.5)
                guard polygon.contains(centre), !holes.contains(where: { $0.contains(centre) }) else { continue }
                cells[y / 8 * geometry.cellColumns + x / 8] |= 1 << UInt64(y % 8 * 8 + x % 8)
                sampleCount += 1
            }
        }
    }

    /// Whether any of its samples lies in one of the cells that a box touches.
    func touches(_ box: PixelBox, geometry: AnalysisGeometry) -> Bool {
        for row in box.top / 8...max(box.bottom - 1, box.top) / 8 {
            for column in box.left / 8...max(box.right - 1, box.left) / 8
            where cells[row * geometry.cellColumns + column] != 0 {
                return true
            }
        }
        return false
    }

    /// The samples to keep (255) and those to burn (0); nil where there is nothing to burn.
    ///
    /// A sample is burned when a mask touches it, as far as its centre, corners and edge middles tell: what is private
    /// must not leak in at a border.
    static func keep(masks: [RelativePolygon], geometry: AnalysisGeometry) -> Plane<UInt8>? {
        let masks = masks.filter(\.hasArea)
        guard !masks.isEmpty else { return nil }
        var plane = Plane<UInt8>(width: geometry.width, height: geometry.height)
        let steps = [0.0, 0.5, 1.0]
        for y in 0..<geometry.height {
            for x in 0..<geometry.width {
                let isBurned = steps.contains { dy in
                    steps.contains { dx in
                        let point = geometry.relative(x: Double(x) + dx, y: Double(y) + dy)
                        return masks.contains { $0.contains(point) }
                    }
                }
                plane.samples[y * plane.stride + x] = isBurned ? 0 : 255
            }
        }
        return plane
    }
}

extension AnalysisGeometry {
    /// A place in analysed samples, as a fraction of the camera's picture.
    fileprivate func relative(x: Double, y: Double) -> RelativePoint {
        RelativePoint(x: x * Double(factor) / Double(frame.width), y: y * Double(factor) / Double(frame.height))
    }
}

extension RelativePolygon {
    /// Fewer than three points enclose nothing.
    fileprivate var hasArea: Bool { points.count >= 3 }
}
