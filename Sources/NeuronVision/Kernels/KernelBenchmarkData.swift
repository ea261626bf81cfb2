import NeuronCore

/// Data in the shape of a 1920 x 1080 camera: textured, noisy, the same at every run.
struct KernelBenchmarkData {
    static let size = FrameSize(width: 1920, height: 1080)
    private static let frameCount = 3

    /// What ``VisionKernels/update(_:before:background:variance:gain:held:moving:rates:levels:)`` writes.
    struct Model: Equatable {
        var background: Plane<Int16>
        var variance: Plane<Int16>
        var levels: Plane<UInt8>
    }

    /// What ``VisionKernels/light(now:background:samples:leftOut:columns:room:cells:rows:)`` writes.
    struct Light: Equatable {
        var leftOut: [UInt8]
        var cells: [Int16]
        var rows: [Int16]
        var unrest = 0
    }

    /// What ``VisionKernels/cellStructure(_:quarters:detail:)`` writes.
    struct Structure: Equatable {
        var quarters: [UInt16]
        var detail: [UInt16]
    }

    /// Pictures of one scene; they differ by their noise.
    let frames: [[UInt8]]
    /// The one that the kernels are shown.
    let frame: [UInt8]
    let factor: Int
    let cellCount: Int
    private(set) var picture: Plane<UInt8>
    private(set) var mask: Plane<UInt8>
    private(set) var background: Plane<Int16>
    private(set) var variance: Plane<Int16>
    private(set) var gain: Plane<Int16>
    private(set) var bits: Plane<UInt8>

    init() {
        let geometry = AnalysisGeometry(frame: KernelBenchmarkData.size)
        var noise = Noise()
        frames = KernelBenchmarkData.quietFrames
        frame = frames[0]
        factor = geometry.factor
        cellCount = geometry.cellCount
        picture = Plane(width: geometry.width, height: geometry.height)
        mask = picture
        background = Plane(width: geometry.width, height: geometry.height)
        variance = background
        gain = Plane(width: geometry.stride, height: geometry.cellRows, stride: geometry.stride)
        bits = Plane(width: geometry.cellColumns, height: geometry.height, stride: geometry.cellColumns)
        for index in picture.samples.indices {
            picture.samples[index] = UInt8(noise.next())
            mask.samples[index] = noise.next() < 200 ? 255 : 0
            background.samples[index] = Int16(Int(picture.samples[index]) * 127 + noise.next())
            variance.samples[index] = Int16(noise.next() * 2)
        }
        for index in gain.samples.indices { gain.samples[index] = Int16(8100 + noise.next()) }
        for index in bits.samples.indices { bits.samples[index] = noise.next() < 8 ? 0xFF : 0 }
    }

    /// Pictures of one scene that differ by their noise.
    static var quietFrames: [[UInt8]] {
        var noise = Noise()
        return (0..<frameCount).map { _ in
            (0..<size.width * size.height).map { index in UInt8(40 + index / 97 % 160 + noise.next() % 8) }
        }
    }

    /// Bytes of a 32-bit xorshift (Marsaglia, "Xorshift RNGs").
    private struct Noise {
        private var state: UInt32 = 2_463_534_242

        mutating func next() -> Int {
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return Int(state >> 24)
        }
    }
}
