import NeuronCore
import NeuronVision

/// A drawn scene: a textured wall, light upon it, sensor noise, and a box that moves.
struct Scene {
    static let size = FrameSize(width: 320, height: 180)

    /// A flat box in front of the wall.
    struct Box {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var level: Int

        func holds(_ column: Int, _ row: Int) -> Bool {
            column >= x && column < x + width && row >= y && row < y + height
        }
    }

    /// A picture's parts; the defaults draw the quiet scene.
    struct Frame {
        var gain = 1.0
        var offset = 0.0
        /// A gain for the left half alone.
        var leftGain = 1.0
        var noise = 1.5
        var boxes: [Box] = []
        /// A box whose level is added to what is behind it.
        var patch: Box?
        /// Single samples that flare up.
        var specks = 0
        /// 0 for the scene by day, 1 for the same under infrared: other brightnesses for the same things.
        var infrared = 0.0
        /// Columns by which the whole picture has moved.
        var shift = 0.0
    }

    private var random: SplitMix64
    /// Brightness by day and under infrared, in 1/256 levels, with a margin at the right for a shift.
    private let texture: [Int]
    private let infraredTexture: [Int]
    /// Values of a normal distribution with a deviation of 1, in 1/256.
    private let noise: [Int]

    private static let margin = 32
    private static let pitch = size.width + margin

    init(seed: UInt64 = 1) {
        var random = SplitMix64(seed: seed)
        texture = Scene.patches(&random)
        infraredTexture = Scene.patches(&random)
        // The sum of four uniform values is close enough to a normal one.
        noise = (0..<8192).map { _ in
            let bits = random.next()
            let sum = Int(bits & 0xFFFF) + Int(bits >> 16 & 0xFFFF) + Int(bits >> 32 & 0xFFFF) + Int(bits >> 48)
            return (sum - 131_070) * 443 / 65_536
        }
        self.random = random
    }

    /// Soft patches of 8 samples: something for a gain to work on.
    private static func patches(_ random: inout SplitMix64) -> [Int] {
        let columns = pitch / 8 + 2
        var corners: [Int] = []
        for _ in 0..<columns * (size.height / 8 + 2) { corners.append(60 + Int(random.next() % 100)) }
        var result: [Int] = []
        for y in 0..<size.height {
            for x in 0..<pitch {
                let at = y / 8 * columns + x / 8
                let top = corners[at] * (8 - x % 8) + corners[at + 1] * (x % 8)
                let bottom = corners[at + columns] * (8 - x % 8) + corners[at + columns + 1] * (x % 8)
                result.append((top * (8 - y % 8) + bottom * (y % 8)) * 4)
            }
        }
        return result
    }

    /// A place between -4 and 4 on a swing to and fro once in 1 of `phase`.
    static func swing(_ phase: Double) -> Int {
        let part = phase - phase.rounded(.down)
        return Int((part < 0.5 ? part : 1 - part) * 16) - 4
    }

    /// Draws a picture; its noise differs from call to call.
    mutating func draw(_ frame: Frame) -> [UInt8] {
        let (width, height) = (Scene.size.width, Scene.size.height)
        let (shift, part) = (Int(frame.shift), Int((frame.shift - frame.shift.rounded(.down)) * 256))
        let (gain, leftGain) = (Int(frame.gain * 256), Int(frame.gain * frame.leftGain * 256))
        let (offset, noiseGain) = (Int(frame.offset * 256), Int(frame.noise * 256))
        let infrared = Int(frame.infrared * 256)
        var samples = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height {
            let noiseStart = Int(random.next() % UInt64(noise.count - width))
            for x in 0..<width {
                let at = y * Scene.pitch + x + shift
                var level = texture[at]
                if part > 0 { level += (texture[at + 1] - level) * part / 256 }
                if infrared > 0 { level += (infraredTexture[at] - level) * infrared / 256 }
                for box in frame.boxes where box.holds(x, y) { level = box.level * 256 }
                if let patch = frame.patch, patch.holds(x, y) { level += patch.level * 256 }
                level = level * (x < width / 2 ? leftGain : gain) / 256 + offset
                level += noise[noiseStart + x] * noiseGain / 256
                samples[y * width + x] = UInt8(min(max(level / 256, 0), 255))
            }
        }
        for _ in 0..<frame.specks {
            samples[Int(random.next() % UInt64(width * height))] = 255
        }
        return samples
    }
}

/// A detector that is shown a scene, and what it said.
struct Show {
    var scene: Scene
    var detector: MotionDetector
    let framesPerSecond: Int
    /// Pixels of the picture to one of the scene.
    private let scale: Int
    private(set) var frames = 0
    private(set) var observations: [MotionObservation] = []

    init(
        _ settings: MotionSettings = MotionSettings(),
        framesPerSecond: Int = 12,
        target: KernelTarget = .best,
        seed: UInt64 = 1,
        scale: Int = 1
    ) {
        scene = Scene(seed: seed)
        self.scale = scale
        let size = FrameSize(width: Scene.size.width * scale, height: Scene.size.height * scale)
        detector = MotionDetector(settings: settings, frameSize: size, target: target)
        self.framesPerSecond = framesPerSecond
    }

    /// Shows frames for a while; the closure gets the seconds since the beginning of this part.
    mutating func play(seconds: Double, _ frame: (Double) -> Scene.Frame = { _ in Scene.Frame() }) {
        observations.removeAll()
        for index in 0..<Int(seconds * Double(framesPerSecond)) {
            let picture = enlarged(scene.draw(frame(Double(index) / Double(framesPerSecond))))
            let time = MediaTime(nanoseconds: Int64(frames) * 1_000_000_000 / Int64(framesPerSecond))
            let plane = LumaPlane(
                samples: picture.span,
                width: Scene.size.width * scale,
                height: Scene.size.height * scale,
                stride: Scene.size.width * scale
            )
            observations.append(detector.observe(plane, at: time))
            frames += 1
        }
    }

    private func enlarged(_ picture: [UInt8]) -> [UInt8] {
        guard scale > 1 else { return picture }
        var result: [UInt8] = []
        for y in 0..<Scene.size.height {
            let line = picture[y * Scene.size.width..<(y + 1) * Scene.size.width]
            let wide = line.flatMap { Array(repeating: $0, count: scale) }
            for _ in 0..<scale { result.append(contentsOf: wide) }
        }
        return result
    }

    /// The times at which a zone moved in the last part, in seconds.
    func movingTimes(zone: Int = 0) -> [Double] { movingFrames(zone: zone).map(\.time.seconds) }

    /// The frames of the last part in which a zone moved.
    func movingFrames(zone: Int = 0) -> [MotionObservation] { observations.filter { $0.zones[zone].isMoving } }
}
