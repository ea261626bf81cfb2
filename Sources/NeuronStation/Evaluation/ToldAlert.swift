package import NeuronCore

/// One alert of a replay, from its first event to its last, in the clip's own time.
package struct ToldAlert: Sendable, Hashable {
    /// `motion`, `tamper`: the second part of its events' type.
    package var kind: String
    /// The rule that fired, a zone's name for motion.
    package var rule: String
    /// When it says that it began.
    package var onset: MediaTime
    /// When its first event was told.
    package var told: MediaTime
    /// When its last event was told; that of the first until then.
    package var over: MediaTime

    /// Makes an alert of all its parts.
    package init(kind: String, rule: String, onset: MediaTime, told: MediaTime, over: MediaTime) {
        self.kind = kind
        self.rule = rule
        self.onset = onset
        self.told = told
        self.over = over
    }

    /// From its beginning to the moment at which it was told to be over, what the detector waits before included.
    package var interval: ClipInterval { ClipInterval(from: onset, to: max(over, told, onset)) }
}

/// What moved in one picture, whether or not it was told.
package struct Sighting: Sendable, Hashable {
    package var time: MediaTime
    /// In pixels of the picture as displayed.
    package var box: PixelBox

    /// Makes a sighting.
    package init(time: MediaTime, box: PixelBox) {
        self.time = time
        self.box = box
    }
}
