import CAllocationCounter
import NeuronCore
import NeuronVision
import Testing

/// A dark box of 10 x 24 pixels that goes 45 pixels a second to the right, from `x` on.
private func walker(_ seconds: Double, x: Int = 60, y: Int = 75) -> Scene.Box {
    Scene.Box(x: x + Int(seconds * 45), y: y, width: 10, height: 24, level: 20)
}

/// What stays the same whatever is done to the picture.
@Suite struct MotionPropertiesTests {
    /// The boxes of what moves, in a scene that is moved, lit and walked through.
    private func boxes(shift: Int = 0, offset: Double = 0) -> [(time: Double, box: PixelBox)] {
        var show = Show(framesPerSecond: 10)
        let quiet = Scene.Frame(offset: offset, noise: 0, shift: Double(shift))
        show.play(seconds: 3) { _ in quiet }
        show.play(seconds: 3) {
            var frame = quiet
            frame.boxes = [walker($0, x: 60 - shift)]
            return frame
        }
        return show.movingFrames().compactMap { frame in frame.zones[0].box.map { (frame.time.seconds, $0) } }
    }

    @Test(arguments: [5, 16, 24])
    func `a picture that is moved moves the boxes by as much`(shift: Int) {
        let (expected, moved) = (boxes(), boxes(shift: shift))
        #expect(expected.count > 20 && moved.count == expected.count)
        for (one, other) in zip(expected, moved) {
            #expect(one.time == other.time)
            #expect(
                abs(one.box.left - shift - other.box.left) <= 2 && abs(one.box.right - shift - other.box.right) <= 2
            )
            #expect(abs(one.box.top - other.box.top) <= 2 && abs(one.box.bottom - other.box.bottom) <= 2)
        }
    }

    @Test(arguments: [-12.0, 25])
    func `light that is added to everything changes nothing`(offset: Double) {
        let (expected, lit) = (boxes(), boxes(offset: offset))
        #expect(expected.count > 20 && abs(lit.count - expected.count) <= 1)
        for one in expected {
            guard let other = lit.first(where: { $0.time == one.time }) else { continue }
            #expect(abs(one.box.left - other.box.left) <= 4 && abs(one.box.right - other.box.right) <= 4)
            #expect(abs(one.box.top - other.box.top) <= 4 && abs(one.box.bottom - other.box.bottom) <= 4)
        }
    }

    @Test func `what is under a mask never matters`() {
        let mask = RelativePolygon([
            RelativePoint(x: 0.5, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1),
            RelativePoint(x: 0.5, y: 1),
        ])
        let shows = [false, true].map { isWild in
            var show = Show(MotionSettings(masks: [mask]))
            var all: [MotionObservation] = []
            for part in 0..<3 {
                show.play(seconds: 2) { seconds in
                    var frame = Scene.Frame(boxes: part == 1 ? [walker(seconds, x: 20)] : [])
                    let level = Int(seconds * 12) % 2 * 255
                    if isWild { frame.boxes.append(Scene.Box(x: 160, y: 0, width: 160, height: 180, level: level)) }
                    return frame
                }
                all += show.observations
            }
            return all
        }
        #expect(shows[0] == shows[1])
        #expect(shows[0].contains { $0.zones[0].isMoving })
    }

    @Test func `the same scene gives the same boxes at any resolution, within a cell`() {
        // Factors 2, 3 and 4: analysed pictures of 320, 426 and 480 columns.
        let shows = [2, 4, 6].map { scale in
            var show = Show(framesPerSecond: 10, scale: scale)
            show.play(seconds: 3)
            show.play(seconds: 2) { Scene.Frame(boxes: [walker($0)]) }
            return show.movingFrames().compactMap { frame in frame.zones[0].box.map { (frame.time.seconds, $0) } }
                .map { time, box in
                    let sides = [box.left, box.top, box.right, box.bottom].map { Double($0) / Double(scale) }
                    return (time: time, sides: sides)
                }
        }
        for show in shows {
            #expect(show.count >= 14)
            for (time, sides) in show {
                guard let expected = shows[0].first(where: { $0.time == time }) else { continue }
                // A cell of the coarsest analysis is 8 columns of the scene.
                for (one, other) in zip(sides, expected.sides) { #expect(abs(one - other) <= 8, "at \(time) s") }
            }
        }
    }

    @Test func `nothing is allocated once a scene is known`() throws {
        try #require(nd_allocation_count() >= 0 || isSanitized, "allocations are not counted")
        var show = Show()
        show.play(seconds: 4) { Scene.Frame(boxes: [walker($0)] + leaves($0)) }
        let pictures = (0..<24).map { index in
            show.scene.draw(Scene.Frame(boxes: [walker(Double(index) / 12)] + leaves(Double(index) / 12)))
        }
        // The first round also makes what the language's runtime keeps.
        var (allocations, movingFrames): (Int64, Int) = (0, 0)
        for round in 0..<2 {
            allocations = 0
            for (index, picture) in pictures.enumerated() {
                let plane = LumaPlane(samples: picture.span, width: 320, height: 180, stride: 320)
                let time = MediaTime(nanoseconds: Int64(round * 2 + 4) * 1_000_000_000 + Int64(index) * 83_333_333)
                let before = nd_allocation_count()
                let observation = show.detector.observe(plane, at: time)
                allocations += nd_allocation_count() - before
                if observation.zones[0].isMoving { movingFrames += 1 }
            }
        }
        #expect(allocations == 0)
        #expect(movingFrames > 10)
    }

    @Test(arguments: ["checkerboard", "noise"])
    func `a hostile picture gives no more to follow than any other, and no motion`(kind: String) {
        var detector = MotionDetector(settings: MotionSettings(), frameSize: Scene.size)
        var random = SplitMix64(seed: 4)
        for frame in 0..<60 {
            let picture = (0..<320 * 180).map { index in
                let (x, y) = (index % 320, index / 320)
                return kind == "noise" ? UInt8(random.next() >> 56) : UInt8((x / 9 + y / 9 + frame) % 2 * 255)
            }
            let plane = LumaPlane(samples: picture.span, width: 320, height: 180, stride: 320)
            let observation = detector.observe(plane, at: MediaTime(nanoseconds: Int64(frame) * 100_000_000))
            #expect(!observation.zones[0].isMoving)
            #expect(detector.inspection().followed.count <= 64)
        }
    }

    private var isSanitized: Bool { nd_allocation_count() == -1 }
}

/// Patches that swing by a few samples, each in its own time: leaves.
func leaves(_ seconds: Double) -> [Scene.Box] {
    (0..<8).map { index in
        let swing = Scene.swing(seconds * (0.7 + Double(index) * 0.11))
        return Scene.Box(
            x: 210 + index % 4 * 22 + swing,
            y: 12 + index / 4 * 26,
            width: 12,
            height: 14,
            level: 30 + index
        )
    }
}
