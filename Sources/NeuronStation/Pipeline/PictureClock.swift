package import NeuronCore
package import NeuronIncidents

/// How picture times become civil times.
package enum PictureClock: Sendable {
    /// A replay: media time counted from a given start; nothing is read from a clock.
    case media(start: WallTime)
    /// A live camera: by its own clock where that can be believed, else by what arrives.
    case camera(ArrivalClock, SenderClock)

    /// The clock of a live camera that has not been heard yet.
    package static var live: PictureClock { .camera(ArrivalClock(), SenderClock()) }

    /// A stream begins, or its time stamps have jumped.
    ///
    /// Where it lies in time is found anew with the next picture; until then the times of those before hold.
    package mutating func begin() {
        guard case .camera(var arrivals, var sender) = self else { return }
        arrivals.begin()
        sender.begin()
        self = .camera(arrivals, sender)
    }

    /// Notes when the packet of a picture arrived, and when the camera says that it was taken; for a live camera only.
    package mutating func note(_ arrival: CameraLink.Instant, sent: WallTime?, of media: MediaTime) {
        guard case .camera(var arrivals, var sender) = self else { return }
        arrivals.note(arrival, of: media)
        sender.note(sent, arrival: arrival.wall, of: media)
        self = .camera(arrivals, sender)
    }

    /// When a picture was taken whose packet, or a later one, has been noted.
    package func moment(of media: MediaTime) -> Moment {
        switch self {
        case .media(let start):
            return Moment(media: media, wall: start + (media - .zero))
        case .camera(let arrivals, let sender):
            guard sender.isBelieved(at: media) else {
                return Moment(
                    media: media,
                    wall: arrivals.wallTime(of: media),
                    clock: ClockReading(source: .arrival, error: arrivals.error)
                )
            }
            // The truth lies between what both say last, if both clocks are right.
            let sent = sender.wallTime(of: media)
            let lead = Int64(clamping: (arrivals.bestWallTime(of: media) - sent).nanoseconds.magnitude)
            let error = max(TimeSpan(nanoseconds: lead), sender.remainder)
            return Moment(media: media, wall: sent, clock: ClockReading(source: .sender, error: error))
        }
    }
}
