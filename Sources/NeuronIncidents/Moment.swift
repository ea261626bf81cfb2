package import NeuronCore

/// One instant on both time lines: the stream's own, for intervals, and civil time, for what is told to others.
///
/// Civil time is fixed when a picture arrives and never computed again, so that a later correction of the clock does not
/// change the name or the beginning of an alert that has been told.
package struct Moment: Sendable, Hashable {
    package var media: MediaTime
    package var wall: WallTime
    /// Where the civil time comes from.
    package var clock: ClockReading

    /// Makes an instant of its two times.
    package init(media: MediaTime, wall: WallTime, clock: ClockReading = .media) {
        self.media = media
        self.wall = wall
        self.clock = clock
    }

    /// The instant of another media time nearby.
    func moved(to media: MediaTime) -> Moment {
        Moment(media: media, wall: wall + (media - self.media), clock: clock)
    }
}
