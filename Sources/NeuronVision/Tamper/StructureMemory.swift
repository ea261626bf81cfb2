import NeuronCore

/// The edges of a scene as signs: which side of each patch is usually the brighter one.
///
/// A patch has four parts; their three differences (left to right, top to bottom, across) are compared by sign alone,
/// so that light, exposure and most of a switch to infrared change nothing. What keeps changing its sign, such as
/// leaves, water and noise, is never remembered. Where it has become so dark or so bright that an edge could not be
/// seen any more, the edge is excused rather than missed.
struct StructureMemory: Sendable {
    /// What a look at a picture found, in numbers of differences.
    struct Score: Sendable {
        /// Differences that are remembered.
        var known = 0
        /// Of these, the ones that could be seen in this light.
        var expected = 0
        /// Expected ones that are there, less expected ones whose sign is turned round.
        var matching = 0
        /// How strong the expected edges are, in 1/256 of what their contrast lets expect; at most 256.
        var contrast = 256

        /// The part of the expected structure that is in place, in 1/1000; 1000 where nothing is expected.
        var match: Int { expected == 0 ? 1000 : max(matching, 0) * 1000 / expected }
    }

    /// Samples of a patch.
    private let samples: Int32
    /// The smallest difference between two halves of a patch that is an edge, as a difference of their sums.
    private let edge: Int32
    /// Mean sign of each difference, in 1/16384; the fourth lane is not used.
    private var leaning: [SIMD4<Int16>]
    /// Mean strength of each difference, in 1/256 of the patch's brightness above black.
    private var contrast: [SIMD4<Int16>]
    private var looks: Int64 = 0
    private(set) var age = TimeSpan.zero

    /// From here on a mean sign is an edge: five of six looks agree, and one has none.
    private static let sure: Int32 = 9830
    private static let one: Int32 = 16_384
    /// Two levels between the halves of a patch.
    private static let edgeLevels: Int32 = 2
    /// The time in which most of what is remembered is replaced.
    private static let constant = TimeSpan.seconds(120)
    /// Brighter patches may be burnt out, in levels.
    private static let burntLevel: Int32 = 232

    init(patches: Int, samples: Int32) {
        self.samples = samples
        edge = Self.edgeLevels * samples / 2
        leaning = Array(repeating: .zero, count: patches)
        contrast = leaning
    }

    /// Forgets everything.
    mutating func forget() {
        for index in leaning.indices {
            leaning[index] = .zero
            contrast[index] = .zero
        }
        looks = 0
        age = .zero
    }

    /// Compares all patches of a picture with what is remembered.
    ///
    /// - Parameter parts: the four parts' sums of the patch at an index.
    /// - Returns: how much of what is remembered is there.
    @inline(__always)
    func compare(_ parts: (Int) -> SIMD4<Int32>) -> Score {
        var (known, expected, matching) = (SIMD4<Int32>.zero, SIMD4<Int32>.zero, SIMD4<Int32>.zero)
        var (strength, expectedStrength) = (Int64(0), Int64(0))
        for index in leaning.indices {
            let lean = SIMD4<Int32>(truncatingIfNeeded: leaning[index])
            let isKnown = (lean .> Self.sure) .| (lean .< -Self.sure)
            guard any(isKnown) else { continue }
            let parts = parts(index)
            let usual = expectation(of: index, in: parts)
            let isExpected = isKnown .& (usual .>= edge)
            let found = Self.differences(parts).replacing(
                with: Self.differences(parts, negated: true),
                where: lean .< 0
            )
            known &-= Self.flags(isKnown)
            expected &-= Self.flags(isExpected)
            matching &-= Self.flags(isExpected .& (found .> edge))
            matching &+= Self.flags(isExpected .& (found .< -edge))
            strength += Int64(pointwiseMax(found, .zero).replacing(with: 0, where: .!isExpected).wrappedSum())
            expectedStrength += Int64(usual.replacing(with: 0, where: .!isExpected).wrappedSum())
        }
        return Score(
            known: Int(known.wrappedSum()),
            expected: Int(expected.wrappedSum()),
            matching: Int(matching.wrappedSum()),
            contrast: expectedStrength == 0 ? 256 : Int(min(strength * 256 / expectedStrength, 256))
        )
    }

    /// Moves what is remembered towards a picture.
    ///
    /// - Parameters:
    ///   - step: the time since the last picture.
    ///   - parts: the four parts' sums of the patch at an index.
    @inline(__always)
    mutating func learn(step: TimeSpan, _ parts: (Int) -> SIMD4<Int32>) {
        looks += 1
        age = min(age + step, Self.constant)
        // A running mean at first, then a mean that forgets.
        let rate = Int32(max(32_768 / looks, min(step.nanoseconds * 32_768 / Self.constant.nanoseconds, 16_384)))
        for index in leaning.indices {
            let parts = parts(index)
            let found = Self.differences(parts)
            let lean = SIMD4<Int32>(truncatingIfNeeded: leaning[index])
            let isKnown = (lean .> Self.sure) .| (lean .< -Self.sure)
            // What cannot be seen in this light stays as it is.
            let isExcused = isKnown .& (expectation(of: index, in: parts) .< edge)
            let sign = SIMD4<Int32>.zero.replacing(with: Self.one, where: found .> edge)
                .replacing(with: -Self.one, where: found .< -edge)
            let moved = lean &+ Self.scaled(sign &- lean, by: rate)
            leaning[index] = SIMD4(truncatingIfNeeded: moved.replacing(with: lean, where: isExcused))
            let usual = SIMD4<Int32>(truncatingIfNeeded: contrast[index])
            let bright = Brightness.aboveBlack(parts.wrappedSum(), samples: samples)
            let size = found.replacing(with: 0 &- found, where: found .< 0)
            let seen = pointwiseMin(Self.ratio(size, to: bright), SIMD4(repeating: 16_384))
            let followed = usual &+ Self.scaled(seen &- usual, by: rate)
            contrast[index] = SIMD4(truncatingIfNeeded: followed.replacing(with: usual, where: isExcused))
        }
    }

    /// How strong the edges of a patch should be in its present light; nothing where it is burnt out.
    @inline(__always)
    private func expectation(of index: Int, in parts: SIMD4<Int32>) -> SIMD4<Int32> {
        let sum = parts.wrappedSum()
        guard sum < Self.burntLevel * samples else { return .zero }
        let bright = Brightness.aboveBlack(sum, samples: samples)
        return (SIMD4<Int32>(truncatingIfNeeded: contrast[index]) &* (bright / 16)) &>> 4
    }

    /// Left to right, top to bottom, and across; nothing in the fourth lane.
    @inline(__always)
    private static func differences(_ parts: SIMD4<Int32>, negated: Bool = false) -> SIMD4<Int32> {
        let (a, b, c, d) = (parts.x, parts.y, parts.z, parts.w)
        let found = SIMD4(b &+ d &- a &- c, c &+ d &- a &- b, a &+ d &- b &- c, 0)
        return negated ? 0 &- found : found
    }

    /// Sizes in 1/256 of a brightness, by one division for all of them.
    private static func ratio(_ sizes: SIMD4<Int32>, to brightness: Int32) -> SIMD4<Int32> {
        // A size is at most half of 255 levels and a brightness at least one, so the product stays below 31 bits.
        let reciprocal = (1 << 22) / brightness
        return (sizes &* reciprocal) &>> 14
    }

    /// `value * rate / 32768`, rounded; the product of a mean and a rate stays below 31 bits.
    private static func scaled(_ value: SIMD4<Int32>, by rate: Int32) -> SIMD4<Int32> {
        (value &* rate &+ 16_384) &>> 15
    }

    /// -1 in each lane that is set.
    private static func flags(_ mask: SIMDMask<SIMD4<Int32>>) -> SIMD4<Int32> {
        SIMD4<Int32>.zero.replacing(with: -1, where: mask)
    }
}
