import NeuronCore
import NeuronVision
import Testing

private func walker(_ seconds: Double, x: Int = 20, y: Int = 90, level: Int = 20) -> Scene.Box {
    Scene.Box(x: x + Int(seconds * 45), y: y, width: 8, height: 24, level: level)
}

/// What moves without being motion, and motion in spite of it.
@Suite struct MotionNuisancesTests {
    @Test func `leaves that swing are no motion, and someone who walks under them is`() throws {
        var show = Show()
        show.play(seconds: 20) { Scene.Frame(boxes: leaves($0)) }
        #expect(show.movingTimes().isEmpty)
        #expect(show.observations.contains { $0.zones[0].doubts[.restless] + $0.zones[0].doubts[.noTravel] > 0 })
        show.play(seconds: 4) { Scene.Frame(boxes: leaves(20 + $0) + [walker($0)]) }
        #expect(try #require(show.movingFrames().first).time.seconds <= 21)
    }

    @Test func `a camera that shakes is no motion, and someone who walks in front of it is`() throws {
        var show = Show()
        var random = SplitMix64(seed: 2)
        let shake = { 4 + Double(random.next() % 200) / 100 - 1 }
        show.play(seconds: 5) { _ in Scene.Frame(shift: 4) }
        show.play(seconds: 20) { _ in Scene.Frame(shift: shake()) }
        #expect(show.movingTimes().isEmpty)
        show.play(seconds: 4) { Scene.Frame(boxes: [walker($0)], shift: shake()) }
        #expect(try #require(show.movingFrames().first).time.seconds <= 26)
    }

    @Test func `a truck that fills most of the picture is motion, and leaves no ghost`() throws {
        var show = Show()
        show.play(seconds: 5)
        let truck = { (width: Double) in
            Scene.Frame(boxes: width < 1 ? [] : [Scene.Box(x: 0, y: 0, width: Int(width), height: 180, level: 200)])
        }
        show.play(seconds: 2) { truck(min($0 * 160, 260)) }
        #expect(try #require(show.movingFrames().first).time.seconds <= 6)
        #expect(show.movingTimes().count >= 10)
        show.play(seconds: 8) { _ in truck(260) }
        show.play(seconds: 2) { truck(260 - $0 * 160) }
        #expect(show.movingTimes().count >= 10)
        show.play(seconds: 3)
        show.play(seconds: 3)
        #expect(show.movingTimes().isEmpty)
        #expect(show.observations.allSatisfy { $0.zones[0].gates[0].value == 0 && $0.suppression == nil })
    }

    @Test func `someone faint is found who goes far`() {
        var show = Show()
        let faint = { (seconds: Double) in
            // Darker than the wall by about 9 of 256.
            Scene.Frame(patch: Scene.Box(x: 20 + Int(seconds * 45), y: 75, width: 10, height: 28, level: -9))
        }
        show.play(seconds: 4)
        show.play(seconds: 4, faint)
        #expect((show.movingFrames().first?.time.seconds ?? 99) <= 5.5)
    }

    @Test func `motion begins in a zone when it arrives there`() throws {
        let zone = MotionZone(
            name: "gate",
            polygon: RelativePolygon([
                RelativePoint(x: 0.5, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1),
                RelativePoint(x: 0.5, y: 1),
            ])
        )
        var show = Show(MotionSettings(zones: [zone]))
        show.play(seconds: 3)
        show.play(seconds: 5) { Scene.Frame(boxes: [walker($0)]) }
        // Its front reaches the zone at column 160, 2.9 seconds after it set out.
        let since = try #require(show.movingFrames().first?.zones[0].since).seconds
        #expect((5.6...6.2).contains(since))
    }

    @Test func `each frame counts what was not believed, and why`() {
        var show = Show()
        show.play(seconds: 0.4)
        #expect(show.observations.allSatisfy { $0.zones[0].doubts[.settling] == 1 })
        show.play(seconds: 3)
        #expect(show.observations.last?.zones[0].doubts.isEmpty == true)
        show.play(seconds: 0.3) { _ in Scene.Frame(boxes: [walker(0)]) }
        #expect(show.observations.contains { $0.zones[0].doubts[.noTravel] == 1 })
        show.play(seconds: 1) { _ in Scene.Frame(infrared: 1) }
        #expect(show.observations.contains { $0.zones[0].doubts[.lightChange] == 1 })

        let zone = MotionZone(name: "yard", polygon: MotionZone.wholeFrame.polygon, minimumAreaFraction: 0.02)
        var choosy = Show(MotionSettings(zones: [zone]))
        choosy.play(seconds: 3)
        choosy.play(seconds: 1) { Scene.Frame(boxes: [walker($0)]) }
        #expect(choosy.observations.contains { $0.zones[0].doubts[.tooSmall] == 1 })
        #expect(choosy.movingTimes().isEmpty)
    }

    @Test func `an inspection shows what is followed`() throws {
        var show = Show()
        show.play(seconds: 3)
        #expect(show.detector.inspection().followed.isEmpty)
        show.play(seconds: 2) { Scene.Frame(boxes: [walker($0)]) }
        let inspection = show.detector.inspection()
        let followed = try #require(inspection.followed.first { $0.isVisible })
        #expect(followed.isMoving && followed.contrast > 20 && followed.travelled >= followed.travelLimit)
        #expect(inspection.differing.contains { $0 > 20 } && !inspection.isShaken)
        #expect(inspection.differing.count == inspection.geometry.cellCount)
        #expect(inspection.restlessness.count == inspection.geometry.cellCount)
    }
}
