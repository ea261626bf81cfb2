/// How much of a difference the background model takes over in one update, in 1/32768.
///
/// "Held" is for the samples of blobs.
package struct ModelRates: Sendable, Hashable {
    package var background: Int16
    package var backgroundHeld: Int16
    /// For all but the samples of what moves, which keep their variance.
    package var variance: Int16
    /// The largest square that a held sample adds to its variance, in 1/8 levels squared.
    package var varianceHeldLimit: Int16

    /// Makes rates of all their parts.
    package init(background: Int16, backgroundHeld: Int16, variance: Int16, varianceHeldLimit: Int16) {
        self.background = background
        self.backgroundHeld = backgroundHeld
        self.variance = variance
        self.varianceHeldLimit = varianceHeldLimit
    }

    /// The rate that brings a value to its target with a time constant: `step / (step + constant)`, in integers.
    package static func rate(step: Int64, constant: Int64) -> Int16 {
        guard step > 0 else { return 0 }
        return Int16(clamping: min(step, 1 << 40) * 32_768 / (min(step, 1 << 40) + constant))
    }
}
