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
        var tally = Tally(edge: edge)
        // Lane by lane: most instruction sets that the compiler may count on have no vectors for half of this.
        for index in leaning.indices {
            let lean = leaning[index]
            guard Self.isKnown(lean.x) || Self.isKnown(lean.y) || Self.isKnown(lean.z) else { continue }
            let parts = parts(index)
            let (found, usual) = (Differences(parts), expectation(of: index, sum: parts.wrappedSum()))
            tally.add(found.across, lean: lean.x, usual: usual.x)
            tally.add(found.down, lean: lean.y, usual: usual.y)
            tally.add(found.diagonal, lean: lean.z, usual: usual.z)
        }
        return tally.score
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
            let (found, sum) = (Differences(parts), parts.wrappedSum())
            let (lean, usual, expected) = (leaning[index], contrast[index], expectation(of: index, sum: sum))
            // A size is at most half of 255 levels and a brightness at least one, so a size by this stays below 31 bits.
            let reciprocal = (1 << 22) / Brightness.aboveBlack(sum, samples: samples)
            let x = moved(lean.x, usual.x, found.across, expected: expected.x, reciprocal, rate)
            let y = moved(lean.y, usual.y, found.down, expected: expected.y, reciprocal, rate)
            let z = moved(lean.z, usual.z, found.diagonal, expected: expected.z, reciprocal, rate)
            leaning[index] = SIMD4(x.lean, y.lean, z.lean, 0)
            contrast[index] = SIMD4(x.contrast, y.contrast, z.contrast, 0)
        }
    }

    /// What a difference was remembered as, moved by a rate in 1/32768 towards how it was found.
    @inline(__always)
    private func moved(
        _ lean: Int16,
        _ contrast: Int16,
        _ found: Int32,
        expected: Int32,
        _ reciprocal: Int32,
        _ rate: Int32
    ) -> (lean: Int16, contrast: Int16) {
        // What cannot be seen in this light stays as it is.
        if Self.isKnown(lean), expected < edge { return (lean, contrast) }
        let sign = found > edge ? Self.one : found < 0 &- edge ? 0 &- Self.one : 0
        let seen = min((abs(found) &* reciprocal) &>> 14, Self.one)
        return (Self.moved(lean, to: sign, by: rate), Self.moved(contrast, to: seen, by: rate))
    }

    /// `value + (target - value) * rate / 32768`, rounded; the product of a mean and a rate stays below 31 bits.
    @inline(__always)
    private static func moved(_ value: Int16, to target: Int32, by rate: Int32) -> Int16 {
        let step = ((target &- Int32(value)) &* rate &+ 16_384) &>> 15
        return Int16(truncatingIfNeeded: Int32(value) &+ step)
    }

    @inline(__always)
    private static func isKnown(_ lean: Int16) -> Bool { Int32(lean) > sure || Int32(lean) < -sure }

    /// How strong the edges of a patch should be in the light of its parts' sum; nothing where it is burnt out.
    @inline(__always)
    private func expectation(of index: Int, sum: Int32) -> (x: Int32, y: Int32, z: Int32) {
        guard sum < Self.burntLevel * samples else { return (0, 0, 0) }
        let (bright, usual) = (Brightness.aboveBlack(sum, samples: samples) / 16, contrast[index])
        return (
            (Int32(usual.x) &* bright) &>> 4, (Int32(usual.y) &* bright) &>> 4, (Int32(usual.z) &* bright) &>> 4
        )
    }

    /// The differences of a patch's halves.
    private struct Differences {
        /// Left to right.
        let across: Int32
        /// Top to bottom.
        let down: Int32
        let diagonal: Int32

        @inline(__always)
        init(_ parts: SIMD4<Int32>) {
            let (a, b, c, d) = (parts.x, parts.y, parts.z, parts.w)
            across = b &+ d &- a &- c
            down = c &+ d &- a &- b
            diagonal = a &+ d &- b &- c
        }
    }

    /// What a comparison has counted so far.
    private struct Tally {
        let edge: Int32
        private var known = 0
        private var expected = 0
        private var matching = 0
        private var strength = 0
        private var expectedStrength = 0

        init(edge: Int32) { self.edge = edge }

        @inline(__always)
        mutating func add(_ difference: Int32, lean: Int16, usual: Int32) {
            guard StructureMemory.isKnown(lean) else { return }
            known &+= 1
            guard usual >= edge else { return }
            let found = lean < 0 ? 0 &- difference : difference
            expected &+= 1
            if found > edge { matching &+= 1 } else if found < 0 &- edge { matching &-= 1 }
            strength &+= Int(max(found, 0))
            expectedStrength &+= Int(usual)
        }

        var score: Score {
            Score(
                known: known,
                expected: expected,
                matching: matching,
                contrast: expectedStrength == 0 ? 256 : min(strength * 256 / expectedStrength, 256)
            )
        }
    }
}
