import NeuronCore
import NeuronVision
import Testing

@Suite struct TamperDetectorTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `a quiet place is no tampering`(seed: UInt64) {
        var show = TamperShow(seed: seed)
        show.play(seconds: 60)
        #expect(show.told.isEmpty)
        #expect(TamperMode.allCases.allSatisfy { show.last($0)?.verdict == .absent })
        #expect((show.last(.globalSceneChange)?.score ?? 1) < 0.1)
    }

    @Test(arguments: [40.0, 90, 200])
    func `a hand before the lens is another scene`(level: Double) {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(covered: 1, coverLevel: level) }
        #expect(show.told == [.globalSceneChange])
        #expect(show.last(.globalSceneChange)?.gates.allSatisfy(\.isPassed) == true)
        show.play(seconds: 5)
        #expect(show.last(.globalSceneChange)?.verdict == .absent)
    }

    @Test func `a cover of most of the picture is another scene and one of half of it is not`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(covered: 0.5) }
        #expect(show.told.isEmpty)
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(covered: 0.85) }
        #expect(show.told == [.globalSceneChange])
    }

    @Test func `paint that creeps over the picture in 20 s is another scene`() {
        var show = TamperShow()
        show.play(seconds: 60)
        show.play(seconds: 40) { TamperScene.Frame(covered: min($0 / 20, 1)) }
        #expect(show.told == [.globalSceneChange])
    }

    @Test func `a bag over the camera is darkness`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(gain: 0.02) }
        #expect(show.told == [.imageTooDark])
        show.play(seconds: 5)
        #expect(show.last(.imageTooDark)?.verdict == .absent)
        #expect(show.last(.globalSceneChange)?.verdict == .absent)
    }

    @Test func `a lamp held at the lens is glare`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(gain: 12) }
        #expect(show.told == [.imageTooBright])
        show.play(seconds: 5)
        #expect(show.last(.imageTooBright)?.verdict == .absent)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a camera turned by a tenth of its picture shows another scene`(seed: UInt64) {
        var show = TamperShow(seed: seed)
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(shift: 19) }
        #expect(show.told == [.globalSceneChange])
    }

    @Test func `a camera that was turned while its cable was pulled shows another scene`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.detector.settle()
        show.play(seconds: 15) { _ in TamperScene.Frame(shift: 19) }
        #expect(show.told == [.globalSceneChange])
    }

    @Test(arguments: [2, 3, 5])
    func `a lens out of focus is a blurred picture`(radius: Int) {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(blur: radius) }
        #expect(show.told == [.imageTooBlurry])
    }

    @Test func `a scene that is accepted is the scene from then on`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(shift: 19) }
        show.detector.accept(.globalSceneChange)
        show.play(seconds: 30) { _ in TamperScene.Frame(shift: 19) }
        #expect(show.told.isEmpty)
        #expect(show.last(.globalSceneChange)?.verdict == .absent)
        show.play(seconds: 15)
        #expect(show.told == [.globalSceneChange])
    }

    @Test func `masked places are never looked at`() {
        let left = RelativePolygon([
            RelativePoint(x: 0, y: 0), RelativePoint(x: 0.9, y: 0), RelativePoint(x: 0.9, y: 1),
            RelativePoint(x: 0, y: 1),
        ])
        var show = TamperShow(settings: TamperSettings(masks: [left]))
        show.play(seconds: 30)
        show.play(seconds: 15) { _ in TamperScene.Frame(covered: 0.85) }
        #expect(show.told.isEmpty)
    }

    @Test func `looks are a few a second, however many pictures there are`() {
        var show = TamperShow(framesPerSecond: 25)
        show.play(seconds: 8)
        #expect(show.observations.count == 20)
    }

    @Test func `the same pictures give the same readings`() {
        var (one, other) = (TamperShow(), TamperShow())
        for seconds in [12.0, 8] {
            one.play(seconds: seconds) { TamperScene.Frame(covered: $0 / 10) }
            other.play(seconds: seconds) { TamperScene.Frame(covered: $0 / 10) }
            #expect(one.observations == other.observations)
        }
    }
}

/// What happens to every camera and is no tampering.
@Suite struct TamperQuietTests {
    @Test func `a truck that fills the picture for five seconds`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 20) { seconds in
            let x = Int(192 - seconds * 120)
            let front = seconds < 2 ? max(x, 0) : seconds < 7 ? 0 : -Int((seconds - 7) * 120)
            return TamperScene.Frame(boxes: [(x: front, y: 0, width: 192, height: 112)])
        }
        #expect((show.longest(.globalSceneChange) ?? 0) >= 4)
        #expect(show.told.isEmpty)
        #expect(show.last(.globalSceneChange)?.verdict == .absent)
    }

    @Test func `a truck that is there when the daemon starts`() {
        var show = TamperShow()
        show.play(seconds: 4) { _ in TamperScene.Frame(boxes: [(x: 0, y: 0, width: 192, height: 112)]) }
        show.play(seconds: 60)
        #expect(show.told.isEmpty)
    }

    @Test func `a crowd that covers half of the picture for a minute`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 60) { seconds in
            var frame = TamperScene.Frame()
            for person in 0..<14 {
                let x = (person * 53 + Int(seconds * Double(11 + person))) % 220 - 14
                frame.boxes.append((x: x, y: 20 + person * 29 % 60, width: 14, height: 44))
            }
            return frame
        }
        #expect(show.told.isEmpty)
    }

    @Test func `night that falls in ten minutes, with and without lamps`() {
        for lamps in [false, true] {
            var show = TamperShow(framesPerSecond: 1)
            show.play(seconds: 60)
            show.play(seconds: 660) { seconds in
                var frame = TamperScene.Frame(gain: max(1 - seconds / 600, 0.01))
                if lamps {
                    frame.boxes = [(x: 30, y: 10, width: 12, height: 9), (x: 150, y: 30, width: 12, height: 9)]
                }
                return frame
            }
            #expect(show.told.isEmpty)
        }
    }

    @Test func `morning that comes in ten minutes`() {
        var show = TamperShow(framesPerSecond: 1)
        show.play(seconds: 60) { _ in TamperScene.Frame(gain: 0.02, noise: 3) }
        show.play(seconds: 660) { TamperScene.Frame(gain: min(0.02 + $0 / 600, 1)) }
        #expect(show.told.isEmpty)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a switch to infrared over eight frames and back`(seed: UInt64) {
        var show = TamperShow(framesPerSecond: 12.5, seed: seed)
        show.play(seconds: 30)
        show.play(seconds: 40) { TamperScene.Frame(gain: 0.7, noise: 4, infrared: min($0 * 12.5 / 8, 1)) }
        #expect(show.told.isEmpty)
        #expect(show.lightChanges.count <= 1)
        show.play(seconds: 40) { TamperScene.Frame(infrared: max(1 - $0 * 12.5 / 8, 0)) }
        #expect(show.told.isEmpty)
    }

    @Test(arguments: [0.25, 0.5, 0.7, 1.3, 1.6])
    func `an exposure step`(gain: Double) {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 30) { _ in TamperScene.Frame(gain: gain) }
        #expect(show.told.isEmpty)
        show.play(seconds: 30)
        #expect(show.told.isEmpty)
    }

    @Test func `a lamp in the yard that goes off and leaves a street lamp`() {
        var show = TamperShow()
        show.play(seconds: 60) { _ in TamperScene.Frame(boxes: [(x: 20, y: 10, width: 50, height: 40)]) }
        show.play(seconds: 30) { seconds in
            var frame = TamperScene.Frame(gain: 0.25, boxes: [(x: 20, y: 10, width: 50, height: 40)])
            frame.noise = 3
            return frame
        }
        #expect(show.told.isEmpty)
    }

    @Test func `snow`() {
        var show = TamperShow()
        show.play(seconds: 20)
        show.play(seconds: 60) { _ in TamperScene.Frame(flakes: 700) }
        #expect(show.told.isEmpty)
    }

    @Test func `fog that rolls in within four minutes`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 300) { TamperScene.Frame(fog: min($0 / 240, 1) * 0.85) }
        #expect(show.told.isEmpty)
    }

    @Test func `a mast that shakes in the wind`() {
        var show = TamperShow()
        show.play(seconds: 20) { _ in TamperScene.Frame(shift: 2) }
        show.play(seconds: 40) { TamperScene.Frame(shift: [0, 2, 3, 1, 4, 2][Int($0 * 2.5) % 6]) }
        #expect(show.told.isEmpty)
    }

    @Test func `a noisy night`() {
        var show = TamperShow()
        show.play(seconds: 60) { _ in TamperScene.Frame(gain: 0.25, noise: 12) }
        #expect(show.told.isEmpty)
    }
}

@Suite struct TamperStillnessTests {
    @Test func `a camera that showed noise and sends one picture on and on is frozen`() throws {
        var show = TamperShow()
        show.play(seconds: 30)
        let stuck = show.scene.draw(TamperScene.Frame())
        show.play(seconds: 16) { _, _ in stuck }
        #expect(show.told == [.frozenPicture])
        let since = try #require(show.last(.frozenPicture)?.since)
        #expect(abs(since.seconds - 30) < 0.5)
        show.play(seconds: 4)
        #expect(show.last(.frozenPicture)?.verdict == .absent)
    }

    @Test func `a frozen picture stays one when its encoder shifts it a little at every keyframe`() {
        var show = TamperShow()
        show.play(seconds: 30)
        let stuck = show.scene.draw(TamperScene.Frame())
        show.play(seconds: 40) { _, seconds in
            var plane = stuck
            for index in plane.samples.indices where index % 7 == Int(seconds / 2) % 7 { plane.samples[index] ^= 1 }
            return plane
        }
        #expect(show.told == [.frozenPicture])
    }

    @Test func `a picture on which an encoder settles for some seconds first is frozen`() {
        var show = TamperShow()
        show.play(seconds: 30)
        let stuck = show.scene.draw(TamperScene.Frame())
        show.play(seconds: 20) { _, seconds in
            var plane = stuck
            let left = max(4 - seconds, 0)
            for y in 0..<Int(left * 3) {
                for x in 0..<192 { plane.samples[y * plane.stride + x] ^= UInt8(seconds) & 1 }
            }
            return plane
        }
        #expect(show.told == [.frozenPicture])
    }

    @Test func `a frozen picture with a running clock in it is frozen`() {
        var show = TamperShow()
        show.play(seconds: 30)
        let stuck = show.scene.draw(TamperScene.Frame())
        show.play(seconds: 16) { _, seconds in
            var plane = stuck
            for y in 8..<14 { plane.samples[y * plane.stride + 10 + Int(seconds) % 4] = 235 }
            return plane
        }
        #expect(show.told == [.frozenPicture])
    }

    @Test func `a drawn picture that has never shown noise is not frozen, even if things move in it`() {
        var show = TamperShow()
        show.play(seconds: 60) {
            TamperScene.Frame(noise: 0, boxes: [(x: Int($0) % 60 * 8, y: 40, width: 8, height: 20)])
        }
        #expect(show.told.isEmpty)
        show.play(seconds: 80) { _ in TamperScene.Frame(noise: 0) }
        #expect(show.told.isEmpty)
    }

    @Test func `a quiet night at a low bitrate, where only keyframes change anything, is not frozen`() {
        var show = TamperShow()
        var dice = SplitMix64(seed: 7)
        var picture = show.scene.draw(TamperScene.Frame())
        // The bitrate falls little by little: more and more pictures are equal to the one before.
        for equal in [UInt64(0), 10, 20, 40, 60] {
            show.play(seconds: 40) { scene, _ in
                if dice.next() % 100 >= equal { picture = scene.draw(TamperScene.Frame()) }
                return picture
            }
            #expect(show.told.isEmpty, "\(equal) % of the pictures are equal")
        }
        for seconds in [4.0, 12] {
            var drawnAt = 0.0
            show.play(seconds: 60) { scene, time in
                if time - drawnAt >= seconds { (picture, drawnAt) = (scene.draw(TamperScene.Frame()), time) }
                return picture
            }
            #expect(show.told.isEmpty, "a keyframe every \(seconds) s")
        }
    }

    @Test func `a still cover is another scene and not frozen`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 20) { _ in TamperScene.Frame(noise: 0, covered: 1) }
        #expect(show.told == [.globalSceneChange])
    }

    @Test func `a black picture is dark and not frozen`() {
        var show = TamperShow()
        show.play(seconds: 30)
        show.play(seconds: 20) { _ in TamperScene.Frame(gain: 0, noise: 0) }
        #expect(show.told == [.imageTooDark])
    }
}

@Suite struct TamperLightTests {
    @Test func `a lamp that goes on is one change, measured when it has settled`() throws {
        var show = TamperShow()
        show.play(seconds: 20)
        show.play(seconds: 20) { _ in TamperScene.Frame(gain: 1.5) }
        let change = try #require(show.lightChanges.first)
        #expect(show.lightChanges.count == 1)
        #expect(abs(change.since.seconds - 20) < 0.5)
        #expect(change.levelAfter > change.levelBefore * 1.3)
        #expect(change.areaFraction > 0.8)
    }

    @Test func `a lamp that flickers and ends as it was is no change`() {
        var show = TamperShow()
        show.play(seconds: 20)
        show.play(seconds: 4) { TamperScene.Frame(gain: Int($0 * 2.5) % 2 == 0 ? 1.5 : 1) }
        #expect(show.lightChanges.isEmpty)
        show.play(seconds: 10)
        #expect(show.lightChanges.isEmpty)
    }

    @Test func `a truck that passes is no change of light`() {
        var show = TamperShow()
        show.play(seconds: 20)
        show.play(seconds: 15) { seconds in
            TamperScene.Frame(boxes: seconds < 5 ? [(x: 0, y: 0, width: 192, height: 112)] : [])
        }
        #expect(show.lightChanges.isEmpty)
    }

    @Test func `dusk is no change of light`() {
        var show = TamperShow(framesPerSecond: 1)
        show.play(seconds: 30)
        show.play(seconds: 300) { TamperScene.Frame(gain: 1 - $0 / 350) }
        #expect(show.lightChanges.isEmpty)
    }
}
