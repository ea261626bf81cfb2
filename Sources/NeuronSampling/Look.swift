package import NeuronCore

/// What the detector said of one picture, as far as sampling needs it.
package struct Look: Sendable, Hashable {
    /// The picture's time.
    package var time: MediaTime
    /// Whether something moves, or an incident is under suspicion or open.
    package var isBusy: Bool
    /// Whether something is there that more pictures may prove to move.
    package var isSuspicious: Bool

    /// Makes a look.
    package init(time: MediaTime, isBusy: Bool, isSuspicious: Bool) {
        self.time = time
        self.isBusy = isBusy
        self.isSuspicious = isSuspicious
    }

    /// Whether the picture is a reason to decode others.
    var isWorthMore: Bool { isBusy || isSuspicious }
}
