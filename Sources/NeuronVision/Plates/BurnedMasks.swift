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

    /// Burns the pixels of a part of a row whose middle lies inside a mask.
    ///
    /// - Parameters:
    ///   - row: the part's samples.
    ///   - left: the column of the stored picture that it begins at.
    ///   - y: the row of the stored picture.
    func burn(_ row: inout [UInt8], left: Int, y: Int) {
        guard !polygons.isEmpty else { return }
        let height = (Double(y) + 0.5) / Double(frame.height)
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
                // The pixels whose middles lie between the crossings.
                let from = max(Int((crossings[2 * pair] - 0.5).rounded(.up)) - left, 0)
                let to = min(Int((crossings[2 * pair + 1] - 0.5).rounded(.down)) - left, row.count - 1)
                guard from <= to else { continue }
                for index in from...to { row[index] = BurnedMasks.level }
            }
        }
    }
}
