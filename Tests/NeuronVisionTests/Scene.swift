import NeuronCore
import NeuronVision

/// A drawn scene: a textured wall, light upon it, sensor noise, and a box that moves.
struct Scene {
    static let size = FrameSize(width: 640, height: 360)

    /// A picture's parts; the defaults draw the quiet scene.
    struct Frame {
        var gain = 1.0
        var offset = 0.0
        /// A gain for the left half alone.
        var leftGain = 1.0
        var noise = 1.5
        /// Left, top, width, height and level of a box.
        var boxes: [(x: Int, y: Int, width: Int, height: Int, level: Double)] = []
        /// Single samples of 2 x 2 pixels that flare up.
        var specks = 0
        /// 0 for the scene by day, 1 for the same under infrared: other brightnesses for the same things.
        var infrared = 0.0
        /// Columns by which the whole picture has moved.
        var shift = 0.0
    }

    private var random: SplitMix64
    private let texture: [Double]
    private let infraredTexture: [Double]

    init(seed: UInt64 = 1) {
        var random = SplitMix64(seed: seed)
        // Soft patches of 16 pixels: something for a gain to work on, without a pattern that a shift could match.
        let columns = Scene.size.width / 16 + 12
        let patches = (0..<columns * (Scene.size.height / 16 + 2)).map { _ in 60 + Double(random.next() % 100) }
        let other = (0..<patches.count).map { _ in 60 + Double(random.next() % 100) }
        texture = Scene.smooth(patches, columns: columns)
        infraredTexture = Scene.smooth(other, columns: columns)
        self.random = random
    }

    private static func smooth(_ patches: [Double], columns: Int) -> [Double] {
        var result: [Double] = []
        let width = (columns - 2) * 16
        for y in 0..<size.height {
            let (row, fy) = (y / 16, Double(y % 16) / 16)
            for x in 0..<width {
                let (column, fx) = (x / 16, Double(x % 16) / 16)
                let at = row * columns + column
                let top = patches[at] * (1 - fx) + patches[at + 1] * fx
                let bottom = patches[at + columns] * (1 - fx) + patches[at + columns + 1] * fx
                result.append(top * (1 - fy) + bottom * fy)
            }
        }
        return result
    }

    /// Draws a picture; its noise differs from call to call.
    mutating func draw(_ frame: Frame) -> [UInt8] {
        let (width, height) = (Scene.size.width, Scene.size.height)
        let pitch = texture.count / height
        var samples = [UInt8](repeating: 0, count: width * height)
        let shift = Int(frame.shift)
        let part = frame.shift - Double(shift)
        for y in 0..<height {
            for x in 0..<width {
                let at = y * pitch + x + shift
                let day = texture[at] * (1 - part) + texture[at + 1] * part
                var level = day * (1 - frame.infrared) + infraredTexture[at] * frame.infrared
                for box in frame.boxes
                where x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height {
                    level = box.level
                }
                level = level * frame.gain * (x < width / 2 ? frame.leftGain : 1) + frame.offset
                // The sum of four uniform values is close enough to a normal one.
                let bits = random.next()
                let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
                level += (Double(sum) / 65_536 - 2) * 1.732 * frame.noise
                samples[y * width + x] = UInt8(min(max(level, 0), 255))
            }
        }
        for _ in 0..<frame.specks {
            let at = Int(random.next() % UInt64(width - 2)) + Int(random.next() % UInt64(height - 2)) * width
            for index in [at, at + 1, at + width, at + width + 1] { samples[index] = 255 }
        }
        return samples
    }
}

/// A detector that is shown a scene, and what it said.
struct Show {
    var scene: Scene
    var detector: MotionDetector
    let framesPerSecond: Int
    private(set) var frames = 0
    private(set) var observations: [MotionObservation] = []

    init(
        _ settings: MotionSettings = MotionSettings(),
        framesPerSecond: Int = 25,
        target: KernelTarget = .best,
        seed: UInt64 = 1
    ) {
        scene = Scene(seed: seed)
        detector = MotionDetector(settings: settings, frameSize: Scene.size, target: target)
        self.framesPerSecond = framesPerSecond
    }

    /// Shows frames for a while; the closure gets the seconds since the beginning of this part.
    mutating func play(seconds: Double, _ frame: (Double) -> Scene.Frame = { _ in Scene.Frame() }) {
        observations.removeAll()
        for index in 0..<Int(seconds * Double(framesPerSecond)) {
            let picture = scene.draw(frame(Double(index) / Double(framesPerSecond)))
            let time = MediaTime(nanoseconds: Int64(frames) * 1_000_000_000 / Int64(framesPerSecond))
            let plane = LumaPlane(
                samples: picture.span,
                width: Scene.size.width,
                height: Scene.size.height,
                stride: Scene.size.width
            )
            observations.append(detector.observe(plane, at: time))
            frames += 1
        }
    }

    /// The frames of the last part in which a zone moved.
    func movingFrames(zone: Int = 0) -> [MotionObservation] { observations.filter { $0.zones[zone].isMoving } }
}
