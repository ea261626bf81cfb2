import NeuronCore

/// Measures each kernel and its Swift reference on data in the shape of a 1920 x 1080 camera.
///
/// Time comes from outside, as this room has no clock.
package struct KernelBenchmark {
    /// One kernel's figures.
    package struct Reading: Sendable, Hashable {
        package var kernel: String
        /// Median of the kernel's runs, in seconds.
        package var seconds: Double
        /// Median of the reference's runs, in seconds.
        package var referenceSeconds: Double
        /// What the kernel has to read and write, whatever it keeps in registers.
        package var bytes: Int
        /// Whether kernel and reference gave the same bytes.
        package var isEqual: Bool

        /// Bytes a second.
        package var bandwidth: Double { seconds > 0 ? Double(bytes) / seconds : 0 }
    }

    /// The figures of one run.
    package struct Report: Sendable, Hashable {
        package var target: String
        /// Bytes a second of `memcpy` between two frames of 1920 x 1080, counting what is read and what is written.
        package var copyBandwidth: Double
        package var readings: [Reading]
        /// Median of a whole observation of a picture in which nothing moves, in seconds.
        package var detectorSeconds: Double
        /// Median of one look for tampering at such a picture; there are at most three a second.
        package var tamperSeconds: Double
        /// Mean of everything that is done with a picture of a quiet stream after its decoding, in seconds.
        package var streamSeconds: Double
        /// Median of a whole search of a 1280 x 720 picture for plates, and of `memcpy` of its samples, in seconds.
        package var plateSearchSeconds: Double
        package var plateCopySeconds: Double

        /// How often the stream's picture could have been copied instead.
        package var streamInCopies: Double {
            let frame = KernelBenchmarkData.size.width * KernelBenchmarkData.size.height
            return streamSeconds * copyBandwidth / Double(2 * frame)
        }

        /// How often the picture could have been copied instead of searched.
        package var plateSearchInCopies: Double { plateCopySeconds > 0 ? plateSearchSeconds / plateCopySeconds : 0 }
    }

    let kernels: VisionKernels
    private let nanoseconds: () -> Int64
    let rounds: Int

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - target: the instruction set to measure.
    ///   - rounds: the number of runs of each kernel; references run a fifth as often.
    ///   - nanoseconds: a monotonic clock.
    package init(target: KernelTarget, rounds: Int = 101, nanoseconds: @escaping () -> Int64) {
        kernels = VisionKernels(target: target)
        self.rounds = max(rounds, 5)
        self.nanoseconds = nanoseconds
    }

    /// Runs everything; takes a few seconds in a release build.
    package func run() -> Report {
        let data = KernelBenchmarkData()
        return Report(
            target: kernels.target.name,
            copyBandwidth: copyBandwidth(data),
            readings: [
                downscale(data), keep(data), cellSums(data), compare(data), update(data), cellCounts(data),
                cellStructure(data),
                trimCells(data), light(data),
            ],
            detectorSeconds: detector(data),
            tamperSeconds: tamper(data),
            streamSeconds: stream(data),
            plateSearchSeconds: plateSearch(),
            plateCopySeconds: plateCopy()
        )
    }

    func median(_ rounds: Int, _ body: () -> Void) -> Double {
        var times: [Int64] = []
        for _ in 0..<rounds {
            let start = nanoseconds()
            body()
            times.append(nanoseconds() - start)
        }
        return Double(times.sorted()[rounds / 2]) / 1e9
    }

    func reading<Result: Equatable>(
        _ name: String,
        bytes: Int,
        result: Result,
        kernel: (inout Result) -> Void,
        reference: (inout Result) -> Void
    ) -> Reading {
        var (actual, expected) = (result, result)
        kernel(&actual)
        reference(&expected)
        let isEqual = actual == expected
        return Reading(
            kernel: name,
            seconds: median(rounds) { kernel(&actual) },
            referenceSeconds: median(max(rounds / 5, 3)) { reference(&expected) },
            bytes: bytes,
            isEqual: isEqual
        )
    }

    private func copyBandwidth(_ data: KernelBenchmarkData) -> Double {
        var copy = data.frame
        let seconds = median(rounds) { copy.withUnsafeMutableBytes { $0.copyBytes(from: data.frame) } }
        return seconds > 0 ? Double(2 * data.frame.count) / seconds : 0
    }

    /// The mean over twelve seconds, after which everything that is done only now and then comes round again; each picture counts
    /// with its median over several such rounds, so that what else the machine does is left out.
    private func stream(_ data: KernelBenchmarkData) -> Double {
        let pictures = 12 * QuietStream.picturesPerSecond
        var stream = QuietStream(frames: data.frames, target: kernels.target)
        // Past the first seconds, in which everything is learnt.
        stream.learn(pictures: pictures)
        let runs = max(rounds / 10, 3)
        var times = [[Int64]](repeating: [], count: pictures)
        for place in 0..<runs * pictures {
            let start = nanoseconds()
            stream.play(pictures: 1)
            times[place % pictures].append(nanoseconds() - start)
        }
        let sum = times.reduce(0) { $0 + $1.sorted()[runs / 2] }
        return Double(sum) / Double(pictures) / 1e9
    }

    private func detector(_ data: KernelBenchmarkData) -> Double {
        let size = KernelBenchmarkData.size
        var detector = MotionDetector(settings: MotionSettings(), frameSize: size, target: kernels.target)
        var frames: Int64 = 0
        let observe = {
            let frame = LumaPlane(samples: data.frame.span, width: size.width, height: size.height, stride: size.width)
            _ = detector.observe(frame, at: MediaTime(nanoseconds: frames * 40_000_000))
            frames += 1
        }
        // Past the first second, in which everything is learnt.
        for _ in 0..<50 { observe() }
        return median(rounds, observe)
    }

    private func tamper(_ data: KernelBenchmarkData) -> Double {
        let geometry = AnalysisGeometry(frame: KernelBenchmarkData.size)
        var detector = TamperDetector(settings: TamperSettings(), geometry: geometry, target: kernels.target)
        var looks: Int64 = 0
        let observe = {
            let time = MediaTime(nanoseconds: looks * 400_000_000)
            _ = detector.observe(data.picture, at: time, isLightChange: false)
            looks += 1
        }
        // Past the first seconds, in which nothing is compared.
        for _ in 0..<50 { observe() }
        return median(rounds, observe)
    }
}
