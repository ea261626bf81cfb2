import NeuronCore

/// A camera that shows a quiet scene at 25 pictures a second, and everything that is done with its decoded pictures.
package struct QuietStream {
    private let frames: [[UInt8]]
    private var detector: MotionDetector
    private var tamper: TamperDetector
    private var daylight = DaylightJudge()
    private var pictures: Int64 = 0

    package static let picturesPerSecond = 25

    /// Makes the stream of the benchmark, of which nothing was shown yet.
    package init(target: KernelTarget) { self.init(frames: KernelBenchmarkData.quietFrames, target: target) }

    /// Makes a stream of which nothing was shown yet.
    ///
    /// - Parameters:
    ///   - frames: pictures of one scene that differ by their noise, shown in turn.
    ///   - target: the instruction set to use.
    init(frames: [[UInt8]], target: KernelTarget) {
        self.frames = frames
        detector = MotionDetector(settings: MotionSettings(), frameSize: KernelBenchmarkData.size, target: target)
        tamper = TamperDetector(settings: TamperSettings(), geometry: detector.geometry, target: target)
    }

    /// Shows so many pictures that do not count: ``play(pictures:)`` under another name.
    @inline(never)
    package mutating func learn(pictures count: Int) { show(count) }

    /// Shows so many pictures: the scene is looked at, learnt and compared with what it was, as a station does it.
    ///
    /// Never inlined, so that an instruction counter finds it by its name.
    @inline(never)
    package mutating func play(pictures count: Int) { show(count) }

    private mutating func show(_ count: Int) {
        let size = KernelBenchmarkData.size
        for _ in 0..<count {
            let time = MediaTime(nanoseconds: pictures * 1_000_000_000 / Int64(Self.picturesPerSecond))
            let samples = frames[Int(pictures % Int64(frames.count))]
            let frame = LumaPlane(samples: samples.span, width: size.width, height: size.height, stride: size.width)
            let seen = detector.observe(frame, at: time)
            _ = tamper.observe(detector.picture, at: time, isLightChange: seen.suppression == .lightChange)
            if pictures % Int64(Self.picturesPerSecond) == 0 {
                _ = daylight.judge(detector.tone(colourSpread: nil), at: time)
            }
            pictures += 1
        }
    }
}
