import NeuronCore
import NeuronVision
import Testing

/// A dark box of 8 x 24 pixels, a walker at some distance, that goes 45 pixels a second to the right.
private func walker(_ seconds: Double, y: Int = 75) -> Scene.Frame {
    Scene.Frame(boxes: [Scene.Box(x: 20 + Int(seconds * 45), y: y, width: 8, height: 24, level: 20)])
}

private func rectangle(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> RelativePolygon {
    RelativePolygon([
        RelativePoint(x: left, y: top), RelativePoint(x: right, y: top), RelativePoint(x: right, y: bottom),
        RelativePoint(x: left, y: bottom),
    ])
}

@Suite struct MotionDetectorTests {
    @Test(arguments: [5, 12, 25])
    func `a walker is found within half a second at any frame rate`(framesPerSecond: Int) throws {
        var show = Show(framesPerSecond: framesPerSecond)
        show.play(seconds: 3)
        #expect(show.movingTimes().isEmpty)
        show.play(seconds: 3) { walker($0) }
        let first = try #require(show.movingFrames().first)
        #expect(first.time.seconds <= 3.5)
        let since = try #require(first.zones[0].since)
        #expect(since.seconds <= 3.21)
        let box = try #require(first.zones[0].box)
        let x = 20 + Int((first.time.seconds - 3) * 45)
        #expect(box.left < x + 8 && box.right > x && box.top < 99 && box.bottom > 75)
        #expect(box.width <= 32 && box.height <= 48)
        #expect(first.zones[0].gates.allSatisfy { $0.isPassed })
        #expect(first.zones[0].score > 0)
        #expect(Double(show.movingFrames().count) > 2.3 * Double(framesPerSecond))
    }

    @Test func `a walker who is seen in one keyframe only is found, and is a reason to look closer`() {
        var show = Show(framesPerSecond: 1)
        show.play(seconds: 10)
        #expect(show.movingTimes().isEmpty)
        #expect(!show.detector.isSuspicious)
        show.play(seconds: 1) { _ in walker(2) }
        #expect(show.movingTimes() == [10])
        #expect(show.detector.isSuspicious)
        #expect(show.observations.first?.zones[0].gates.allSatisfy { $0.isPassed } == true)
    }

    @Test func `something new is a reason to look closer before it is known to move`() {
        var show = Show(framesPerSecond: 10)
        show.play(seconds: 9)
        #expect(!show.detector.isSuspicious)
        show.play(seconds: 0.1) { walker($0) }
        #expect(show.movingTimes().isEmpty)
        #expect(show.detector.isSuspicious)
    }

    @Test(arguments: [1.5, 6, 12])
    func `sensor noise alone never moves`(noise: Double) {
        var show = Show()
        show.play(seconds: 12) { _ in Scene.Frame(noise: noise) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test(arguments: [0.7, 1.3])
    func `an exposure step by a factor is no motion`(gain: Double) {
        var show = Show()
        show.play(seconds: 4)
        show.play(seconds: 6) { _ in Scene.Frame(gain: gain) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test(arguments: [-20.0, 20.0])
    func `an exposure step by an offset is no motion`(offset: Double) {
        var show = Show()
        show.play(seconds: 4)
        show.play(seconds: 6) { _ in Scene.Frame(offset: offset) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test func `a lamp that lights half of the picture is no motion`() {
        var show = Show()
        show.play(seconds: 4)
        show.play(seconds: 6) { _ in Scene.Frame(leftGain: 1.6) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test func `a switch to infrared over eight frames is a light change and no motion`() {
        var show = Show()
        show.play(seconds: 4)
        show.play(seconds: 6) {
            Scene.Frame(gain: 1 - 0.2 * min($0 * 12 / 8, 1), noise: 4, infrared: min($0 * 12 / 8, 1))
        }
        #expect(show.movingTimes().isEmpty)
        #expect(show.observations.contains { $0.suppression == .lightChange })
        #expect(show.observations.last?.suppression == nil)
    }

    @Test func `a walker after a light change is found again`() {
        var show = Show()
        show.play(seconds: 4)
        show.play(seconds: 5) { _ in Scene.Frame(infrared: 1) }
        show.play(seconds: 3) {
            var frame = walker($0)
            frame.infrared = 1
            return frame
        }
        #expect((show.movingFrames().first?.time.seconds ?? 99) <= 9.5)
    }

    @Test func `a slow drift of the picture is no motion`() {
        var show = Show()
        show.play(seconds: 30) { Scene.Frame(gain: 1 + 0.2 * ($0 / 30), shift: $0 * 0.03) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test func `isolated speckle is no motion`() {
        var show = Show()
        show.play(seconds: 3)
        show.play(seconds: 10) { _ in Scene.Frame(specks: 60) }
        #expect(show.movingTimes().isEmpty)
    }

    @Test func `motion counts in its zone, not in an excluded part and not under a mask`() {
        let left = MotionZone(name: "left", polygon: rectangle(0, 0, 0.5, 1))
        let right = MotionZone(name: "right", polygon: rectangle(0.5, 0, 1, 1))
        let holed = MotionZone(name: "holed", polygon: rectangle(0, 0, 1, 1), exclude: [rectangle(0, 0.3, 1, 0.7)])
        var show = Show(MotionSettings(zones: [left, right, holed]))
        show.play(seconds: 3)
        show.play(seconds: 2) { walker($0) }
        #expect(!show.movingTimes(zone: 0).isEmpty)
        #expect(show.movingTimes(zone: 1).isEmpty)
        #expect(show.movingTimes(zone: 2).isEmpty)

        var masked = Show(MotionSettings(masks: [rectangle(0, 0.3, 1, 0.7)]))
        masked.play(seconds: 3)
        masked.play(seconds: 2) { walker($0) }
        #expect(masked.movingTimes().isEmpty)
        masked.play(seconds: 1) { _ in Scene.Frame() }
        masked.play(seconds: 2) { walker($0, y: 10) }
        #expect(!masked.movingTimes().isEmpty)
    }

    @Test func `an area below the minimum does not move, and its gate says so`() throws {
        let zone = MotionZone(name: "yard", polygon: rectangle(0, 0, 1, 1), minimumAreaFraction: 0.02)
        var show = Show(MotionSettings(zones: [zone]))
        show.play(seconds: 3)
        show.play(seconds: 2) { walker($0) }
        #expect(show.movingTimes().isEmpty)
        let gate = try #require(show.observations.last?.zones[0].gates.first { $0.gate == "area" })
        #expect(!gate.isPassed && gate.value > 0.001 && gate.limit == 0.02)
        let others = show.observations.last?.zones[0].gates.filter { $0.gate != "area" } ?? []
        #expect(others.count == 3 && others.allSatisfy { $0.isPassed })
    }

    @Test func `settling reports no motion and is soon over`() {
        var show = Show()
        show.play(seconds: 3)
        show.detector.settle()
        show.play(seconds: 3) { walker($0) }
        #expect(show.observations.first?.suppression == .settling)
        #expect(show.observations.filter { $0.suppression == .settling }.allSatisfy { !$0.zones[0].isMoving })
        #expect((show.observations.first { $0.suppression == nil }?.time.seconds ?? 99) <= 4.1)
        #expect(!show.movingTimes().isEmpty)
    }

    @Test func `someone who stops is not absorbed at once, and is absorbed in time`() {
        var show = Show(framesPerSecond: 5)
        show.play(seconds: 3)
        show.play(seconds: 3) { walker($0) }
        let stopped = walker(3)
        show.play(seconds: 20) { _ in stopped }
        let area = show.observations.last?.zones[0].gates.first { $0.gate == "area" }?.value ?? 0
        #expect(area > 0.002)
        show.play(seconds: 120) { _ in stopped }
        #expect((show.observations.last?.zones[0].gates.first { $0.gate == "area" }?.value ?? 1) < 0.0005)
        #expect(show.movingTimes().isEmpty)
    }

    @Test func `the motion of what stood for a while begins when it goes off`() throws {
        var show = Show()
        show.play(seconds: 3)
        show.play(seconds: 2) { walker($0) }
        show.play(seconds: 4) { _ in walker(2) }
        #expect(show.observations.last?.zones[0].isMoving == false)
        show.play(seconds: 2) { walker(2 + $0) }
        let since = try #require(show.movingFrames().first?.zones[0].since)
        #expect((7.0...9.5).contains(since.seconds))
    }

    @Test func `a picture of another size is not looked at`() {
        var detector = MotionDetector(settings: MotionSettings(), frameSize: FrameSize(width: 64, height: 64))
        let picture = [UInt8](repeating: 9, count: 32 * 32)
        let plane = LumaPlane(samples: picture.span, width: 32, height: 32, stride: 32)
        #expect(detector.observe(plane, at: .zero).suppression == .settling)
    }

    @Test(arguments: [(1, 1), (7, 3), (8, 8), (1, 500), (3000, 1), (65, 9), (1081, 1921)])
    func `a picture of any size is watched`(width: Int, height: Int) {
        var detector = MotionDetector(settings: MotionSettings(), frameSize: FrameSize(width: width, height: height))
        var random = SplitMix64(seed: 3)
        for frame in 0..<40 {
            let level = UInt8(random.next() >> 56)
            let picture = [UInt8](repeating: level, count: width * height)
            let plane = LumaPlane(samples: picture.span, width: width, height: height, stride: width)
            let observation = detector.observe(plane, at: MediaTime(nanoseconds: Int64(frame) * 100_000_000))
            #expect(observation.zones.count == 1)
        }
    }

    @Test func `settings and times that make no sense do no harm`() {
        let zone = MotionZone(
            name: "odd",
            polygon: RelativePolygon([RelativePoint(x: .nan, y: 0), RelativePoint(x: 1, y: 1)]),
            exclude: [RelativePolygon([])],
            minimumAreaFraction: .nan,
            sensitivity: .infinity
        )
        var detector = MotionDetector(
            settings: MotionSettings(zones: [zone, .wholeFrame], masks: [RelativePolygon([])]),
            frameSize: FrameSize(width: 64, height: 48)
        )
        var random = SplitMix64(seed: 8)
        let times: [Int64] = [0, 5, 5, -7, .max, .min, .max, 3_000_000_000, 1 << 62]
        for time in times {
            let picture = (0..<64 * 48).map { _ in UInt8(random.next() >> 56) }
            let plane = LumaPlane(samples: picture.span, width: 64, height: 48, stride: 64)
            let observation = detector.observe(plane, at: MediaTime(nanoseconds: time))
            #expect(observation.time.nanoseconds == time)
            #expect(!observation.zones[0].isMoving)
        }
    }

    @Test func `every instruction set sees the same`() {
        let shows = KernelTarget.available.map { target in
            var show = Show(framesPerSecond: 10, target: target)
            show.play(seconds: 2)
            var all = show.observations
            show.play(seconds: 2) { walker($0) }
            all += show.observations
            show.play(seconds: 2) { _ in Scene.Frame(gain: 1.2, infrared: 0.5) }
            return all + show.observations
        }
        for show in shows { #expect(show == shows.first) }
        #expect(shows.first?.contains { $0.zones[0].isMoving } == true)
    }
}
