import NeuronCore

/// The samples of a picture that differ from the background, after the light and the picture's own edges were taken out.
struct Differences: Sendable {
    /// The light, as it was estimated for the last picture.
    var gain: GainField
    /// One bit per sample.
    private(set) var marks: Plane<UInt8>
    /// The marks of each cell.
    private(set) var counts: [UInt8]
    /// Whether enough samples of any cell differ.
    private(set) var isAny = false
    private var trim: EdgeTrim
    private let geometry: AnalysisGeometry

    /// A sample's square must be above this many variances, in 1/1024: four standard deviations.
    private static let varianceFactor: Int16 = 16 * 1024
    /// How long limits are raised after a scene was learnt.
    private static let youth = TimeSpan.seconds(6)

    init(geometry: AnalysisGeometry) {
        self.geometry = geometry
        gain = GainField(geometry: geometry)
        marks = Plane(
            width: geometry.cellColumns,
            height: geometry.height,
            stride: geometry.cellColumns
        )
        counts = Array(repeating: 0, count: geometry.cellCount)
        trim = EdgeTrim(geometry: geometry)
    }

    /// Whether most of what differed was the picture's own edges.
    var isShaken: Bool { isAny && trim.isShaken }

    /// Compares a picture with the background.
    ///
    /// - Parameters:
    ///   - picture: the shrunk and masked picture.
    ///   - sums: the sum of each of its cells.
    ///   - model: the background.
    ///   - cellSamples: the samples of each cell that count.
    ///   - isObject: 1 for the cells in which something was before.
    ///   - restlessness: the cells that fire again and again.
    ///   - lowest: the lowest limit of a sample, in 1/32 levels.
    ///   - kernels: the kernels to use.
    mutating func find(
        in picture: Plane<UInt8>,
        sums: [UInt16],
        model: BackgroundModel,
        cellSamples: [UInt8],
        isObject: [UInt8],
        restlessness: Restlessness,
        floor lowest: Int16,
        kernels: VisionKernels
    ) {
        gain.estimate(
            now: sums,
            background: model.levelSums,
            samples: cellSamples,
            isObject: isObject,
            kernels: kernels
        )
        let floor = floor(above: lowest, age: model.age)
        kernels.compare(
            picture,
            background: model.background,
            variance: model.variance,
            gain: gain.rows,
            floor: floor,
            factor: Differences.varianceFactor,
            marks: &marks
        )
        kernels.cellCounts(marks, into: &counts)
        isAny = counts.contains { $0 >= BlobFinder.fewestPerCell }
        guard isAny else { return }
        let comparison = LightEdges.Comparison(
            picture: picture,
            model: model,
            gain: gain,
            floor: floor,
            factor: Differences.varianceFactor
        )
        LightEdges.clear(&marks, counts: &counts, comparison: comparison, geometry: geometry)
        trim.clear(
            &marks,
            counts: &counts,
            comparison: comparison,
            restlessness: restlessness,
            kernels: kernels
        )
    }

    /// Where the light differs by a tenth the prediction may well be 5 levels off; and a scene that has been known for
    /// seconds only may vary by more than it has yet.
    private func floor(above lowest: Int16, age: TimeSpan) -> Int16 {
        let youth = max(Differences.youth - age, .zero)
        let caution = Int(lowest) * Int(youth.milliseconds) / Int(Differences.youth.milliseconds)
        return Int16(clamping: Int(lowest) + gain.unrest * 3 / 2 + caution)
    }
}
