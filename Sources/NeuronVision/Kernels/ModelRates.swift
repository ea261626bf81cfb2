/// How much of a difference the background model takes over in one update, in 1/32768.
///
/// "Held" rates are for the samples that were marked as different.
package struct ModelRates: Sendable, Hashable {
    package var background: Int16
    package var backgroundHeld: Int16
    package var spread: Int16
    package var spreadHeld: Int16
    /// The largest difference that a held sample adds to its spread, in 1/128 levels.
    package var spreadHeldLimit: Int16

    /// Makes rates of all their parts.
    package init(
        background: Int16,
        backgroundHeld: Int16,
        spread: Int16,
        spreadHeld: Int16,
        spreadHeldLimit: Int16
    ) {
        self.background = background
        self.backgroundHeld = backgroundHeld
        self.spread = spread
        self.spreadHeld = spreadHeld
        self.spreadHeldLimit = spreadHeldLimit
    }

    /// The rate that brings a value to its target with a time constant: `step / (step + constant)`, in integers.
    package static func rate(step: Int64, constant: Int64) -> Int16 {
        guard step > 0 else { return 0 }
        return Int16(clamping: min(step, 1 << 40) * 32_768 / (min(step, 1 << 40) + constant))
    }
}
