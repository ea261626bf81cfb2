package import NeuronCore

/// One plate that passed or stopped in view: told once, whatever became of it afterwards.
package struct PlateSighting: Sendable, Hashable {
    /// Counts this camera's plates.
    package var number: Int
    package var firstSeen: Moment
    package var lastSeen: Moment
    /// Where it was seen first: the part of its name that tells two plates of one picture apart.
    package var firstBox: PixelBox
    /// The picture that shows it best: large, crisp and certain.
    package var best: PlateReading
    package var bestMoment: Moment
    /// The displayed size of that picture.
    package var bestSize: FrameSize
    package var peakScore: Double
    /// Pictures in which it was found.
    package var pictures: Int

    /// Begins a sighting with its first picture.
    init(_ reading: PlateReading, number: Int, at moment: Moment, size: FrameSize) {
        self.number = number
        firstSeen = moment
        lastSeen = moment
        firstBox = reading.box
        best = reading
        bestMoment = moment
        bestSize = size
        peakScore = reading.score
        pictures = 1
    }

    package var duration: TimeSpan { lastSeen.media - firstSeen.media }

    /// Takes another picture of the same plate.
    mutating func extend(by reading: PlateReading, at moment: Moment, size: FrameSize) {
        lastSeen = moment
        pictures += 1
        peakScore = max(peakScore, reading.score)
        guard Self.quality(reading, size) > Self.quality(best, bestSize) else { return }
        best = reading
        bestMoment = moment
        bestSize = size
    }

    /// What a reader would make of a picture: characters need pixels and edges, and all of the plate.
    private static func quality(_ reading: PlateReading, _ size: FrameSize) -> Double {
        let box = reading.box
        let isCut = box.left <= 0 || box.top <= 0 || box.right >= size.width || box.bottom >= size.height
        let crispness = 0.25 + min(reading.sharpness, 1)
        return Double(box.width) * crispness * reading.score * (isCut ? 0.5 : 1)
    }
}
