package import NeuronCore

/// What the detector said of one picture, as far as sampling needs it.
package struct Look: Sendable, Hashable {
    /// The picture's time.
    package var time: MediaTime
    /// Whether something moves, or an incident is under suspicion or open.
    package var isBusy: Bool
    /// Whether something is there that more pictures may prove to move.
    package var isSuspicious: Bool
    /// Whether the light has just become another, so that what moves may be hidden in this picture.
    package var isRelit: Bool

    /// Makes a look.
    package init(time: MediaTime, isBusy: Bool, isSuspicious: Bool, isRelit: Bool = false) {
        self.time = time
        self.isBusy = isBusy
        self.isSuspicious = isSuspicious
        self.isRelit = isRelit
    }

    /// Whether the picture is a reason to decode those before it.
    var isWorthMore: Bool { isBusy || isSuspicious }
}
