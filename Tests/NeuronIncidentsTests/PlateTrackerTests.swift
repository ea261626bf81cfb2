import NeuronCore
import NeuronIncidents
import Testing

@Suite struct PlateTrackerTests {
    private static let size = FrameSize(width: 1280, height: 720)
    private static let everywhere = PixelBox(left: 0, top: 0, right: 1280, bottom: 720)

    /// A drive: what is seen at each look, and what is told.
    private struct Drive {
        var tracker = PlateTracker(
            settings: PlateTracker.Settings(minimumPictures: 2, longestWait: .seconds(10))
        )
        var told: [(at: Int64, sighting: PlateSighting)] = []

        mutating func look(
            at milliseconds: Int64,
            _ plates: [PlateReading]?,
            searched: PixelBox = PlateTrackerTests.everywhere
        ) {
            let media = MediaTime(nanoseconds: milliseconds * 1_000_000)
            let now = Moment(media: media, wall: WallTime.epoch + (media - .zero))
            let observation = plates.map { PlateObservation(searched: searched, plates: $0) }
            for sighting in tracker.observe(observation, at: now, size: PlateTrackerTests.size) {
                told.append((milliseconds, sighting))
            }
        }

        /// Pictures without a search, every 100 ms.
        mutating func wait(from start: Int64, to end: Int64) {
            for time in stride(from: start, to: end, by: 100) { look(at: time, nil) }
        }
    }

    private func plate(_ x: Int, _ y: Int, width: Int = 80, score: Double = 0.7, sharpness: Double = 0.5)
        -> PlateReading
    {
        PlateReading(
            box: PixelBox(left: x, top: y, right: x + width, bottom: y + width / 4),
            score: score,
            sharpness: sharpness
        )
    }

    @Test func `a car that passes is told once, when it is gone, with its largest crisp picture`() throws {
        var drive = Drive()
        for step in 0..<8 {
            let width = 60 + step * 10
            // The largest one is blurred.
            let sharpness = step == 7 ? 0.0 : 0.6
            drive.look(
                at: Int64(step) * 250,
                [plate(400 + step * 30, 200 + step * 20, width: width, sharpness: sharpness)]
            )
        }
        #expect(drive.told.isEmpty)
        drive.wait(from: 1800, to: 6000)
        let (time, sighting) = try #require(drive.told.first)
        #expect(drive.told.count == 1 && (3750...3900).contains(time))
        #expect(sighting.pictures == 8 && sighting.best.box.width == 120)
        #expect(sighting.bestMoment.media == MediaTime(nanoseconds: 1_500_000_000))
        #expect(sighting.firstSeen.media == .zero && sighting.duration == .milliseconds(1750))
    }

    @Test func `a single find is nothing, but a certain one where pictures are seconds apart`() {
        var drive = Drive()
        drive.look(at: 0, [plate(400, 200, score: 0.95)])
        drive.look(at: 250, [])
        drive.wait(from: 500, to: 5000)
        #expect(drive.told.isEmpty)
        var sparse = Drive()
        sparse.look(at: 0, [])
        sparse.look(at: 2000, [plate(400, 200, score: 0.95)])
        sparse.look(at: 4000, [])
        sparse.look(at: 6000, [])
        #expect(sparse.told.count == 1)
        var doubtful = Drive()
        doubtful.look(at: 0, [])
        doubtful.look(at: 2000, [plate(400, 200, score: 0.6)])
        doubtful.look(at: 4000, [])
        doubtful.look(at: 6000, [])
        #expect(doubtful.told.isEmpty)
    }

    @Test func `a plate that is never seen well is not told`() {
        for (score, told) in [(0.55, 0), (0.6, 1)] {
            var drive = Drive()
            drive.tracker = PlateTracker(
                settings: PlateTracker.Settings(minimumPictures: 2, minimumPeakScore: 0.58, longestWait: .seconds(10))
            )
            for step in 0..<6 {
                drive.look(at: Int64(step) * 250, [plate(300 + step * 20, 200, score: step == 3 ? score : 0.45)])
            }
            drive.wait(from: 1500, to: 5000)
            #expect(drive.told.count == told)
        }
    }

    @Test func `two cars side by side are two sightings with their own boxes`() {
        var drive = Drive()
        for step in 0..<6 {
            drive.look(at: Int64(step) * 250, [plate(200 + step * 20, 300), plate(900 - step * 20, 320)])
        }
        drive.wait(from: 1500, to: 5000)
        #expect(drive.told.map(\.sighting.pictures) == [6, 6])
        #expect(Set(drive.told.map(\.sighting.number)) == [1, 2])
        #expect(Set(drive.told.map(\.sighting.firstBox.left)) == [200, 900])
    }

    @Test func `a car that follows another one through the same place is told too`() {
        var drive = Drive()
        for car in 0..<3 {
            let start = Int64(car) * 4000
            for step in 0..<6 { drive.look(at: start + Int64(step) * 250, [plate(300 + step * 60, 200 + step * 30)]) }
            drive.wait(from: start + 1500, to: start + 4000)
        }
        #expect(drive.told.count == 3)
    }

    @Test func `a plate that stays is told after the longest wait, and never again while it stays`() {
        var drive = Drive()
        for step in 0..<240 { drive.look(at: Int64(step) * 250, [plate(500 + step % 2, 300)]) }
        #expect(drive.told.count == 1 && (10_000...10_250).contains(drive.told.first?.at ?? 0))
        // Nothing moves for a minute; then somebody walks by, and it is looked at again.
        drive.wait(from: 60_000, to: 120_000)
        for step in 0..<20 { drive.look(at: 120_000 + Int64(step) * 250, [plate(500, 300)]) }
        drive.wait(from: 125_000, to: 130_000)
        #expect(drive.told.count == 1)
    }

    @Test func `a parked plate that is hidden for a moment is not told again, and one that is long gone is`() {
        var drive = Drive()
        let stay = { (drive: inout Drive, start: Int64) in
            for step in 0..<16 { drive.look(at: start + Int64(step) * 250, [self.plate(500, 300)]) }
        }
        stay(&drive, 0)
        for step in 0..<8 { drive.look(at: 4000 + Int64(step) * 250, []) }
        stay(&drive, 6000)
        drive.wait(from: 10_000, to: 20_000)
        #expect(drive.told.count == 1)
        for step in 0..<40 { drive.look(at: 20_000 + Int64(step) * 250, []) }
        stay(&drive, 30_000)
        drive.wait(from: 34_000, to: 40_000)
        #expect(drive.told.count == 2)
    }

    @Test func `a look elsewhere says nothing of a parked plate`() {
        var drive = Drive()
        for step in 0..<16 { drive.look(at: Int64(step) * 250, [plate(500, 300)]) }
        let elsewhere = PixelBox(left: 800, top: 0, right: 1280, bottom: 720)
        for step in 0..<100 { drive.look(at: 4000 + Int64(step) * 250, [], searched: elsewhere) }
        for step in 0..<16 { drive.look(at: 30_000 + Int64(step) * 250, [plate(500, 300)]) }
        drive.wait(from: 34_000, to: 40_000)
        #expect(drive.told.count == 1)
    }

    @Test func `the end tells what was not told yet, once`() {
        var drive = Drive()
        for step in 0..<4 { drive.look(at: Int64(step) * 250, [plate(300 + step * 40, 200), plate(900, 500)]) }
        #expect(drive.tracker.end().count == 2)
        #expect(drive.tracker.end().isEmpty)
    }

    @Test func `a storm of finds is bounded, and ends`() {
        var drive = Drive()
        for step in 0..<40 {
            let plates = (0..<50).map { plate(($0 * 97 + step * 389) % 1200, ($0 * 53 + step * 211) % 700, width: 20) }
            drive.look(at: Int64(step) * 250, plates)
        }
        drive.wait(from: 10_000, to: 30_000)
        #expect(drive.told.count < 200)
        #expect(drive.tracker.end().isEmpty)
    }
}
