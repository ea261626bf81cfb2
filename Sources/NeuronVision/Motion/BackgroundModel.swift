import NeuronCore

/// What each sample of the picture usually looks like, and how much it usually varies.
///
/// Background and spread (mean absolute deviation) are in 1/128 levels. Rates follow media time, so that 5 and 25
/// frames a second learn alike.
struct BackgroundModel: Sendable {
    private(set) var background: Plane<Int16>
    private(set) var spread: Plane<Int16>
    /// The background in whole levels.
    private(set) var levels: Plane<UInt8>
    /// The sum of each cell of ``levels``.
    private(set) var levelSums: [UInt16]
    private var sinceUpdate: Int64 = 0
    /// How long the scene has been followed since it was learnt.
    private(set) var age = TimeSpan.zero

    /// Time constants and steps, in nanoseconds unless said otherwise.
    private enum Pace {
        /// Updates in between would move most samples by less than the model's resolution.
        static let step: Int64 = 120_000_000
        static let background: Int64 = 8_000_000_000
        /// For what differs: someone who stops must not melt at once, and a parked car must not stay for ever.
        static let held: Int64 = 25_000_000_000
        static let spread: Int64 = 8_000_000_000
        /// In 1/128 levels.
        static let heldSpreadLimit: Int16 = 8 * 128
        /// In 1/128 levels: what a sample is taken to vary by before anything is known.
        static let firstSpread: Int16 = 2 * 128
        /// What is new is not known well: constants begin here and grow with the model's age.
        static let youngest: Int64 = 1_500_000_000
        /// While relearning.
        static let relearning: Int64 = 150_000_000
        static let relearningSpread: Int64 = 300_000_000
    }

    init(geometry: AnalysisGeometry) {
        background = Plane(width: geometry.width, height: geometry.height)
        spread = Plane(width: geometry.width, height: geometry.height)
        levels = Plane(width: geometry.width, height: geometry.height)
        levelSums = Array(repeating: 0, count: geometry.cellCount)
    }

    /// Forgets everything and takes a picture for the background.
    mutating func begin(with plane: Plane<UInt8>, kernels: VisionKernels) {
        for index in background.samples.indices {
            background.samples[index] = Int16(plane.samples[index]) * 128
            spread.samples[index] = Pace.firstSpread
        }
        levels.samples.replaceSubrange(levels.samples.indices, with: plane.samples)
        kernels.cellSums(levels, into: &levelSums)
        sinceUpdate = 0
    }

    /// Learns all of a picture fast: `frames` is the number of pictures since the start, `step` the time since the last.
    mutating func relearn(
        from plane: Plane<UInt8>,
        gain: Plane<Int16>,
        nothingHeld: Plane<UInt8>,
        frames: Int,
        step: TimeSpan,
        kernels: VisionKernels
    ) {
        // Running means; the spread's begins with a guess that counts as much as 8 pictures.
        let mean = Int16(clamping: 32_768 / max(frames, 1))
        let spreadMean = Int16(clamping: 32_768 / (max(frames, 1) + 8))
        let rates = ModelRates(
            background: max(mean, ModelRates.rate(step: step.nanoseconds, constant: Pace.relearning)),
            backgroundHeld: 0,
            spread: max(spreadMean, ModelRates.rate(step: step.nanoseconds, constant: Pace.relearningSpread)),
            spreadHeld: 0,
            spreadHeldLimit: 0
        )
        apply(rates, plane: plane, gain: gain, held: nothingHeld, kernels: kernels)
        sinceUpdate = 0
        age = .zero
    }

    /// Follows a picture slowly, and what is held still more slowly.
    mutating func follow(
        _ plane: Plane<UInt8>,
        gain: Plane<Int16>,
        held: Plane<UInt8>,
        step: TimeSpan,
        kernels: VisionKernels
    ) {
        sinceUpdate += step.nanoseconds
        guard sinceUpdate >= Pace.step else { return }
        age = TimeSpan(nanoseconds: min(age.nanoseconds + sinceUpdate, Pace.held))
        let grown = Pace.youngest + age.nanoseconds
        let rates = ModelRates(
            background: ModelRates.rate(step: sinceUpdate, constant: min(Pace.background, grown)),
            backgroundHeld: ModelRates.rate(step: sinceUpdate, constant: min(Pace.held, 2 * grown)),
            spread: ModelRates.rate(step: sinceUpdate, constant: min(Pace.spread, grown)),
            spreadHeld: ModelRates.rate(step: sinceUpdate, constant: min(Pace.held, 2 * grown)),
            spreadHeldLimit: Pace.heldSpreadLimit
        )
        apply(rates, plane: plane, gain: gain, held: held, kernels: kernels)
        sinceUpdate = 0
    }

    private mutating func apply(
        _ rates: ModelRates,
        plane: Plane<UInt8>,
        gain: Plane<Int16>,
        held: Plane<UInt8>,
        kernels: VisionKernels
    ) {
        kernels.update(
            plane,
            background: &background,
            spread: &spread,
            gain: gain,
            held: held,
            rates: rates,
            levels: &levels
        )
        kernels.cellSums(levels, into: &levelSums)
    }
}
