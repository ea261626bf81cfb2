import NeuronCore

/// Masks that are burned into a picture before anything is looked at, row by row.
struct BurnedMasks: Sendable {
    private let polygons: [RelativePolygon]
    private let frame: FrameSize

    /// A grey that the net sees as nothing.
    private static let level: UInt8 = 110

    /// Takes masks in stored coordinates and the size of the stored picture.
    init(masks: [RelativePolygon], frame: FrameSize) {
        polygons = masks
        self.frame = frame
    }

    var isEmpty: Bool { polygons.isEmpty }

    /// Burns the samples of a row whose middle lies inside a mask.
    ///
    /// - Parameters:
    ///   - samples: a picture's samples.
    ///   - start: the row's first one.
    ///   - y: where the row's middle lies, in pixels of the stored picture.
    ///   - x: where the row's left edge lies.
    ///   - step: stored pixels per sample.
    ///   - count: samples of the row.
    func burn(_ samples: inout [UInt8], from start: Int, y: Double, x: Double, step: Double, count: Int) {
        guard !polygons.isEmpty else { return }
        let height = y / Double(frame.height)
        for polygon in polygons {
            // By the crossing number, as everywhere: a sample is inside between an odd and an even crossing.
            var crossings: [Double] = []
            guard var previous = polygon.points.last else { continue }
            for current in polygon.points {
                if (current.y > height) != (previous.y > height) {
                    let slope = (previous.x - current.x) / (previous.y - current.y)
                    crossings.append((current.x + slope * (height - current.y)) * Double(frame.width))
                }
                previous = current
            }
            crossings.sort()
            for pair in 0..<crossings.count / 2 {
                // The samples whose middles lie between the crossings.
                let first = ((crossings[2 * pair] - x) / step - 0.5).rounded(.up)
                let last = ((crossings[2 * pair + 1] - x) / step - 0.5).rounded(.down)
                let (from, to) = (max(0, Int(first)), min(count - 1, Int(last)))
                guard from <= to else { continue }
                for index in from...to { samples[start + index] = BurnedMasks.level }
            }
        }
    }
}
