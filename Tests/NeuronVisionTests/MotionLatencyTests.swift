import NeuronCore
import NeuronVision
import Testing

/// Someone dark of 10 x 24 pixels, who goes 45 pixels a second to the right.
private func walker(_ seconds: Double, x: Int = 20, y: Int = 90, level: Int = 20) -> Scene.Box {
    Scene.Box(x: x + Int(seconds * 45), y: y, width: 10, height: 24, level: level)
}

/// How long it takes until motion is seen.
@Suite struct MotionLatencyTests {
    @Test(arguments: [5, 12, 25])
    func `a calm scene is known after less than half a second, or five pictures`(framesPerSecond: Int) throws {
        var show = Show(framesPerSecond: framesPerSecond)
        show.play(seconds: 2)
        let first = try #require(show.observations.first { $0.suppression == nil })
        #expect(first.time.seconds <= max(0.5, 5 / Double(framesPerSecond)))
    }

    @Test func `a scene in which something falls everywhere is looked at for a second`() throws {
        var show = Show()
        var random = SplitMix64(seed: 3)
        show.play(seconds: 2) { _ in
            Scene.Frame(
                boxes: (0..<40).map { _ in
                    Scene.Box(
                        x: Int(random.next() % 316),
                        y: Int(random.next() % 176),
                        width: 4,
                        height: 4,
                        level: 230
                    )
                }
            )
        }
        let first = try #require(show.observations.first { $0.suppression == nil })
        #expect((1...1.1).contains(first.time.seconds))
        #expect(show.movingTimes().isEmpty)
    }

    @Test(arguments: [10, 25])
    func `people who walk when the first picture comes are seen within a second`(framesPerSecond: Int) throws {
        var show = Show(framesPerSecond: framesPerSecond)
        show.play(seconds: 2) { seconds in
            Scene.Frame(boxes: (0..<2).map { walker(seconds, x: 20 + 80 * $0, y: 20 + 50 * $0) })
        }
        #expect(try #require(show.movingFrames().first).time.seconds < 1)
    }

    @Test func `someone faint is found soon after a switch to infrared that is no more than a darker light`() throws {
        var show = Show()
        show.play(seconds: 5)
        show.play(seconds: 6) { _ in Scene.Frame(gain: 0.42) }
        #expect(show.movingTimes().isEmpty)
        show.play(seconds: 2) { seconds in
            Scene.Frame(
                gain: 0.42,
                patch: Scene.Box(x: 20 + Int(seconds * 45), y: 75, width: 10, height: 28, level: -40)
            )
        }
        let found = try #require(show.movingFrames().first).time.seconds
        #expect(found <= 12.2)
    }
}
