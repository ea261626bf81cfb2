package import NeuronCore

/// What the detector said of one picture, as far as sampling needs it.
package struct Look: Sendable, Hashable {
    /// The picture's time.
    package var time: MediaTime
    /// Whether something moves, or an incident is under suspicion or open.
    package var isBusy: Bool
    /// Whether something is there that more pictures may prove to move.
    package var isSuspicious: Bool
    /// Whether the pictures behind this one would tell more: the light has just become another, which may hide what moves,
    /// or the picture may be frozen.
    package var wantsGlance: Bool
    /// Whether much of the picture comes and goes.
    package var isRestless: Bool

    /// Makes a look.
    package init(time: MediaTime, isBusy: Bool, isSuspicious: Bool, wantsGlance: Bool = false, isRestless: Bool = false)
    {
        self.time = time
        self.isBusy = isBusy
        self.isSuspicious = isSuspicious
        self.wantsGlance = wantsGlance
        self.isRestless = isRestless
    }

    /// Whether the picture is a reason to decode those before it.
    var isWorthMore: Bool { isBusy || isSuspicious }
}
