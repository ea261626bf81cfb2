import NeuronCore
import NeuronVision

/// A drawn place for the tamper detector: things of many brightnesses, fine texture, noise, and what can happen to them.
///
/// Drawn in the size of the analysed picture, so that a minute takes no time.
struct TamperScene {
    static let size = FrameSize(width: 192, height: 112)

    /// A picture's parts; the defaults draw the quiet place.
    struct Frame {
        var gain = 1.0
        /// Deviation of the sensor's noise, in levels.
        var noise = 1.5
        /// Samples by which the camera has turned.
        var shift = 0
        /// Radius of the defocus, in samples.
        var blur = 0
        /// 0 for the place by day, 1 for the same under infrared: most brightnesses keep their order, some do not.
        var infrared = 0.0
        /// The part of the picture, from the left, that something covers, and how bright that is.
        var covered = 0.0
        var coverLevel = 90.0
        /// Dark boxes with bright stripes: left edge, top, width, height.
        var boxes: [(x: Int, y: Int, width: Int, height: Int)] = []
        /// Single samples that flare up.
        var flakes = 0
        /// How much of the contrast a fog takes, 0 to 1.
        var fog = 0.0
    }

    private var random: SplitMix64
    private let noise: [Float]
    private let day: [Float]
    private let infrared: [Float]
    /// The blurred place per radius, as blurring takes longer than drawing.
    private var blurred: [Int: [Float]] = [:]

    private static let margin = 40
    private static let pitch = size.width + margin

    init(seed: UInt64 = 1) {
        var random = SplitMix64(seed: seed)
        noise = (0..<8192).map { _ in
            let bits = random.next()
            let sum = Int(bits & 0xFFFF) + Int(bits >> 16 & 0xFFFF) + Int(bits >> 32 & 0xFFFF) + Int(bits >> 48)
            return Float(sum - 131_070) / 37_837
        }
        let count = TamperScene.pitch * TamperScene.size.height
        var day = [Float](repeating: 110, count: count)
        var infrared = [Float](repeating: 90, count: count)
        for _ in 0..<220 {
            let (x, y) = (Int(random.next() % UInt64(TamperScene.pitch)), Int(random.next() % 112))
            let (width, height) = (4 + Int(random.next() % 36), 4 + Int(random.next() % 28))
            let level = Float(30 + random.next() % 170)
            let other = level * 0.6 + Float(random.next() % 80)
            for row in y..<min(y + height, TamperScene.size.height) {
                for column in x..<min(x + width, TamperScene.pitch) {
                    day[row * TamperScene.pitch + column] = level
                    infrared[row * TamperScene.pitch + column] = other
                }
            }
        }
        for index in day.indices {
            let grain = 1 + (Float(random.next() % 256) - 128) / 900
            day[index] *= grain
            infrared[index] *= grain
        }
        self.day = day
        self.infrared = infrared
        self.random = random
    }

    /// Draws a picture; its noise differs from call to call.
    mutating func draw(_ frame: Frame) -> Plane<UInt8> {
        let (width, height) = (TamperScene.size.width, TamperScene.size.height)
        let place = frame.blur == 0 ? day : blurredDay(radius: frame.blur)
        let (gain, fog, mix) = (Float(frame.gain), Float(frame.fog), Float(frame.infrared))
        let edge = Int(frame.covered * Double(width))
        var plane = Plane<UInt8>(width: width, height: height)
        for y in 0..<height {
            let start = Int(random.next() % UInt64(noise.count - width))
            for x in 0..<width {
                let at = y * TamperScene.pitch + x + frame.shift
                var level = place[at]
                if mix > 0 { level += (infrared[at] - level) * mix }
                if fog > 0 { level += (170 - level) * fog }
                for box in frame.boxes
                where x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height {
                    level = (y - box.y) % 24 < 3 ? 190 : 45
                }
                if x < edge { level = Float(frame.coverLevel) }
                level = 16 + (level - 16) * gain + noise[start + x] * Float(frame.noise)
                plane.samples[y * plane.stride + x] = UInt8(min(max(level, 0), 255))
            }
        }
        for _ in 0..<frame.flakes {
            let (x, y) = (Int(random.next() % UInt64(width)), Int(random.next() % UInt64(height)))
            plane.samples[y * plane.stride + x] = 250
        }
        return plane
    }

    private mutating func blurredDay(radius: Int) -> [Float] {
        if let known = blurred[radius] { return known }
        let (pitch, height) = (TamperScene.pitch, TamperScene.size.height)
        var place = day
        // Three boxes are close to a lens.
        for _ in 0..<3 {
            place = TamperScene.box(place, count: pitch, lines: height, step: 1, lineStep: pitch, radius: radius)
            place = TamperScene.box(place, count: height, lines: pitch, step: pitch, lineStep: 1, radius: radius)
        }
        blurred[radius] = place
        return place
    }

    private static func box(
        _ source: [Float],
        count: Int,
        lines: Int,
        step: Int,
        lineStep: Int,
        radius: Int
    ) -> [Float] {
        var result = source
        for line in 0..<lines {
            let start = line * lineStep
            func sample(_ index: Int) -> Float { source[start + min(max(index, 0), count - 1) * step] }
            var sum = (-radius...radius).reduce(Float(0)) { $0 + sample($1) }
            for index in 0..<count {
                result[start + index * step] = sum / Float(2 * radius + 1)
                sum += sample(index + radius + 1) - sample(index - radius)
            }
        }
        return result
    }
}

/// A tamper detector that is shown a place, and what it said.
struct TamperShow {
    var scene: TamperScene
    var detector: TamperDetector
    let framesPerSecond: Double
    private(set) var seconds = 0.0
    /// The observations of the last part.
    private(set) var observations: [TamperObservation] = []

    init(framesPerSecond: Double = 2.5, settings: TamperSettings = TamperSettings(), seed: UInt64 = 1) {
        scene = TamperScene(seed: seed)
        detector = TamperDetector(settings: settings, geometry: AnalysisGeometry(frame: TamperScene.size))
        self.framesPerSecond = framesPerSecond
    }

    /// Shows pictures for a while; the closure gets the seconds since the beginning of this part.
    mutating func play(seconds length: Double, _ frame: (Double) -> TamperScene.Frame = { _ in TamperScene.Frame() }) {
        play(seconds: length) { scene, time in scene.draw(frame(time)) }
    }

    /// Shows given pictures for a while.
    mutating func play(seconds length: Double, _ picture: (inout TamperScene, Double) -> Plane<UInt8>) {
        observations.removeAll()
        for index in 0..<Int((length * framesPerSecond).rounded()) {
            let plane = picture(&scene, Double(index) / framesPerSecond)
            let time = MediaTime(nanoseconds: Int64((seconds * 1e9).rounded()))
            if let seen = detector.observe(plane, at: time, isLightChange: false) { observations.append(seen) }
            seconds += 1 / framesPerSecond
        }
    }

    /// How long a mode was present without a break in the last part, at most, in seconds; nil where it never was.
    func longest(_ mode: TamperMode) -> Double? {
        var (longest, since): (Double?, Double?) = (nil, nil)
        for seen in observations {
            guard seen.readings.first(where: { $0.mode == mode })?.verdict == .present else {
                since = nil
                continue
            }
            since = since ?? seen.time.seconds
            longest = max(longest ?? 0, seen.time.seconds - (since ?? 0))
        }
        return longest
    }

    /// The modes that were present for the default hold-off of ten seconds in the last part.
    var told: [TamperMode] { TamperMode.allCases.filter { (longest($0) ?? 0) >= 10 } }

    /// A mode's last reading.
    func last(_ mode: TamperMode) -> TamperReading? { observations.last?.readings.first { $0.mode == mode } }

    var lightChanges: [LightChange] { observations.compactMap(\.lightChange) }
}
