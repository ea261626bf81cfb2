import NeuronCore

/// What each sample of the picture usually looks like, and how much it usually varies.
///
/// Background is in 1/128 levels, variance in 1/8 levels squared. Rates follow media time, so that 5 and 25
/// frames a second learn alike.
struct BackgroundModel: Sendable {
    private(set) var background: Plane<Int16>
    private(set) var variance: Plane<Int16>
    /// The background in whole levels.
    private(set) var levels: Plane<UInt8>
    /// The sum of each cell of ``levels``.
    private(set) var levelSums: [UInt16]
    /// The picture of the last update.
    private var before: Plane<UInt8>
    /// Bits of no sample and of all.
    private let nothing: Plane<UInt8>
    private let everything: Plane<UInt8>
    private var sinceUpdate: Int64 = 0
    /// How long the scene has been followed since it was learnt.
    private(set) var age = TimeSpan.zero

    /// Time constants and steps, in nanoseconds unless said otherwise.
    private enum Pace {
        /// Updates in between would move most samples by less than the model's resolution.
        static let step: Int64 = 120_000_000
        static let background: Int64 = 8_000_000_000
        static let newLight: Int64 = 500_000_000
        /// For what differs: someone who stops must not melt at once, and a parked car must not stay for ever.
        static let held: Int64 = 200_000_000_000
        static let oldest: Int64 = 25_000_000_000
        static let variance: Int64 = 8_000_000_000
        /// In 1/8 levels squared: 20 levels.
        static let heldVarianceLimit: Int16 = 8 * 20 * 20
        /// In 1/8 levels squared, 2 levels: what a sample is taken to vary by before anything is known.
        static let firstVariance: Int16 = 8 * 2 * 2
        /// What is new is not known well: constants begin here and grow with the model's age.
        static let youngest: Int64 = 1_500_000_000
        /// While relearning.
        static let relearning: Int64 = 150_000_000
        static let relearningVariance: Int64 = 300_000_000
        /// In 1/8 levels squared: 6 levels.
        static let relearningVarianceLimit: Int16 = 8 * 6 * 6
    }

    init(geometry: AnalysisGeometry) {
        background = Plane(width: geometry.width, height: geometry.height)
        variance = Plane(width: geometry.width, height: geometry.height)
        levels = Plane(width: geometry.width, height: geometry.height)
        before = levels
        let bits = Plane<UInt8>(width: geometry.cellColumns, height: geometry.height, stride: geometry.cellColumns)
        nothing = bits
        var all = bits
        for index in all.samples.indices { all.samples[index] = 0xFF }
        everything = all
        levelSums = Array(repeating: 0, count: geometry.cellCount)
    }

    /// The usual deviation of a sample, in 1/16 levels.
    var noise: Int {
        var sum = 0
        // Without the check for an overflow, which keeps the compiler from adding several at a time.
        for value in variance.samples { sum &+= Int(value) }
        return Int((Double(sum * 32) / Double(max(variance.samples.count, 1))).squareRoot())
    }

    /// Forgets everything and takes a picture for the background.
    mutating func begin(with plane: Plane<UInt8>, kernels: VisionKernels) {
        for index in background.samples.indices {
            background.samples[index] = Int16(plane.samples[index]) * 128
            variance.samples[index] = Pace.firstVariance
        }
        levels.samples.replaceSubrange(levels.samples.indices, with: plane.samples)
        before.samples.replaceSubrange(before.samples.indices, with: plane.samples)
        kernels.cellSums(levels, into: &levelSums)
        sinceUpdate = 0
    }

    /// Learns all of a picture fast: `frames` is the number of pictures since the start, `step` the time since the
    /// last.
    ///
    /// While the light changes, samples differ from their background because of the light: their noise is then no more
    /// than what they differ from the picture before, or it would hide what moves for long.
    mutating func relearn(
        from plane: Plane<UInt8>,
        gain: Plane<Int16>,
        frames: Int,
        isLightChanging: Bool,
        step: TimeSpan,
        kernels: VisionKernels
    ) {
        // Running means; the variance's begins with a guess that counts as much as 8 pictures.
        let mean = Int16(clamping: 32_768 / max(frames, 1))
        let varianceMean = Int16(clamping: 32_768 / (max(frames, 1) + 8))
        let rates = ModelRates(
            background: max(mean, ModelRates.rate(step: step.nanoseconds, constant: Pace.relearning)),
            backgroundHeld: max(mean, ModelRates.rate(step: step.nanoseconds, constant: Pace.relearning)),
            variance: max(varianceMean, ModelRates.rate(step: step.nanoseconds, constant: Pace.relearningVariance)),
            varianceHeldLimit: Pace.relearningVarianceLimit
        )
        let held = isLightChanging ? everything : nothing
        apply(rates, plane: plane, gain: gain, held: held, moving: nothing, kernels: kernels)
        sinceUpdate = 0
        age = .zero
    }

    /// Follows a picture slowly, and what is held still more slowly; `moving` is the part of it that goes somewhere.
    ///
    /// While the light changes no noise is learnt: samples differ because of the light, and would hide what moves
    /// there for long. When it has become another and stays so, the background follows at once.
    mutating func follow(
        _ plane: Plane<UInt8>,
        gain: Plane<Int16>,
        held: Plane<UInt8>,
        moving: Plane<UInt8>,
        isLightChanging: Bool,
        isLightNew: Bool,
        step: TimeSpan,
        kernels: VisionKernels
    ) {
        sinceUpdate += step.nanoseconds
        guard sinceUpdate >= Pace.step else { return }
        age = TimeSpan(nanoseconds: min(age.nanoseconds + sinceUpdate, Pace.oldest))
        let grown = Pace.youngest + age.nanoseconds
        let constant = isLightNew ? Pace.newLight : min(Pace.background, grown)
        let rates = ModelRates(
            background: ModelRates.rate(step: sinceUpdate, constant: constant),
            backgroundHeld: ModelRates.rate(step: sinceUpdate, constant: min(Pace.held, 8 * grown)),
            variance: ModelRates.rate(step: sinceUpdate, constant: min(Pace.variance, grown)),
            varianceHeldLimit: Pace.heldVarianceLimit
        )
        let moving = isLightChanging ? everything : moving
        apply(rates, plane: plane, gain: gain, held: held, moving: moving, kernels: kernels)
        sinceUpdate = 0
    }

    private mutating func apply(
        _ rates: ModelRates,
        plane: Plane<UInt8>,
        gain: Plane<Int16>,
        held: Plane<UInt8>,
        moving: Plane<UInt8>,
        kernels: VisionKernels
    ) {
        kernels.update(
            plane,
            before: before,
            background: &background,
            variance: &variance,
            gain: gain,
            held: held,
            moving: moving,
            rates: rates,
            levels: &levels
        )
        before.samples.replaceSubrange(before.samples.indices, with: plane.samples)
        kernels.cellSums(levels, into: &levelSums)
    }
}
